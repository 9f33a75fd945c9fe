import { describe, expect, test } from 'vitest';
import { formatIpv4 } from '../../../src/octets/address.ts';
import { type BindingEffect, MobilityBindings } from '../../../src/roles/home-agent/mobility-bindings.ts';
import { ip } from '../../addresses.ts';
import { binding as template } from './bindings.ts';

const at = (address: string, changes: Partial<typeof template> = {}) => ({
  ...template,
  careOfAddress: ip(address),
  sourceAddress: ip(address),
  ...changes,
});
const words = (effects: readonly BindingEffect[]) =>
  effects.map(({ kind, binding }) => `${kind} ${formatIpv4(binding.careOfAddress)}`);
const addressesOf = (bindings: MobilityBindings) =>
  bindings.of(template.homeAddress).map(({ careOfAddress }) => formatIpv4(careOfAddress));

function withTwo() {
  const bindings = new MobilityBindings();
  expect(words(bindings.setBeside(at('10.2.0.1')))).toEqual(['bindingWanted 10.2.0.1']);
  expect(words(bindings.setBeside(at('10.3.0.1', { expiresAtMs: 90_000 })))).toEqual(['copiesWanted 10.3.0.1']);
  return bindings;
}

describe('two bindings of a mobile node', () => {
  test('are both found, and both counted', () => {
    const bindings = withTwo();
    expect(addressesOf(bindings)).toEqual(['10.2.0.1', '10.3.0.1']);
    expect(bindings.at(template.homeAddress, ip('10.3.0.1'))?.expiresAtMs).toBe(90_000);
    expect(bindings.at(template.homeAddress, ip('10.4.0.1'))).toBeUndefined();
    expect([bindings.size, [...bindings.all()].length]).toEqual([2, 2]);
  });

  test('are renewed each at its place, without news for the kernel', () => {
    const bindings = withTwo();
    for (const address of ['10.2.0.1', '10.3.0.1']) {
      expect(bindings.setBeside(at(address, { expiresAtMs: 99_000 }))).toEqual([]);
    }
    expect([...bindings.all()].map(({ expiresAtMs }) => expiresAtMs)).toEqual([99_000, 99_000]);
    expect(words(bindings.setBeside(at('10.3.0.1', { reverseTunneling: false })))).toEqual(['copiesWanted 10.3.0.1']);
  });

  test('end one by one: when the first goes, the other takes its place before the copies end', () => {
    const bindings = withTwo();
    expect(words(bindings.delete(at('10.2.0.1')))).toEqual(['bindingWanted 10.3.0.1', 'copiesUnwanted 10.3.0.1']);
    expect(addressesOf(bindings)).toEqual(['10.3.0.1']);
    expect(words(bindings.delete(at('10.3.0.1')))).toEqual(['bindingUnwanted 10.3.0.1']);
    expect([bindings.size, bindings.nextExpiry()]).toEqual([0, undefined]);
  });

  test('end one by one: when the second goes, the copies end', () => {
    const bindings = withTwo();
    expect(words(bindings.delete(at('10.3.0.1')))).toEqual(['copiesUnwanted 10.3.0.1']);
    expect(addressesOf(bindings)).toEqual(['10.2.0.1']);
    expect(bindings.nextExpiry()).toBe(60_000);
  });

  test('expire each at its time', () => {
    const bindings = withTwo();
    expect(bindings.takeExpired(59_999)).toBeUndefined();
    const first = bindings.takeExpired(60_000);
    expect(first && [formatIpv4(first.binding.careOfAddress), ...words(first.effects)]).toEqual([
      '10.2.0.1',
      'bindingWanted 10.3.0.1',
      'copiesUnwanted 10.3.0.1',
    ]);
    expect(bindings.takeExpired(89_999)).toBeUndefined();
    expect(words(bindings.takeExpired(90_000)?.effects ?? [])).toEqual(['bindingUnwanted 10.3.0.1']);
    expect(bindings.size).toBe(0);
  });

  test('expire at the same time both', () => {
    const bindings = withTwo();
    expect(words(bindings.takeExpired(90_000)?.effects ?? [])).toEqual(['copiesUnwanted 10.3.0.1']);
    expect(words(bindings.takeExpired(90_000)?.effects ?? [])).toEqual(['bindingUnwanted 10.2.0.1']);
    expect(bindings.takeExpired(90_000)).toBeUndefined();
  });
});

describe('an only binding', () => {
  test.each([
    ['10.2.0.1', ['copiesUnwanted 10.3.0.1']],
    ['10.3.0.1', ['bindingWanted 10.3.0.1', 'copiesUnwanted 10.3.0.1']],
    ['10.4.0.1', ['bindingWanted 10.4.0.1', 'copiesUnwanted 10.3.0.1']],
  ])('at %s takes the place of two', (address, effects) => {
    const bindings = withTwo();
    expect(words(bindings.setOnly(at(address)))).toEqual(effects);
    expect(addressesOf(bindings)).toEqual([address]);
    expect(bindings.size).toBe(1);
  });

  test('is no news for the kernel when it is renewed', () => {
    const bindings = new MobilityBindings();
    expect(words(bindings.setOnly(at('10.2.0.1')))).toEqual(['bindingWanted 10.2.0.1']);
    expect(bindings.setOnly(at('10.2.0.1'))).toEqual([]);
  });
});

test('what was never bound ends without effects', () => {
  const bindings = withTwo();
  expect(bindings.delete(at('10.4.0.1'))).toEqual([]);
  expect(bindings.delete(at('10.2.0.1', { homeAddress: ip('10.1.0.78') }))).toEqual([]);
  expect(bindings.isBound(ip('10.1.0.78'))).toBe(false);
});
