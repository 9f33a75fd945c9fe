// Servers that are known by name, through a whole daemon; the test plays the name server.

import { expect, test } from 'vitest';
import { utf8Octets } from '../../src/octets/octets.ts';
import type { Departure } from '../../src/runtime/runtime.ts';
import { decodeDnsMessage } from '../../src/wire/dns.ts';
import { ip } from '../addresses.ts';
import { hex } from '../hex.ts';
import { callOverBus } from './bus.ts';
import { type Box, usualConfiguration, World } from './two-boxes.ts';

const CONFIGURATION = `${usualConfiguration([2]).replace(
  "config bridge 'lan'",
  "\tlist aap map.campus\n\toption aap_key '0123456789abcdef'\nconfig bridge 'lan'",
)}config radius\n\toption server keys.campus\n\toption secret 'of the server'\n`;

class Scene {
  readonly world = new World();
  readonly box: Box;

  constructor() {
    this.box = this.world.addBox(1);
    this.box.start(CONFIGURATION);
    this.world.wait(100);
  }

  files(): void {
    this.take('nameFilesRead');
    const resolverConfiguration = utf8Octets('nameserver 127.0.0.1\n');
    this.box.arrive({ kind: 'nameFiles', hosts: utf8Octets('192.0.2.9 keys.campus\n'), resolverConfiguration });
  }

  /** Of this kind, once. */
  take<Kind extends Departure['kind']>(kind: Kind): Extract<Departure, { readonly kind: Kind }>[] {
    const isOne = (departure: Departure): departure is Extract<Departure, { readonly kind: Kind }> =>
      departure.kind === kind;
    const taken = this.box.departures.filter(isOne);
    this.box.departures.splice(0, this.box.departures.length, ...this.box.departures.filter((each) => !isOne(each)));
    return taken;
  }

  answer(address: string): void {
    const [question] = this.take('dnsSend');
    if (question === undefined) throw new Error('nothing was asked');
    expect(decodeDnsMessage(question.octets).questions[0]?.name).toBe('map.campus');
    const octets = new Uint8Array([...question.octets, ...hex('c00c 0001 0001 00000e10 0004 00000000')]);
    octets.set([0x81, 0x80], 2);
    octets[7] = 1;
    new DataView(octets.buffer).setUint32(octets.length - 4, ip(address));
    this.box.arrive({ kind: 'dnsReceived', octets, sourceAddress: question.address, sourcePort: question.port });
    this.world.wait(100);
  }

  status(): Readonly<Record<string, unknown>> {
    return callOverBus(this.box.bus, 'pmip', 'status')?.data ?? {};
  }
}

test('servers are asked where their names lead, and shown with them', () => {
  const scene = new Scene();
  expect(scene.take('mapSend')).toEqual([]);
  scene.files();
  expect(scene.status()).toMatchObject({ authorities: [], radius: [{ server: '192.0.2.9', name: 'keys.campus' }] });
  scene.answer('10.255.7.2');
  expect(scene.take('mapSend')[0]).toMatchObject({ destination: ip('10.255.7.2') });
  expect(scene.status().authorities).toEqual([{ address: '10.255.7.2', name: 'map.campus', state: 'silent' }]);
});

test('an authoritative access point that is silent is looked up again, and asked where it is then', () => {
  const scene = new Scene();
  scene.files();
  scene.answer('10.255.7.2');
  scene.world.wait(9000);
  expect(scene.take('nameFilesRead')).toEqual([]);
  scene.world.wait(6000);
  scene.files();
  scene.take('mapSend');
  scene.answer('10.255.8.2');
  expect(scene.take('mapSend')[0]).toMatchObject({ destination: ip('10.255.8.2') });
});

test('a restart that was asked for leaves the map on the disk', () => {
  const scene = new Scene();
  scene.files();
  scene.answer('10.255.1.2');
  expect(scene.status().authorities).toEqual([{ address: '10.255.1.2', name: 'map.campus', state: 'self' }]);
  expect(scene.take('mapWrite')).toEqual([]);
  scene.box.arrive({ kind: 'restartRequested' });
  expect(scene.take('mapWrite')).toHaveLength(1);
});
