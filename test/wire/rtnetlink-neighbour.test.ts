import { expect, test } from 'vitest';
import {
  decodeNeighbour,
  encodeNeighbourRemoval,
  encodeNeighbourReplacement,
  encodeNeighboursDump,
  encodeProxyNeighbour,
} from '../../src/wire/rtnetlink-neighbour.ts';
import { ip, mac } from '../addresses.ts';
import { hex } from '../hex.ts';
import { BYTE_ORDERS, body, NEIGHBOUR, PROXY_NEIGHBOUR, typeAndFlags } from './netlink-recordings.ts';

const VISITOR = { address: ip('10.1.0.78'), interfaceIndex: 4, mac: mac('02:00:00:00:00:05') };
const AWAY = { address: ip('10.1.0.79'), interfaceIndex: 4 };

test('`ip neigh replace 10.1.0.78 lladdr ... nud permanent dev br-lan protocol 43` sends the same octets', () => {
  const octets = encodeNeighbourReplacement(VISITOR, true);
  expect(body(octets)).toEqual(
    hex('02000000 04000000 8000 00 00 05000c00 2b000000 08000100 0a01004e 0a000200 020000000005 0000'),
  );
  expect(typeAndFlags(octets)).toEqual([0x1c, 0x501]);
});

test('`ip neigh replace proxy 10.1.0.79 dev br-lan protocol 43` sends the same octets', () => {
  expect(body(encodeProxyNeighbour(AWAY, true))).toEqual(
    hex('02000000 04000000 8000 08 00 05000c00 2b000000 08000100 0a01004f'),
  );
});

test('`ip neigh del`, with and without proxy, sends the same octets', () => {
  const proxy = encodeNeighbourRemoval({ ...AWAY, isProxy: true }, true);
  expect(body(proxy)).toEqual(hex('02000000 04000000 8000 08 00 08000100 0a01004f'));
  expect(typeAndFlags(proxy)).toEqual([0x1d, 1]);
  const visitor = encodeNeighbourRemoval({ ...VISITOR, isProxy: false }, true);
  expect(body(visitor)).toEqual(hex('02000000 04000000 8000 00 00 08000100 0a01004e'));
});

test.each(BYTE_ORDERS)('what is encoded $order is decoded $order', ({ littleEndian }) => {
  const neighbour = decodeNeighbour(body(encodeNeighbourReplacement(VISITOR, littleEndian)), littleEndian);
  expect(neighbour).toEqual({ ...VISITOR, isProxy: false, protocol: 43, isPermanent: true });
  expect(decodeNeighbour(body(encodeProxyNeighbour(AWAY, littleEndian)), littleEndian)).toMatchObject({
    ...AWAY,
    isProxy: true,
  });
});

test('the recorded neighbours are the ones that were asked for', () => {
  expect(decodeNeighbour(NEIGHBOUR, true)).toEqual({ ...VISITOR, isProxy: false, protocol: 43, isPermanent: true });
  expect(decodeNeighbour(PROXY_NEIGHBOUR, true)).toEqual({
    ...AWAY,
    isProxy: true,
    mac: undefined,
    protocol: 43,
    isPermanent: false,
  });
});

test('the two tables of neighbours are asked for apart', () => {
  const dump = encodeNeighboursDump({ isProxy: true }, true);
  expect(body(dump)).toEqual(hex('02000000 00000000 0000 08 00'));
  expect(body(encodeNeighboursDump({ isProxy: false }, true))).toEqual(hex('02000000 00000000 0000 00 00'));
  expect(typeAndFlags(dump)).toEqual([0x1e, 0x301]);
});
