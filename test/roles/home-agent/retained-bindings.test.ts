import { describe, expect, test } from 'vitest';
import { settingsOf } from '../../../src/roles/home-agent/configuration.ts';
import { canBeBeside, roomFor } from '../../../src/roles/home-agent/retained-bindings.ts';
import { ip } from '../../addresses.ts';
import { configuration } from './scene.ts';

const served = settingsOf({ ...configuration, areSimultaneousBindingsServed: true });
const at = (address: string, encapsulation: 'ipip' | 'gre' = 'ipip') => ({ careOfAddress: ip(address), encapsulation });
const HERE = at('10.2.0.1');
const THERE = at('10.3.0.1');
const ELSEWHERE = at('10.4.0.1');

describe('a binding beside others', () => {
  test('is served where the configuration says so', () => {
    expect(canBeBeside(THERE, [HERE], served)).toBe(true);
    expect(canBeBeside(THERE, [HERE], settingsOf(configuration))).toBe(false);
  });

  test('has the encapsulation of the others; its own may change', () => {
    expect(canBeBeside(at('10.3.0.1', 'gre'), [HERE], served)).toBe(false);
    expect(canBeBeside(at('10.2.0.1', 'gre'), [HERE], served)).toBe(true);
    expect(canBeBeside(at('10.2.0.1', 'gre'), [HERE, THERE], served)).toBe(false);
  });
});

describe('room', () => {
  const beside = { isBeside: true, isFull: false };
  const instead = { isBeside: false, isFull: false };
  test('is for two bindings of a node, beside each other: the third gets code 135', () => {
    expect(roomFor(HERE, [], beside)).toBe(0);
    expect(roomFor(THERE, [HERE], beside)).toBe(0);
    expect(roomFor(ELSEWHERE, [HERE, THERE], beside)).toBe(135);
  });

  test('is for the renewal of either, and for one in place of both', () => {
    expect(roomFor(HERE, [HERE, THERE], beside)).toBe(0);
    expect(roomFor(THERE, [HERE, THERE], beside)).toBe(0);
    expect(roomFor(ELSEWHERE, [HERE, THERE], instead)).toBe(0);
  });

  test('in a full table is for what makes it no fuller; else code 130', () => {
    expect(roomFor(HERE, [], { ...instead, isFull: true })).toBe(130);
    expect(roomFor(THERE, [HERE], { ...beside, isFull: true })).toBe(130);
    expect(roomFor(THERE, [HERE], { ...instead, isFull: true })).toBe(0);
    expect(roomFor(HERE, [HERE], { ...beside, isFull: true })).toBe(0);
  });
});
