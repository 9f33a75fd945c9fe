// HostapdClient held against single cases; hostapd-recordings.test.ts has whole runs of the real hostapd.

import { describe, expect, test } from 'vitest';
import { Bus } from '../daemon/bus.ts';
import { type BssFacts, FakeBss, FakeNetifd } from '../daemon/fake-hostapd.ts';
import { Listener, type Stage } from './hostapd-recordings.ts';

const FIRST = '02:00:00:00:02:00';
const SECOND = '02:00:00:00:03:00';
const AUTHORIZED = { auth: true, assoc: true, authorized: true };
const STALE = { auth: true, assoc: false, authorized: false };
const FACTS: BssFacts = { bssid: '02:00:00:00:00:00', ssid: 'PMIP', freq: 2412 };

/** A bus with two BSSes of a hostapd, and a client that listens. */
class Network implements Stage {
  readonly bus = new Bus();
  now = 0;
  readonly bsses: FakeBss[] = [];
  readonly listener: Listener;

  constructor() {
    this.add('phy0-ap0');
    this.add('phy1-ap0');
    this.listener = new Listener(this);
    this.listener.start();
    this.listener.effects.length = 0;
  }

  get slow(): FakeBss {
    return this.bsses[0] as FakeBss;
  }

  get fast(): FakeBss {
    return this.bsses[1] as FakeBss;
  }

  add(interfaceName: string, isSilent = false): FakeBss {
    const bss = new FakeBss(this.bus, () => this.now, { interfaceName, facts: FACTS, isSilent });
    this.bsses.push(bss);
    return bss;
  }

  remove(bss: FakeBss): void {
    this.bsses.splice(this.bsses.indexOf(bss), 1);
    bss.remove();
  }

  nextMs(): number {
    const attempts = this.bsses.map((bss) => bss.nextDeadline()).filter((time) => time !== undefined);
    return Math.min(Number.POSITIVE_INFINITY, ...attempts);
  }

  playNext(): void {
    this.now = Math.max(this.now, this.nextMs());
    for (const bss of this.bsses) bss.deadlineReached();
  }

  /** What is told until then, as text. */
  toldIn(ms: number): string[] {
    this.listener.playTo(this.now + ms);
    return this.listener.effects.splice(0).map((effect) => {
      if (effect.kind === 'bssFound') {
        const { interfaceName, ssid, radio } = effect.bss;
        return `bssFound ${interfaceName} ${ssid} ${radio}`;
      }
      return `${effect.kind} ${effect.interfaceName}`;
    });
  }
}

