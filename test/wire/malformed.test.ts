import { expect, test } from 'vitest';
import { fixedPart, Malformed, unlessMalformed } from '../../src/wire/malformed.ts';
import { hex, windowed } from '../hex.ts';

test('the error names the message and the reason, and is told from other errors', () => {
  const error = new Malformed('Registration Request', 'type 9');
  expect(error.message).toBe('Registration Request: type 9');
  expect(error.name).toBe('Malformed');
  expect(error).toBeInstanceOf(Error);
});

test('a message as long as its fixed part gets a view, wherever it lies in its buffer', () => {
  expect(fixedPart(windowed(hex('01020304')), 4, 'figure').getUint32(0)).toBe(0x01020304);
});

test('a message one octet shorter than its fixed part is malformed, and the error says both lengths', () => {
  expect(() => fixedPart(hex('010203'), 4, 'figure')).toThrow(new Malformed('figure', '3 octets, at least 4 needed'));
});

test('what makes no sense is nothing, and any other fault goes on', () => {
  expect(unlessMalformed(() => 7)).toBe(7);
  expect(
    unlessMalformed(() => {
      throw new Malformed('figure', 'cut');
    }),
  ).toBeUndefined();
  expect(() =>
    unlessMalformed(() => {
      throw new RangeError('of ours');
    }),
  ).toThrow(RangeError);
});
