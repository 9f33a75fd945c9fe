// What is said between boxes is in ../subnet-map-story.test.ts; here is what the role shows to its host.

import { expect, test } from 'vitest';
import { AuthoritativeAccessPoint } from '../../../src/roles/authoritative-access-point/authoritative-access-point.ts';
import { decodeMapMessage } from '../../../src/wire/subnet-map.ts';
import { encodeMapMessage, helloKey } from '../../../src/wire/subnet-map-keys.ts';
import { ip } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { AUTHORITY, header } from '../../wire/map-messages.ts';
import { addressOf, MapNetwork, SECRET } from '../map-network.ts';
import { at } from '../moments.ts';

const configuration = {
  accessPoint: AUTHORITY,
  secret: SECRET,
  otherAuthorities: [],
  isDirectoryKept: true,
  mostRecords: 2,
  mostStations: 2,
};

function hello() {
  const message = decodeMapMessage(encodeMapMessage(header, { kind: 'hello' }, helloKey(SECRET, digests), digests));
  if (message.kind !== 'mapMessage') throw new Error(message.kind);
  const [sourceAddress, destinationAddress] = [ip('192.0.2.1'), ip('192.0.2.9')];
  return { kind: 'mapMessageReceived', message, sourceAddress, destinationAddress } as const;
}

test('a box that is not authoritative answers nobody, and says so', () => {
  const role = new AuthoritativeAccessPoint(digests, () => 0.5);
  const report = { kind: 'mapMessageDiscarded', sourceAddress: ip('192.0.2.1'), reason: 'notServed' };
  expect(role.handle(hello(), at(0))).toEqual([{ kind: 'report', report }]);
  expect([role.isInOffice, role.nextDeadline()]).toEqual([false, undefined]);
});

test('one that is answers from the address that was called', () => {
  const role = new AuthoritativeAccessPoint(digests, () => 0.5);
  role.handle({ kind: 'configured', configuration }, at(0));
  expect(role.isInOffice).toBe(true);
  expect(role.handle(hello(), at(0))).toMatchObject([
    { kind: 'mapMessageSent', destination: ip('192.0.2.1'), source: ip('192.0.2.9') },
  ]);
});

test('the same configuration again loses nothing; another key loses all', () => {
  const network = new MapNetwork();
  const box = network.add(1, [1]);
  network.wait(1000);
  const count = () => [...box.role.records()].length;
  expect(count()).toBe(1);
  box.start();
  expect(count()).toBe(1);
  box.secret = new Uint8Array(16);
  box.start();
  expect(count()).toBe(0);
});

test('shows who is served, and which others answer', () => {
  const network = new MapNetwork();
  const [first] = [network.add(1, [1, 2]), network.add(2, [1, 2]), network.add(3, [1, 2])];
  network.wait(1000);
  expect([...(first?.role.accessPoints() ?? [])].map(({ address }) => address)).toEqual([addressOf(1), addressOf(3)]);
  expect([...(first?.role.otherAuthorities() ?? [])]).toEqual([{ address: addressOf(2), answers: true }]);
});

test('an access point says of a station only that it has it itself', () => {
  const network = new MapNetwork();
  const [first, second] = [network.add(1, [1]), network.add(2, [1])];
  network.wait(1000);
  second?.hear({ kind: 'stationAttached', mac: AUTHORITY });
  network.wait(1000);
  expect(first?.role.stationCount()).toBe(1);
});
