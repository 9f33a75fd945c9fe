import { expect, test } from 'vitest';
import { BROADCAST_MAC } from '../../../src/octets/address.ts';
import { Announcements, announcementFrame } from '../../../src/roles/home-agent/announcements.ts';
import { decodeFrame } from '../../../src/wire/frames.ts';
import { ip, prefix } from '../../addresses.ts';
import { HOME_ADDRESS, NODE_MAC, OUR_MAC } from './scene.ts';

const network = { prefix: prefix('10.1.0.0/24'), interfaceIndex: 7, mac: OUR_MAC };
const away = { homeAddress: HOME_ADDRESS, mac: OUR_MAC, network };

test('it is a broadcast from our MAC address, also where it speaks for the node', () => {
  expect(decodeFrame(announcementFrame({ ...away, mac: NODE_MAC }))).toMatchObject({
    destination: BROADCAST_MAC,
    source: OUR_MAC,
    payload: { arp: { senderMac: NODE_MAC, senderAddress: HOME_ADDRESS, targetAddress: HOME_ADDRESS } },
  });
});

test('it is due twice more, a second apart, and then no more', () => {
  const announcements = new Announcements();
  announcements.begin(away, 10, 0);
  expect(announcements.due(999)).toEqual([]);
  expect(announcements.due(1000)).toMatchObject([away]);
  expect(announcements.nextDeadline()).toBe(2000);
  expect(announcements.due(2000)).toMatchObject([away]);
  expect(announcements.nextDeadline()).toBeUndefined();
});

test('a later one of the same address takes the place of the earlier', () => {
  const announcements = new Announcements();
  announcements.begin(away, 1, 0);
  expect(announcements.begin({ ...away, mac: NODE_MAC }, 1, 500)).toBe(true);
  expect(announcements.due(1499)).toEqual([]);
  expect(announcements.due(1500)).toMatchObject([{ mac: NODE_MAC }]);
});

test('beyond the limit none is repeated, until there is room', () => {
  const announcements = new Announcements();
  const other = { ...away, homeAddress: ip('10.1.0.78') };
  expect(announcements.begin(away, 1, 0)).toBe(true);
  expect(announcements.begin(other, 1, 0)).toBe(false);
  announcements.end(HOME_ADDRESS);
  expect(announcements.begin(other, 1, 0)).toBe(true);
});
