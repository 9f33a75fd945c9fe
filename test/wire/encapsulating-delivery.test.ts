import { expect, test } from 'vitest';
import { formatHex } from '../../src/octets/octets.ts';
import { appendEncapsulatingDelivery, isEncapsulatingDelivery } from '../../src/wire/encapsulating-delivery.ts';
import { readExtensions } from '../../src/wire/extensions.ts';
import { hex } from '../hex.ts';

test('the delivery style is encapsulating where the extension is there', () => {
  expect(isEncapsulatingDelivery(readExtensions(hex('83 01 61 82 00'), 0))).toBe(true);
  expect(isEncapsulatingDelivery(readExtensions(hex('83 01 61'), 0))).toBe(false);
  expect(formatHex(appendEncapsulatingDelivery(hex('aabb')))).toBe(formatHex(hex('aabb 8200')));
});
