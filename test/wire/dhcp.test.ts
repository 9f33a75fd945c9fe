import { describe, expect, test } from 'vitest';
import { UNSPECIFIED_ADDRESS } from '../../src/octets/address.ts';
import { join } from '../../src/octets/octets.ts';
import { asRebinding, DHCP_TYPE, decodeDhcpReply, decodeDhcpRequest, encodeDhcpRequest } from '../../src/wire/dhcp.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import { ip, mac } from '../addresses.ts';
import { hex, overwritten, windowed } from '../hex.ts';
import * as recorded from './dhcp-recordings.ts';
import { DNSMASQ_REFUSAL } from './dhcp-refusal-recording.ts';

const RECORDED: Record<string, Uint8Array> = recorded;

import { decodedOrMalformed, mutations } from './mutations.ts';

const CLIENT = mac('02:11:22:33:44:55');
const ADDRESS = ip('10.1.0.134');
const SERVER = ip('10.1.0.1');
const NOBODY = UNSPECIFIED_ADDRESS;
const OPTIONS = 240;

describe('what clients send is read as they mean it:', () => {
  test.each([
    ['UDHCPC_DISCOVER', DHCP_TYPE.discover, NOBODY, undefined, undefined],
    ['UDHCPC_SELECTING', DHCP_TYPE.request, NOBODY, ADDRESS, SERVER],
    ['UDHCPC_RENEWING', DHCP_TYPE.request, ADDRESS, undefined, undefined],
    ['UDHCPC_RELEASE', DHCP_TYPE.release, ADDRESS, undefined, SERVER],
    ['DHCLIENT_INIT_REBOOT', DHCP_TYPE.request, NOBODY, ADDRESS, undefined],
    ['DHCLIENT_RELEASE', DHCP_TYPE.release, ADDRESS, undefined, SERVER],
    ['DHCPCD_DISCOVER', DHCP_TYPE.discover, NOBODY, undefined, undefined],
    ['DHCPCD_RELEASE', DHCP_TYPE.release, ADDRESS, undefined, SERVER],
    ['NETWORKD_INIT_REBOOT', DHCP_TYPE.request, NOBODY, ADDRESS, undefined],
    ['NETWORKD_RENEWING', DHCP_TYPE.request, ADDRESS, undefined, undefined],
    ['NETWORKD_RELEASE', DHCP_TYPE.release, ADDRESS, undefined, undefined],
  ] as const)('%s', (name, type, clientAddress, requestedAddress, serverIdentifier) => {
    const request = decodeDhcpRequest(windowed(RECORDED[name] ?? new Uint8Array(0)));
    const meant = { type, clientAddress, requestedAddress, serverIdentifier };
    expect(request).toMatchObject({ ...meant, clientMac: CLIENT, relayAddress: NOBODY, hops: 0, flags: 0 });
    expect(request.options[0]?.code).toBe(53);
  });

  test.each(Object.entries(recorded))(
    '%s, and written again it is the same but for pads at its end',
    (_name, octets) => {
      const written = encodeDhcpRequest(decodeDhcpRequest(octets));
      const length = Math.max(written.length, octets.length);
      const padded = (message: Uint8Array) => join([message, new Uint8Array(length - message.length)]);
      expect(padded(written)).toEqual(padded(octets));
      expect(written.length).toBeGreaterThanOrEqual(300);
    },
  );
});

test('a refusal is read as dnsmasq means it, for the request that it answers', () => {
  const { transactionId, clientMac } = decodeDhcpRequest(recorded.UDHCPC_RENEWING);
  const reply = decodeDhcpReply(windowed(DNSMASQ_REFUSAL));
  expect(reply).toEqual({ type: DHCP_TYPE.refusal, transactionId, clientMac, octets: DNSMASQ_REFUSAL });
});

test('who is read as the other is malformed, and so is a refusal that is cut before its type', () => {
  expect(() => decodeDhcpReply(recorded.UDHCPC_RENEWING)).toThrow(Malformed);
  expect(() => decodeDhcpRequest(DNSMASQ_REFUSAL)).toThrow(Malformed);
  for (let length = 0; length < OPTIONS + 3; length++) {
    expect(() => decodeDhcpReply(DNSMASQ_REFUSAL.subarray(0, length))).toThrow(Malformed);
  }
});

