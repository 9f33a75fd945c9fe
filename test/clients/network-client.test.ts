import { describe, expect, test } from 'vitest';
import { NetworkClient, type NetworkEffect } from '../../src/clients/network-client.ts';
import { decodeNetlinkMessages } from '../../src/wire/netlink.ts';
import { encodeRouteAddition, encodeRouteRemoval, PMIP_PROTOCOL, type Route } from '../../src/wire/rtnetlink-route.ts';
import { ip, mac, prefix } from '../addresses.ts';
import { FakeKernel } from '../daemon/fake-kernel.ts';

const BRIDGE_MAC = mac('02:00:00:00:01:01');

/** A client and the kernel that answers it. */
class Machine {
  readonly kernel: FakeKernel;
  readonly client: NetworkClient;
  readonly told: Exclude<NetworkEffect, { readonly kind: 'send' }>[] = [];
  isDeaf = false;

  constructor(littleEndian = true) {
    this.kernel = new FakeKernel(littleEndian);
    this.client = new NetworkClient({ littleEndian, errnoNumbers: littleEndian ? 'generic' : 'mips' });
    this.kernel.addLink({ index: 4, name: 'br-lan', kind: 'bridge', mac: BRIDGE_MAC });
    this.kernel.addAddress({ index: 4, address: ip('10.1.0.1'), prefixLength: 24 });
    this.kernel.takeNotifications();
  }

  perform(effects: readonly NetworkEffect[]): void {
    for (const effect of effects) {
      if (effect.kind !== 'send') this.told.push(effect);
      else if (!this.isDeaf) this.answer(effect.octets);
    }
  }

  answer(octets: Uint8Array): void {
    for (const answer of this.kernel.received('network', octets)) this.perform(this.client.received(answer));
  }

  notify(): void {
    for (const octets of this.kernel.takeNotifications()) this.perform(this.client.received(octets));
  }

  takeTold(): string[] {
    return this.told.splice(0).map(({ kind }) => kind);
  }
}

describe.each([true, false])('on a machine that is little-endian: %s', (littleEndian) => {
  test('links and addresses are asked for, and the change is told once both are known', () => {
    const machine = new Machine(littleEndian);
    expect(machine.client.isKnown).toBe(false);
    machine.perform(machine.client.start());
    expect(machine.takeTold()).toEqual(['changed']);
    expect(machine.client.isKnown).toBe(true);
    expect(machine.client.network.link('br-lan')).toMatchObject({ address: ip('10.1.0.1'), mac: BRIDGE_MAC });
  });

  test('a link that makes no sense is counted, and does not hide the others', () => {
    const machine = new Machine(littleEndian);
    machine.kernel.addLink({ index: 10, name: 'odd0' });
    machine.kernel.takeNotifications();
    const spoil = (octets: Uint8Array) => {
      // Of the second message of the dump: the length of its first attribute.
      const view = new DataView(octets.buffer, octets.byteOffset);
      const second = view.getUint32(0, littleEndian);
      if (view.getUint16(4, littleEndian) === 16) view.setUint16(second + 32, 0xfff0, littleEndian);
      return octets;
    };
    const received = machine.client.received.bind(machine.client);
    machine.client.received = (octets) => received(spoil(octets.slice()));
    machine.perform(machine.client.start());
    expect(machine.takeTold()).toEqual(['malformed', 'changed']);
    expect(machine.client.network.link('br-lan')).toMatchObject({ address: ip('10.1.0.1') });
  });

  test('what changes later is told', () => {
    const machine = new Machine(littleEndian);
    machine.perform(machine.client.start());
    machine.takeTold();
    machine.kernel.addLink({ index: 10, name: 'phy0-ap0', master: 4 });
    machine.notify();
    expect(machine.takeTold()).toEqual(['changed']);
    expect(machine.client.network.masterOf('phy0-ap0')).toBe('br-lan');
    machine.kernel.removeLink('phy0-ap0');
    machine.notify();
    expect(machine.takeTold()).toEqual(['changed']);
  });

  test('our address on the way to another is told, and that no way leads there', () => {
    const machine = new Machine(littleEndian);
    machine.kernel.sourceTo = (destination) => (destination === ip('10.2.0.1') ? ip('10.255.1.2') : undefined);
    machine.perform(machine.client.askSource(ip('10.2.0.1')));
    machine.perform(machine.client.askSource(ip('10.9.0.1')));
    expect(machine.told).toEqual([
      { kind: 'sourceKnown', destination: ip('10.2.0.1'), source: ip('10.255.1.2') },
      { kind: 'sourceKnown', destination: ip('10.9.0.1'), source: undefined },
    ]);
  });
});

