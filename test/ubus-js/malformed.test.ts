import { expect, test } from 'vitest';
import { Malformed } from '../../src/ubus-js/malformed.ts';

test('the error names the part and the reason, and is told from other errors', () => {
  const error = new Malformed('blobmsg', 'an unknown type');
  expect(error.message).toBe('blobmsg: an unknown type');
  expect(error.name).toBe('Malformed');
  expect(error).toBeInstanceOf(Error);
});
