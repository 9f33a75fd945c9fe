import { describe, expect, test } from 'vitest';
import {
  type AgentAssociationKind,
  AgentAssociations,
  SecurityAssociations,
} from '../../src/roles/security-associations.ts';
import { ip } from '../addresses.ts';

const row = (start: string, end: string, spi: number) => ({
  start: ip(start),
  end: ip(end),
  spi,
  key: Uint8Array.of(spi),
  algorithm: 'keyed-md5' as const,
});

const associations = new SecurityAssociations([
  row('0.0.0.0', '255.255.255.255', 0x100),
  row('192.168.0.0', '192.168.255.255', 0x200),
  row('192.168.7.7', '192.168.7.7', 0x300),
  row('192.168.7.7', '192.168.7.7', 0x301),
]);

test.each([
  ['10.0.0.1', 0x100],
  ['192.167.255.255', 0x100],
  ['192.168.0.0', 0x200],
  ['192.168.255.255', 0x200],
  ['192.169.0.0', 0x100],
  ['192.168.7.7', 0x300],
])('%s signs with the association of the narrowest range, the first of equals', (address, spi) => {
  expect(associations.forNode(ip(address))?.spi).toBe(spi);
});

describe('an association that is fetched', () => {
  const KEPT = { spi: 0x400, key: Uint8Array.of(4), algorithm: 'hmac-md5' as const };
  const AGED = { ...KEPT, spi: 0x401 };
  const found = new SecurityAssociations([row('10.1.0.1', '10.1.0.9', 0x100)], {
    find: (address) => (address === ip('10.1.0.20') ? [KEPT, AGED] : address === ip('10.1.0.21') ? 'awaited' : []),
  });

  test('signs if it is the first, and is named by its SPI', () => {
    expect(found.forNode(ip('10.1.0.20'))).toBe(KEPT);
    expect(found.bySpi(ip('10.1.0.20'), 0x401)).toBe(AGED);
    expect(found.bySpi(ip('10.1.0.20'), 0x402)).toBeUndefined();
    expect(found.isAwaited(ip('10.1.0.20'))).toBe(false);
  });

  test('is awaited, or not there', () => {
    expect([found.forNode(ip('10.1.0.21')), found.isAwaited(ip('10.1.0.21'))]).toEqual([undefined, true]);
    expect([found.forNode(ip('10.1.0.22')), found.isAwaited(ip('10.1.0.22'))]).toEqual([undefined, false]);
  });

  test('does not count, and is not looked for, where a range has the address', () => {
    const own = new SecurityAssociations([row('10.1.0.1', '10.1.0.9', 0x100)], {
      find: () => {
        throw new Error('it was looked for');
      },
    });
    expect(own.forNode(ip('10.1.0.5'))?.spi).toBe(0x100);
    expect(own.bySpi(ip('10.1.0.5'), 0x101)).toBeUndefined();
    expect(own.isAwaited(ip('10.1.0.5'))).toBe(false);
  });
});

test('an association is found by the SPI of a message only for addresses in its range', () => {
  expect(associations.bySpi(ip('192.168.7.7'), 0x301)?.spi).toBe(0x301);
  expect(associations.bySpi(ip('192.168.7.7'), 0x100)?.spi).toBe(0x100);
  expect(associations.bySpi(ip('192.168.7.8'), 0x300)).toBeUndefined();
  expect(associations.bySpi(ip('192.168.7.7'), 0x302)).toBeUndefined();
});

test('where there are none, none is found', () => {
  expect(new SecurityAssociations([]).forNode(ip('10.0.0.1'))).toBeUndefined();
});

describe('between agents', () => {
  const agentRow = (kind: AgentAssociationKind, ...range: Parameters<typeof row>) => ({ ...row(...range), kind });
  const agents = new AgentAssociations([
    agentRow('foreign-home', '10.2.0.1', '10.2.0.9', 0x400),
    agentRow('foreign-home', '10.2.0.1', '10.2.0.9', 0x401),
    agentRow('mobile-foreign', '10.2.0.1', '10.2.0.1', 0x500),
  ]);

  test('an association is of one kind: a key for visitors never stands for a home agent', () => {
    expect(agents.forPeer('foreign-home', ip('10.2.0.1'))?.spi).toBe(0x400);
    expect(agents.forPeer('mobile-foreign', ip('10.2.0.1'))?.spi).toBe(0x500);
    expect(agents.bySpi('foreign-home', ip('10.2.0.1'), 0x500)).toBeUndefined();
  });

  test('it is found by the SPI of a message and the address of the peer', () => {
    expect(agents.bySpi('foreign-home', ip('10.2.0.9'), 0x401)?.spi).toBe(0x401);
    expect(agents.bySpi('foreign-home', ip('10.2.0.10'), 0x401)).toBeUndefined();
    expect(agents.forPeer('mobile-foreign', ip('10.2.0.2'))).toBeUndefined();
  });
});