test('what is notified while the first dumps are under way is no news before they are done', () => {
  const machine = new Machine();
  machine.isDeaf = true;
  const [first] = machine.client.start();
  machine.kernel.addLink({ index: 10, name: 'phy0-ap0', master: 4 });
  machine.notify();
  expect(machine.takeTold()).toEqual([]);
  machine.isDeaf = false;
  if (first?.kind === 'send') machine.answer(first.octets);
  expect(machine.takeTold()).toEqual(['changed']);
  expect(machine.client.network.masterOf('phy0-ap0')).toBe('br-lan');
});

test('the same word again is no news', () => {
  const machine = new Machine();
  machine.perform(machine.client.start());
  machine.takeTold();
  machine.kernel.addLink({ index: 4, name: 'br-lan', kind: 'bridge', mac: BRIDGE_MAC });
  machine.notify();
  expect(machine.takeTold()).toEqual([]);
});

test('after lost notifications everything is asked anew, and what is no longer there is gone', () => {
  const machine = new Machine();
  machine.perform(machine.client.start());
  machine.kernel.removeLink('br-lan');
  machine.kernel.takeNotifications();
  machine.perform(machine.client.overrun());
  expect(machine.client.network.link('br-lan')).toBe('noSuchDevice');
});

test('lost notifications in the middle of a dump, again and again, end in the truth', () => {
  const machine = new Machine();
  machine.isDeaf = true;
  machine.perform(machine.client.start());
  machine.perform(machine.client.overrun());
  machine.isDeaf = false;
  machine.perform(machine.client.overrun());
  expect(machine.client.network.link('br-lan')).toMatchObject({ interfaceIndex: 4 });
});

test('the answer to a dump that was given up does not count', () => {
  const machine = new Machine();
  machine.isDeaf = true;
  const [first] = machine.client.start();
  machine.perform(machine.client.overrun());
  machine.isDeaf = false;
  if (first?.kind === 'send') machine.answer(first.octets);
  expect(machine.takeTold()).toEqual([]);
});

test('a change of routes is told as such', () => {
  const machine = new Machine();
  machine.perform(machine.client.start());
  machine.takeTold();
  const query = machine.client.askSource(ip('10.1.0.1'))[0];
  machine.kernel.sourceTo = () => ip('10.1.0.1');
  const octets = query?.kind === 'send' ? machine.kernel.received('network', query.octets)[0] : undefined;
  // The kernel tells a new route in the same form as the answer to a query.
  const [route] = decodeNetlinkMessages(octets ?? new Uint8Array(0), true);
  expect(route).toBeDefined();
  const unasked = (octets ?? new Uint8Array(0)).slice();
  unasked.fill(0, 8, 12);
  machine.perform(machine.client.received(unasked));
  expect(machine.takeTold()).toEqual(['routesChanged']);
});

test('a route of ours is news to nobody but when it goes', () => {
  const machine = new Machine();
  machine.perform(machine.client.start());
  machine.takeTold();
  const route: Route = {
    destination: prefix('10.1.0.77/32'),
    table: 254,
    priority: 0,
    protocol: PMIP_PROTOCOL,
    scope: 253,
    type: 1,
    interfaceIndex: 4,
    gateway: undefined,
    preferredSource: undefined,
    encapsulation: undefined,
  };
  machine.kernel.received('route', encodeRouteAddition(route, true));
  machine.notify();
  expect(machine.told).toEqual([]);
  machine.kernel.received('route', encodeRouteRemoval(route, true));
  machine.notify();
  expect(machine.told).toEqual([{ kind: 'ownRouteGone', route }]);
});
