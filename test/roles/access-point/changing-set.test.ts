import { expect, test } from 'vitest';
import { ChangingSet } from '../../../src/roles/access-point/changing-set.ts';

test('what came or went is told once', () => {
  const set = new ChangingSet<string>();
  set.update('a', true);
  set.update('b', true);
  set.update('b', true);
  expect(set.takeChanges()).toEqual({ wanted: ['a', 'b'], unwanted: [] });
  set.update('a', false);
  set.update('c', true);
  expect(set.takeChanges()).toEqual({ wanted: ['c'], unwanted: ['a'] });
  expect(set.takeChanges()).toEqual({ wanted: [], unwanted: [] });
});

test('what came and went in between is not, nor what never was there', () => {
  const set = new ChangingSet<string>();
  set.update('a', true);
  set.update('a', false);
  set.update('b', false);
  expect(set.takeChanges()).toEqual({ wanted: [], unwanted: [] });
});