describe('the client that verifies an address asks as one that has it', () => {
  const request = decodeDhcpRequest(recorded.NETWORKD_INIT_REBOOT);
  const rebinding = decodeDhcpRequest(encodeDhcpRequest(asRebinding({ ...request, flags: 0x8000 }, ADDRESS)));

  test('with the address as its own, without option 50, to be answered by unicast', () => {
    expect(rebinding).toMatchObject({ clientAddress: ADDRESS, requestedAddress: undefined, flags: 0 });
    expect(rebinding.options).toEqual(request.options.filter(({ code }) => code !== 50));
  });

  test('and else with its own words', () => {
    const { transactionId, elapsedSeconds, clientMac, type } = request;
    expect(rebinding).toMatchObject({ transactionId, elapsedSeconds, clientMac, type });
  });
});

describe('options', () => {
  const fixed = recorded.DHCLIENT_INIT_REBOOT.subarray(0, OPTIONS);
  const withOptions = (digits: string) => join([fixed, hex(digits)]);

  test('may have pads between them, and no end', () => {
    const request = decodeDhcpRequest(withOptions('00 350103 0000 32040a010086'));
    expect(request.options.map(({ code }) => code)).toEqual([53, 50]);
  });

  test('go on in the fields that option 52 lends, file before sname (RFC 2132 §9.3)', () => {
    const lent = overwritten(withOptions('340103 350103 ff'), 108, hex('3604 0a010001 ff'));
    expect(decodeDhcpRequest(lent)).toMatchObject({ serverIdentifier: SERVER, requestedAddress: undefined });
    const both = overwritten(lent, 44, hex('3204 0a010086 ff'));
    expect(decodeDhcpRequest(both)).toMatchObject({ serverIdentifier: SERVER, requestedAddress: ADDRESS });
    expect(decodeDhcpRequest(both).options.map(({ code }) => code)).toEqual([53, 54, 50]);
    expect(decodeDhcpRequest(encodeDhcpRequest(decodeDhcpRequest(both)))).toEqual(decodeDhcpRequest(both));
  });

  test.each([
    ['no message type', '3d0101 ff'],
    ['a message type of two octets', '35020103 ff'],
    ['an address of three octets', '350103 32030a0100 ff'],
    ['a length behind the end', '350103 3204'],
    ['a code without a length', '350103 32'],
  ])('%s is malformed', (_what, digits) => {
    expect(() => decodeDhcpRequest(withOptions(digits))).toThrow(Malformed);
  });

  test('of two alike the first counts', () => {
    const request = decodeDhcpRequest(withOptions('350103 32040a010086 32040a010087 ff'));
    expect(request.requestedAddress).toBe(ADDRESS);
  });
});

test.each([
  ['a server', 0, '02'],
  ['hardware that is no Ethernet', 1, '06'],
  ['a hardware address of eight octets', 2, '08'],
  ['no magic cookie', 236, '00'],
])('a message of %s is malformed', (_whose, offset, digits) => {
  expect(() => decodeDhcpRequest(overwritten(recorded.UDHCPC_DISCOVER, offset, hex(digits)))).toThrow(Malformed);
});

test('a message cut before its options is malformed, and so is one cut inside of one', () => {
  const message = recorded.DHCLIENT_INIT_REBOOT;
  for (let length = 0; length <= OPTIONS; length++) {
    expect(() => decodeDhcpRequest(message.subarray(0, length)), `${length} octets`).toThrow(Malformed);
  }
  for (const length of [241, 242, 244, 245, 248]) {
    expect(() => decodeDhcpRequest(message.subarray(0, length)), `${length} octets`).toThrow(Malformed);
  }
});

test('changed messages are read or malformed, nothing else; and what is read can be written', () => {
  for (const [index, message] of Object.values(recorded).entries()) {
    for (const octets of mutations(message, index, 500)) {
      const request = decodedOrMalformed(decodeDhcpRequest, octets);
      if (request !== undefined)
        expect(decodeDhcpRequest(encodeDhcpRequest(request))).toMatchObject({ type: request.type });
    }
  }
});
