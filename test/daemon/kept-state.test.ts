import { expect, test } from 'vitest';
import { decodeKeptState, encodeKeptState } from '../../src/daemon/kept-state.ts';
import { utf8Octets } from '../../src/octets/octets.ts';

const NOTHING = { bindings: [], visitors: [] };

test('what was kept comes back', () => {
  const state = { bindings: [{ homeAddress: '10.1.0.77' }], visitors: [{ homeAddress: '10.2.0.5' }] };
  expect(decodeKeptState(encodeKeptState(state))).toEqual(state);
});

test('no file, half a file, another version and nonsense are as nothing kept', () => {
  const whole = encodeKeptState({ bindings: [1], visitors: [2] });
  expect(decodeKeptState(undefined)).toEqual(NOTHING);
  for (let length = 0; length < whole.length; length++) {
    expect(decodeKeptState(whole.subarray(0, length))).toEqual(NOTHING);
  }
  for (const text of ['null', '7', '[]', '{"version":2,"bindings":[1]}', '{"version":1,"bindings":"x"}']) {
    expect(decodeKeptState(utf8Octets(text))).toEqual(NOTHING);
  }
});
