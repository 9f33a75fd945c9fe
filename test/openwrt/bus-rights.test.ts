// What the daemon asks of ubus against the ACL that ubusd reads for its user: the client of hostapd is led through its
// first minute by answers to all that it asks.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HostapdClient, type HostapdPurpose } from '../../src/clients/hostapd-client.ts';
import { OBJECT } from '../../src/daemon/bus-object.ts';
import { fromPlain, type PlainTable } from '../../src/ubus-js/blobmsg.ts';
import { UbusClient } from '../../src/ubus-js/client.ts';
import type { UbusEffect } from '../../src/ubus-js/effects.ts';
import { STATUS } from '../../src/ubus-js/status.ts';
import { ROOT } from './unpacked-package.ts';

type Acl = {
  readonly user: string;
  readonly access: Readonly<Record<string, { readonly methods: readonly string[] }>>;
  readonly subscribe: readonly string[];
  readonly publish: readonly string[];
  readonly listen: readonly string[];
};

const acl: Acl = JSON.parse(readFileSync(join(ROOT, 'openwrt/pmip/files/pmip.acl.json'), 'utf8'));
const OBJECTS = ['hostapd', 'hostapd.phy0-ap0', 'network.wireless', 'network.interface', 'service', 'system', 'uci'];
const ANSWERS: Readonly<Record<string, PlainTable>> = {
  get_status: { status: 'ENABLED', bssid: '02:00:00:00:01:00', ssid: 'tsunami', freq: 2412, channel: 1 },
  get_clients: { freq: 2412, clients: { '02:00:00:00:00:05': { auth: true, assoc: true, authorized: true } } },
};
const ENOUGH = 100;
const MINUTE_MS = 60_000;

/** Says that everything it is asked is there and was done, and notes it. */
class ObligingBus extends UbusClient<HostapdPurpose> {
  readonly calls = new Set<string>();
  readonly subscriptions = new Set<string>();
  readonly events = new Set<string>();
  readonly answers: UbusEffect<HostapdPurpose>[] = [];

  override get isReady(): boolean {
    return true;
  }

  override lookup(path: string | undefined, purpose: HostapdPurpose): [] {
    const found = OBJECTS.filter((name) => path === undefined || fits(name, path));
    const objects = found.map((name) => ({ path: name, objectId: OBJECTS.indexOf(name), signature: [] }));
    this.answers.push({ kind: 'found', purpose, status: STATUS.ok, objects });
    return [];
  }

  override call(call: Parameters<UbusClient<HostapdPurpose>['call']>[0]): [] {
    this.calls.add(`${OBJECTS[call.objectId]} ${call.method}`);
    const replies = [fromPlain(ANSWERS[call.method] ?? {})];
    this.answers.push({ kind: 'answered', purpose: call.purpose, status: STATUS.ok, replies });
    return [];
  }

  override subscribe(objectId: number, purpose: HostapdPurpose): [] {
    this.subscriptions.add(OBJECTS[objectId] ?? 'unknown');
    this.answers.push({ kind: 'answered', purpose, status: STATUS.ok, replies: [] });
    return [];
  }

  override registerEvent(pattern: string): [] {
    this.events.add(pattern);
    return [];
  }
}

/** ubusd's patterns: an asterisk at the end stands for anything. */
function fits(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function isGranted(call: string): boolean {
  const [object = '', method = ''] = call.split(' ');
  return Object.entries(acl.access).some(([pattern, { methods }]) => fits(object, pattern) && methods.includes(method));
}

function led(): ObligingBus {
  const bus = new ObligingBus();
  const client = new HostapdClient(bus);
  client.ready(0);
  for (const now of [0, MINUTE_MS, 2 * MINUTE_MS]) {
    client.deadlineReached(now);
    for (let answer = bus.answers.shift(), count = 0; answer !== undefined && count < ENOUGH; count++) {
      client.handle(answer, now);
      answer = bus.answers.shift();
    }
  }
  return bus;
}

describe('the rights of the user pmip on ubus', () => {
  const bus = led();

  test('are enough for each call of the daemon', () => {
    expect([...bus.calls]).toEqual(
      expect.arrayContaining(['hostapd.phy0-ap0 get_status', 'hostapd.phy0-ap0 get_clients']),
    );
    expect([...bus.calls].filter((call) => !isGranted(call))).toEqual([]);
  });

  test('are enough for its subscriptions, events and own object', () => {
    expect([...bus.subscriptions]).toEqual(['hostapd.phy0-ap0']);
    for (const name of bus.subscriptions) expect(acl.subscribe.some((pattern) => fits(name, pattern))).toBe(true);
    expect([...bus.events]).toEqual(acl.listen);
    expect(acl.publish).toEqual([OBJECT.path]);
  });

  test('are for that user, and no rights to change anything', () => {
    expect(acl.user).toBe('pmip');
    const methods = Object.values(acl.access).flatMap((grant) => grant.methods);
    expect(methods.filter((name) => !/^(get_\w+|status|dump|list)$/.test(name))).toEqual([]);
  });
});
