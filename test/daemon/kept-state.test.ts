import { expect, test } from 'vitest';
import { decodeKeptState } from '../../src/daemon/kept-state.ts';
import { utf8Octets } from '../../src/octets/octets.ts';
import { keptText } from './kept-text.ts';

const decoded = (text: string) => decodeKeptState(utf8Octets(text));
const NOTHING = { bindings: [], visitors: [] };

test('what was kept comes back', () => {
  const state = { bindings: [{ homeAddress: '10.1.0.77' }], visitors: [{ homeAddress: '10.2.0.5' }] };
  expect(decoded(keptText(state).text)).toEqual(state);
});

test('rows are taken one by one, and counted; none are none', () => {
  function* rows(count: number) {
    for (let number = 0; number < count; number++) yield { number };
  }
  const { text, rows: counted } = keptText({ bindings: rows(3), visitors: rows(0) });
  expect(counted).toBe(3);
  expect(decoded(text)).toEqual({ bindings: [{ number: 0 }, { number: 1 }, { number: 2 }], visitors: [] });
  expect(decoded(keptText(NOTHING).text)).toEqual(NOTHING);
});

test('no file, half a file, another version and nonsense are as nothing kept', () => {
  const whole = utf8Octets(keptText({ bindings: [1], visitors: [2] }).text);
  expect(decodeKeptState(undefined)).toEqual(NOTHING);
  for (let length = 0; length < whole.length; length++) {
    expect(decodeKeptState(whole.subarray(0, length))).toEqual(NOTHING);
  }
  for (const text of ['null', '7', '[]', '{"version":2,"bindings":[1]}', '{"version":1,"bindings":"x"}']) {
    expect(decodeKeptState(utf8Octets(text))).toEqual(NOTHING);
  }
});
