import { expect, test } from 'vitest';
import { decodeKeptState } from '../../src/daemon/kept-state.ts';
import { StateKeeper } from '../../src/daemon/state-keeper.ts';
import { utf8Octets } from '../../src/octets/octets.ts';
import { at } from '../roles/moments.ts';
import { keptText } from './kept-text.ts';

const decoded = (pieces: Iterable<string>) => decodeKeptState(utf8Octets([...pieces].join('')));
const FORMER = { bindings: ['former'], visitors: ['visitor'] };

function agents() {
  const remembered = {
    count: 0,
    revision: () => remembered.count,
    snapshot: () => ({ bindings: ['binding'], visitors: ['a', 'b'] }),
  };
  return remembered;
}

test('it is behind from a change to the next writing, and waits longer where there is much to write', () => {
  const remembered = agents();
  const keeper = new StateKeeper(remembered);
  const firstWaitMs = keeper.waitMs;
  expect(keeper.isBehind).toBe(false);
  remembered.count += 1;
  expect(keeper.isBehind).toBe(true);
  expect(decoded(keeper.state(at(0)))).toEqual(remembered.snapshot());
  expect(keeper.isBehind).toBe(false);
  expect(keeper.waitMs).toBeGreaterThan(firstWaitMs);
});

test('what a former daemon kept is taken up once, and not at all where it is nothing', () => {
  const keeper = new StateKeeper(agents());
  expect(keeper.takeUp()).toBeUndefined();
  keeper.read(utf8Octets(keptText(FORMER).text));
  expect(keeper.takeUp()).toEqual(FORMER);
  expect(keeper.takeUp()).toBeUndefined();
  keeper.read(undefined);
  expect(keeper.takeUp()).toBeUndefined();
});

test('until it was taken up, it is what is written again', () => {
  const keeper = new StateKeeper(agents());
  keeper.read(utf8Octets(keptText(FORMER).text));
  expect(decoded(keeper.state(at(0)))).toEqual(FORMER);
  expect(decoded(keeper.stateOfStopped(at(0)))).toEqual({ ...FORMER, visitors: [] });
  keeper.takeUp();
  expect(decoded(keeper.stateOfStopped(at(0)))).toEqual({ bindings: ['binding'], visitors: [] });
});

test('what a stopped daemon then takes back does not change what was written', () => {
  const remembered = { ...agents(), snapshot: () => ({ bindings: ['binding'], visitors: ['a'] }) };
  const keeper = new StateKeeper(remembered);
  const last = keeper.stateOfStopped(at(0));
  remembered.snapshot = () => ({ bindings: [], visitors: [] });
  remembered.revision = () => -1;
  expect(keeper.isBehind).toBe(false);
  expect([...keeper.state(at(1))]).toEqual([...last]);
  expect(decoded(last)).toEqual({ bindings: ['binding'], visitors: [] });
});