describe('stations', () => {
  test('authorized again without a detach are told again: they may have been elsewhere', () => {
    const network = new Network();
    network.slow.notify('sta-authorized', { address: FIRST });
    network.slow.notify('sta-authorized', { address: FIRST });
    expect(network.toldIn(1)).toEqual(['stationAttached phy0-ap0', 'stationAttached phy0-ap0']);
  });

  test('that associate again with protected frames, which hostapd does not call authorized again, are told again', () => {
    const network = new Network();
    network.slow.stations.set(FIRST, AUTHORIZED);
    network.slow.notify('sta-authorized', { address: FIRST });
    network.slow.notify('assoc', { address: FIRST });
    expect(network.toldIn(1000)).toEqual(['stationAttached phy0-ap0', 'stationAttached phy0-ap0']);
  });

  test('that attach before they detach elsewhere are not detached', () => {
    const network = new Network();
    network.slow.notify('sta-authorized', { address: FIRST });
    network.fast.notify('sta-authorized', { address: FIRST });
    network.slow.notify('disassoc', { address: FIRST });
    expect(network.toldIn(1)).toEqual(['stationAttached phy0-ap0', 'stationAttached phy1-ap0']);
    expect(network.listener.attached()).toEqual([`${FIRST} phy1-ap0`]);
  });

  test('that leave with a deauthentication and a disassociation are detached once', () => {
    const network = new Network();
    network.slow.notify('sta-authorized', { address: FIRST });
    network.slow.notify('deauth', { address: FIRST });
    network.slow.notify('disassoc', { address: FIRST });
    expect(network.toldIn(1)).toEqual(['stationAttached phy0-ap0', 'stationDetached phy0-ap0']);
  });

  test('for which an old BSS has a late word are not detached from the new one', () => {
    const network = new Network();
    network.fast.stations.set(FIRST, AUTHORIZED);
    network.slow.stations.set(FIRST, STALE);
    network.fast.notify('sta-authorized', { address: FIRST });
    network.toldIn(1);
    for (const word of ['inactive-deauth', 'local-deauth', 'disassoc', 'deauth']) {
      network.slow.notify(word, { address: FIRST });
    }
    expect(network.toldIn(1000)).toEqual([]);
  });

  test('that are no longer listed when hostapd gives them up are detached', () => {
    const network = new Network();
    network.slow.notify('sta-authorized', { address: FIRST });
    network.slow.notify('inactive-deauth', { address: FIRST });
    expect(network.toldIn(1)).toEqual(['stationAttached phy0-ap0', 'stationDetached phy0-ap0']);
  });

  test('that a list claims too are left where a notification has put them, until that BSS lists them no more', () => {
    const network = new Network();
    network.slow.stations.set(FIRST, AUTHORIZED);
    network.fast.stations.set(FIRST, AUTHORIZED);
    network.fast.notify('sta-authorized', { address: FIRST });
    expect(network.toldIn(61_000)).toEqual(['stationAttached phy1-ap0']);
    network.fast.stations.clear();
    expect(network.toldIn(60_000)).toEqual(['stationAttached phy0-ap0']);
  });

  test('of which nothing is told are seen within a minute, and so is their end', () => {
    const network = new Network();
    network.slow.stations.set(FIRST, AUTHORIZED);
    expect(network.toldIn(60_500)).toEqual(['stationAttached phy0-ap0']);
    network.slow.stations.set(FIRST, STALE);
    expect(network.toldIn(60_500)).toEqual(['stationDetached phy0-ap0']);
  });

  test('whose key exchange fails are asked about for some seconds, and then no more', () => {
    const network = new Network();
    network.slow.stations.set(FIRST, { auth: true, assoc: true, authorized: false });
    network.slow.notify('assoc', { address: FIRST });
    expect(network.toldIn(10_000)).toEqual([]);
    expect(network.listener.hostapd.nextDeadline()).toBe(60_000);
  });

  test('that ask for association with ever other addresses do not fill the memory', () => {
    const network = new Network();
    for (let count = 0; count < 3000; count++) {
      const low = (count + 0x10000).toString(16);
      network.slow.notify('assoc', { address: `02:00:00:01:${low.slice(1, 3)}:${low.slice(3)}` });
    }
    network.slow.stations.set(FIRST, AUTHORIZED);
    network.slow.notify('sta-authorized', { address: FIRST });
    expect(network.toldIn(100)).toEqual(['stationAttached phy0-ap0']);
  });

  test.each([{}, { address: 7 }, { address: 'zz' }, { address: '02:00:00:00:02' }])(
    'without an address that is one are no stations: %j',
    (data) => {
      const network = new Network();
      for (const word of ['sta-authorized', 'assoc', 'disassoc', 'inactive-deauth', 'no-such-word']) {
        network.slow.notify(word, data);
      }
      expect(network.toldIn(1000)).toEqual([]);
    },
  );
});

