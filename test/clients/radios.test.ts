import { expect, test } from 'vitest';
import { Radios } from '../../src/clients/radios.ts';

test('a radio is known by the interfaces that netifd lists for it', () => {
  const radios = new Radios();
  radios.told({
    radio0: { up: true, interfaces: [{ section: 'default_radio0', ifname: 'phy0-ap0' }, { ifname: 'phy0-ap1' }] },
    radio1: { up: false, interfaces: [{ section: 'default_radio1' }] },
  });
  expect(['phy0-ap0', 'phy0-ap1', 'phy1-ap0'].map((name) => radios.of(name))).toEqual(['radio0', 'radio0', undefined]);
});

test('the last answer is the one that counts', () => {
  const radios = new Radios();
  radios.told({ radio0: { interfaces: [{ ifname: 'phy0-ap0' }] } });
  radios.told({});
  expect(radios.of('phy0-ap0')).toBeUndefined();
});

test('it is worth asking five times for each interface that is found', () => {
  const radios = new Radios();
  expect([1, 2, 3, 4, 5, 6].map(() => radios.told({}))).toEqual([true, true, true, true, false, false]);
  radios.interfaceFound();
  expect(radios.told({})).toBe(true);
});

test.each([{ radio0: null }, { radio0: { interfaces: 'none' } }, { radio0: { interfaces: [null, 1, { ifname: 2 }] } }])(
  'what makes no sense names no radio: %j',
  (status) => {
    const radios = new Radios();
    radios.told(status);
    expect(radios.of('phy0-ap0')).toBeUndefined();
  },
);
