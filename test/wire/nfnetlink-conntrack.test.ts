import { describe, expect, test } from 'vitest';
import { decodeNetlinkMessages } from '../../src/wire/netlink.ts';
import * as conntrack from '../../src/wire/nfnetlink-conntrack.ts';
import { ip } from '../addresses.ts';
import { hex } from '../hex.ts';
import { attack, body, message, typeAndFlags } from './netlink-recordings.ts';
import { CONNECTION, CONNECTION_TUPLE, MASQUERADED_CONNECTION } from './nfnetlink-conntrack-recordings.ts';

const CONNECTION_TYPE = 0x100;

test('the connections of an address are asked for by one of their ends', () => {
  const dump = conntrack.encodeConnectionsDump(ip('10.1.0.77'), { direction: 'reply', side: 'source' }, true);
  expect(typeAndFlags(dump)).toEqual([0x101, 0x301]);
  expect(body(dump)).toEqual(hex('02000000 10000280 0c000180 08000100 0a01004d 0c001980 08000200 01000000'));
});

describe('a connection', () => {
  test('of a recorded dump has the addresses of both directions', () => {
    expect(conntrack.decodeConnection(message(CONNECTION_TYPE, CONNECTION), true)).toEqual({
      original: CONNECTION_TUPLE,
      zone: undefined,
      id: hex('aba443c3'),
      addresses: ['10.1.0.77', '127.0.0.1', '127.0.0.1', '10.1.0.77'].map(ip),
      isTranslated: false,
    });
  });

  test('that is masqueraded has the address of the router where it is answered', () => {
    expect(conntrack.decodeConnection(message(CONNECTION_TYPE, MASQUERADED_CONNECTION), true)).toMatchObject({
      addresses: ['10.1.0.77', '10.255.3.2', '10.255.3.2', '10.255.1.2'].map(ip),
      isTranslated: true,
    });
  });

  test('of another family, or a message of another kind, is none', () => {
    const ofIpv6 = CONNECTION.slice();
    ofIpv6[0] = 10;
    expect(conntrack.decodeConnection(message(CONNECTION_TYPE, ofIpv6), true)).toBeUndefined();
    expect(conntrack.decodeConnection(message(0x102, CONNECTION), true)).toBeUndefined();
  });

  test('is removed by what the kernel told of it', () => {
    const told = conntrack.decodeConnection(message(CONNECTION_TYPE, CONNECTION), true);
    if (told === undefined) throw new Error('no connection');
    const removal = conntrack.encodeConnectionRemoval({ ...told, zone: hex('0007') }, true);
    expect(typeAndFlags(removal)).toEqual([0x102, 1]);
    expect(body(removal)).toEqual(
      Uint8Array.from([
        ...hex('02000000 3c000180'),
        ...CONNECTION_TUPLE,
        ...hex('06001200 00070000 08000c00 aba443c3'),
      ]),
    );
    expect(decodeNetlinkMessages(removal, true)).toHaveLength(1);
  });

  test('cut or mutated is read or malformed', () => {
    const read = (octets: Uint8Array) => conntrack.decodeConnection(message(CONNECTION_TYPE, octets), true);
    const { taken, malformed } = attack(CONNECTION, read);
    expect([taken > 100, malformed > 100]).toEqual([true, true]);
  });
});