describe('a BSS', () => {
  test('that is taken down takes its stations along; under a new object id it is found again with those it has', () => {
    const network = new Network();
    network.fast.notify('sta-authorized', { address: FIRST });
    network.slow.notify('sta-authorized', { address: SECOND });
    network.toldIn(1);
    network.remove(network.fast);
    expect(network.toldIn(1)).toEqual(['stationDetached phy1-ap0', 'bssGone phy1-ap0']);
    const back = network.add('phy1-ap0');
    back.stations.set(FIRST, AUTHORIZED);
    back.notify('sta-authorized', { address: FIRST });
    expect(network.toldIn(1)).toEqual(['bssFound phy1-ap0 PMIP undefined', 'stationAttached phy1-ap0']);
    expect(network.listener.attached().sort()).toEqual([`${FIRST} phy1-ap0`, `${SECOND} phy0-ap0`].sort());
  });

  test('that a new ubusd does not show within five seconds is gone', () => {
    const network = new Network();
    network.slow.notify('sta-authorized', { address: FIRST });
    network.fast.notify('sta-authorized', { address: SECOND });
    network.toldIn(1);
    network.bus.stop();
    network.remove(network.fast);
    network.bus.start();
    network.slow.stations.set(FIRST, AUTHORIZED);
    expect(network.toldIn(5000)).toEqual([]);
    expect(network.toldIn(1000)).toEqual(['stationDetached phy1-ap0', 'bssGone phy1-ap0']);
    expect(network.listener.attached()).toEqual([`${FIRST} phy0-ap0`]);
  });

  test('and its stations stay as they are while ubusd is away', () => {
    const network = new Network();
    network.slow.stations.set(FIRST, AUTHORIZED);
    network.slow.notify('sta-authorized', { address: FIRST });
    network.toldIn(1);
    network.bus.stop();
    expect(network.toldIn(100_000)).toEqual([]);
    network.bus.start();
    expect(network.toldIn(20_000)).toEqual([]);
    expect(network.listener.attached()).toEqual([`${FIRST} phy0-ap0`]);
  });

  test('whose SSID is changed by a reload, which keeps the object, is told anew within a minute', () => {
    const network = new Network();
    network.slow.facts = { ...FACTS, ssid: 'other' };
    expect(network.toldIn(60_500)).toEqual(['bssFound phy0-ap0 other undefined']);
  });

  test('that switches its channel is told anew at once', () => {
    const network = new Network();
    network.slow.facts = { ...FACTS, freq: 2437 };
    network.slow.notify('channel-switch', { ifname: 'phy0-ap0', freq: 2437 });
    expect(network.toldIn(1)).toEqual(['bssFound phy0-ap0 PMIP undefined']);
    expect(network.listener.hostapd.bsses()[0]).toMatchObject({ frequencyMHz: 2437 });
  });

  test('whose hostapd does not answer is asked again', () => {
    const network = new Network();
    const silent = network.add('phy2-ap0', true);
    expect(network.toldIn(6000)).toEqual([]);
    silent.isSilent = false;
    silent.stations.set(FIRST, AUTHORIZED);
    expect(network.toldIn(8000)).toEqual(['bssFound phy2-ap0 PMIP undefined', 'stationAttached phy2-ap0']);
  });
});

describe('the radio of a BSS', () => {
  const RADIOS = { radio0: ['phy0-ap0'], radio1: ['phy1-ap0', 'phy1-ap1'] };

  test('is that of netifd', () => {
    const network = new Network();
    new FakeNetifd(network.bus, () => network.now, RADIOS);
    expect(network.toldIn(1)).toEqual(['bssFound phy0-ap0 PMIP radio0', 'bssFound phy1-ap0 PMIP radio1']);
    network.add('phy1-ap1');
    expect(network.toldIn(1)).toEqual(['bssFound phy1-ap1 PMIP radio1']);
  });

  test('is asked for again where netifd learns of the interface later than hostapd', () => {
    const network = new Network();
    const netifd = new FakeNetifd(network.bus, () => network.now, {});
    expect(network.toldIn(1000)).toEqual([]);
    Object.assign(netifd.interfacesByRadio, RADIOS);
    expect(network.toldIn(2000)).toEqual(['bssFound phy0-ap0 PMIP radio0', 'bssFound phy1-ap0 PMIP radio1']);
  });

  test('is asked for a few times only, where netifd never knows it', () => {
    const network = new Network();
    new FakeNetifd(network.bus, () => network.now, { radio0: ['phy0-ap0'] });
    expect(network.toldIn(20_000)).toEqual(['bssFound phy0-ap0 PMIP radio0']);
    expect(network.listener.hostapd.nextDeadline()).toBeGreaterThan(60_000);
  });

  test('stays known when netifd ends, and is undefined where it never was there', () => {
    const network = new Network();
    expect(network.listener.hostapd.bsses().map(({ radio }) => radio)).toEqual([undefined, undefined]);
    const netifd = new FakeNetifd(network.bus, () => network.now, RADIOS);
    network.toldIn(1);
    netifd.remove();
    expect(network.toldIn(100_000)).toEqual([]);
    expect(network.listener.hostapd.bsses().map(({ radio }) => radio)).toEqual(['radio0', 'radio1']);
  });
});
