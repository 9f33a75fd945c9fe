import { expect, test } from 'vitest';
import { Radios } from '../../src/clients/radios.ts';

test('a radio is known by the interfaces that netifd lists for it', () => {
  const radios = new Radios();
  radios.told({
    radio0: { up: true, interfaces: [{ section: 'default_radio0', ifname: 'phy0-ap0' }, { ifname: 'phy0-ap1' }] },
    radio1: { up: false, interfaces: [{ section: 'default_radio1' }] },
  });
  const names = ['phy0-ap0', 'phy0-ap1', 'phy1-ap0'];
  expect(names.map((name) => radios.of(name)?.radio)).toEqual(['radio0', 'radio0', undefined]);
});

test('a BSS has VLANs by sections of its own, or dynamic ones', () => {
  const radios = new Radios();
  radios.told({
    radio0: {
      interfaces: [
        { ifname: 'plain', config: { mode: 'ap', network: ['lan'] }, vlans: [] },
        { ifname: 'sections', config: { mode: 'ap', network: ['lan'] }, vlans: [{ ifname: 'v1' }] },
        { ifname: 'dynamic', config: { mode: 'ap', network: ['lan'], dynamic_vlan: 2 } },
        { ifname: 'switched-off', config: { mode: 'ap', network: ['lan'], dynamic_vlan: '0' } },
      ],
    },
  });
  const names = ['plain', 'sections', 'dynamic', 'switched-off'];
  expect(names.map((name) => radios.of(name)?.hasVlans)).toEqual([false, true, true, false]);
});

test.each(['sta', 'mesh', 'adhoc'])('a BSS in one network with an interface of mode %s repeats another box', (mode) => {
  const radios = new Radios();
  radios.told({
    radio0: { interfaces: [{ ifname: 'uplink', config: { mode, network: ['lan'] } }] },
    radio1: {
      interfaces: [
        { ifname: 'repeater', config: { mode: 'ap', network: ['lan'] } },
        { ifname: 'apart', config: { mode: 'ap', network: ['guest'] } },
      ],
    },
  });
  expect(['repeater', 'apart'].map((name) => radios.of(name)?.hasWirelessUplink)).toEqual([true, false]);
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
