// Another judge than our own decoders: everything that the encoders of Mobile IP make is written as one capture file, and
// tshark says what it sees. Its dissector has limits (4.0): it shows neither flag I of an advertisement nor the data of
// extensions 45 and 48, takes padding in registrations for an extension, and verifies no authenticator.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { internetChecksum, join, viewOf } from '../../src/octets/octets.ts';
import {
  type AgentAdvertisementFields,
  encodeAgentAdvertisement,
  encodeAgentSolicitation,
  NEVER_DEFAULT_ROUTER,
} from '../../src/wire/agent-advertisement.ts';
import { appendAuthentication } from '../../src/wire/authentication.ts';
import { appendEncapsulatingDelivery } from '../../src/wire/encapsulating-delivery.ts';
import { EXTENSION } from '../../src/wire/extensions.ts';
import { appendForeignAgentError } from '../../src/wire/foreign-agent-error.ts';
import { encodeUdpFrame } from '../../src/wire/frames.ts';
import { appendGreKey } from '../../src/wire/gre-key.ts';
import { appendMessageString } from '../../src/wire/message-string.ts';
import { appendMobileNodeNai } from '../../src/wire/mobile-node-nai.ts';
import {
  ACCESS_TECHNOLOGY,
  AUTHENTICATION_METHOD,
  appendDeviceMacAddress,
  appendPerNodeAuthenticationMethod,
  appendProxyMobileIpInformation,
} from '../../src/wire/proxy-mobile-ip.ts';
import {
  encodeRegistrationReply,
  encodeRegistrationRequest,
  REGISTRATION_PORT,
  type RequestFields,
} from '../../src/wire/registration.ts';
import { encodeRegistrationRevocation, encodeRevocationAcknowledgment } from '../../src/wire/revocation.ts';
import { appendRevocationSupport } from '../../src/wire/revocation-support.ts';
import { appendUdpTunnelReply, appendUdpTunnelRequest, UDP_TUNNEL_CODE } from '../../src/wire/udp-tunnel.ts';
import { ip, mac } from '../addresses.ts';
import { digests } from '../digests.ts';
import { hex } from '../hex.ts';
import { fieldValues, isTsharkInstalled, pcap, tshark } from './captures.ts';

const isInstalled = isTsharkInstalled();
if (!isInstalled)
  console.warn('tshark is not installed: what our encoders make was not judged by it (`make lab-prerequisites`)');

const KEY = hex('00112233445566778899aabbccddeeff');
const SPI = { mobileHomeAuthentication: 0x100, foreignHomeAuthentication: 0x200, mobileForeignAuthentication: 0x300 };
const station = mac('02:11:22:33:44:55');
const agent = mac('02:aa:bb:cc:dd:ee');
const homeAddress = ip('10.1.0.5');
const homeAgent = ip('10.1.0.1');
const careOfAddress = ip('10.2.0.1');
const identification = 0xe8fe8a00_80000000n;

const requestFields: RequestFields = {
  simultaneousBindings: false,
  broadcastDatagrams: false,
  decapsulationByMobileNode: false,
  minimalEncapsulation: false,
  greEncapsulation: false,
  reverseTunneling: true,
  lifetimeSeconds: 600,
  homeAddress,
  homeAgent,
  careOfAddress,
  identification,
};
const replyFields = { code: 133, lifetimeSeconds: 0, homeAddress, homeAgent, identification };

const advertisementFields: AgentAdvertisementFields = {
  routesCommonTraffic: true,
  lifetimeSeconds: 30,
  routerAddresses: [{ address: careOfAddress, preference: NEVER_DEFAULT_ROUTER }],
  sequenceNumber: 7,
  registrationLifetimeSeconds: 1800,
  registrationRequired: true,
  busy: false,
  homeAgent: false,
  foreignAgent: true,
  minimalEncapsulation: false,
  greEncapsulation: true,
  reverseTunneling: true,
  udpTunneling: false,
  registrationRevocation: false,
  regionalRegistration: false,
  careOfAddresses: [careOfAddress],
  prefixLengths: [24],
  challenge: undefined,
};

type Expected = Readonly<Record<string, string>>;
type Judged = { readonly what: string; readonly packet: Uint8Array; readonly expected: Expected };

const REQUEST_FLAGS = [
  ['simultaneousBindings', 's', 0x80],
  ['broadcastDatagrams', 'b', 0x40],
  ['decapsulationByMobileNode', 'd', 0x20],
  ['minimalEncapsulation', 'm', 0x10],
  ['greEncapsulation', 'g', 0x08],
  ['reverseTunneling', 't', 0x02],
] as const;
const ADVERTISEMENT_FLAGS = [
  ['registrationRequired', 'r', 0x8000],
  ['busy', 'b', 0x4000],
  ['homeAgent', 'h', 0x2000],
  ['foreignAgent', 'f', 0x1000],
  ['minimalEncapsulation', 'm', 0x0800],
  ['greEncapsulation', 'g', 0x0400],
  ['reverseTunneling', 'rt', 0x0100],
  ['udpTunneling', 'u', 0x0080],
  ['registrationRevocation', 'x', 0x0040],
] as const;

const judged: readonly Judged[] = [
  ...registrations(),
  ...REQUEST_FLAGS.map(([field, letter, bit]) => requestWithFlag(field, letter, bit)),
  ...mobileNodeExtensions(),
  ...agentExtensions(),
  ...revocations(),
  ...advertisements(),
  ...ADVERTISEMENT_FLAGS.map(([field, letter, bit]) => advertisementWithFlag(field, letter, bit)),
];

describe.skipIf(!isInstalled)('tshark', () => {
  const directory = mkdtempSync(joinPath(tmpdir(), 'pmip-tshark-'));
  const file = joinPath(directory, 'all.pcap');
  let rows: readonly Expected[] = [];

  beforeAll(() => {
    writeFileSync(file, pcap(judged.map(({ packet }) => packet)));
    rows = fieldValues(file, [...new Set(judged.flatMap(({ expected }) => Object.keys(expected)))]);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('finds nothing malformed in what our encoders make, and every checksum good', () => {
    expect(rows).toHaveLength(judged.length);
    expect(tshark(file, ['-Y', '_ws.malformed || _ws.expert.severity == "Error"'])).toBe('');
    expect(tshark(file, ['-Y', 'icmp.checksum.status == "Bad" || udp.checksum.status == "Bad"'])).toBe('');
  });

  test('does find a message that is cut', () => {
    const cut = joinPath(directory, 'cut.pcap');
    writeFileSync(cut, pcap([datagram(encodeRegistrationRequest(requestFields).subarray(0, 20))]));
    expect(tshark(cut, ['-Y', '_ws.malformed'])).not.toBe('');
  });

  test.each(judged.map(({ what, expected }, index) => ({ what, expected, index })))(
    'reads from $what what was put into it',
    ({ expected, index }) => {
      expect(rows[index]).toMatchObject(expected);
    },
  );
});

function registrations(): Judged[] {
  const request = signed(encodeRegistrationRequest(requestFields), 'mobileHomeAuthentication');
  const long = { ...requestFields, lifetimeSeconds: 0xffff, homeAgent: ip('255.255.255.255') };
  return [
    {
      what: 'a request signed twice',
      packet: datagram(signed(request, 'foreignHomeAuthentication')),
      expected: {
        'mip.type': '1',
        'mip.flags': '0x02',
        'mip.life': '600',
        'mip.homeaddr': '10.1.0.5',
        'mip.haaddr': '10.1.0.1',
        'mip.coa': '10.2.0.1',
        'mip.ident': 'Nov 15, 2023 00:06:24.500000000 UTC',
        'mip.ext.type': '32,34',
        'mip.ext.len': '20,20',
        'mip.auth.spi': '0x00000100,0x00000200',
        // The golden vector of HMAC-MD5.
        'mip.auth.auth': '1bb37039edc0aad90c9353fe34872b02,d13cf7d15bfc4af914e3c99fcbe4b4f1',
      },
    },
    {
      what: 'a request that never ends, to every home agent',
      packet: datagram(encodeRegistrationRequest(long)),
      expected: { 'mip.life': '65535', 'mip.haaddr': '255.255.255.255' },
    },
    {
      what: 'a denial',
      packet: datagram(signed(encodeRegistrationReply(replyFields), 'mobileHomeAuthentication')),
      expected: {
        'mip.type': '3',
        'mip.code': '133',
        'mip.life': '0',
        'mip.homeaddr': '10.1.0.5',
        'mip.haaddr': '10.1.0.1',
        'mip.ident': 'Nov 15, 2023 00:06:24.500000000 UTC',
        'mip.ext.type': '32',
      },
    },
  ];
}

function requestWithFlag(field: string, letter: string, bit: number): Judged {
  const request = { ...requestFields, reverseTunneling: false, [field]: true };
  const flags = `0x${bit.toString(16).padStart(2, '0')}`;
  return {
    what: `a request with flag ${letter}`,
    packet: datagram(encodeRegistrationRequest(request)),
    expected: { 'mip.flags': flags, [`mip.${letter}`]: '1', 'mip.v': '0', 'mip.x': '0' },
  };
}

function mobileNodeExtensions(): Judged[] {
  const request = encodeRegistrationRequest(requestFields);
  const told = appendProxyMobileIpInformation(
    appendDeviceMacAddress(
      appendProxyMobileIpInformation(request, { kind: 'interfaceIdentifier', identifier: hex('0a0b0c') }),
      station,
    ),
    { kind: 'accessTechnology', technology: ACCESS_TECHNOLOGY.wifi },
  );
  const subscriber = { kind: 'subscriberIdentifier', identifierType: 1, identifier: hex('313233') } as const;
  return [
    {
      what: 'an NAI',
      packet: datagram(signed(appendMobileNodeNai(request, 'a@b.example'), 'mobileHomeAuthentication')),
      expected: { 'mip.ext.type': '131,32', 'mip.nai': 'a@b.example' },
    },
    {
      what: 'what a proxy tells',
      packet: datagram(appendProxyMobileIpInformation(told, subscriber)),
      expected: {
        'mip.ext.type': '147,147,147,147',
        'mip.ext.len': '4,8,2,5',
        'mip.ext.pmipv4skipext.subtype': '1,2,4,3',
        'mip.ext.pmipv4skipext.interfaceid': '0a0b0c',
        'mip.ext.pmipv4skipext.deviceid_type': '1',
        'mip.ext.pmipv4skipext.deviceid_id': '021122334455',
        'mip.ext.pmipv4skipext.accesstechnology_type': '2',
        'mip.ext.pmipv4skipext.subscriberid_type': '1',
        'mip.ext.pmipv4skipext.subscriberid_id': '313233',
      },
    },
    {
      what: 'an authentication method per node',
      packet: datagram(
        signed(
          appendPerNodeAuthenticationMethod(request, AUTHENTICATION_METHOD.foreignHomeAuthentication),
          'foreignHomeAuthentication',
        ),
      ),
      expected: { 'mip.ext.type': '47,34', 'mip.ext.pmipv4nonskipext.pernodeauthmethod': '1' },
    },
  ];
}

function agentExtensions(): Judged[] {
  const request = encodeRegistrationRequest(requestFields);
  const reply = encodeRegistrationReply({ ...replyFields, code: 0, lifetimeSeconds: 300 });
  const udpTunnel = { force: true, throughForeignAgent: true, encapsulation: 4 };
  const declined = { code: UDP_TUNNEL_CODE.declined, forced: true, keepaliveSeconds: 110 };
  return [
    {
      what: 'encapsulating delivery and Mobile-Foreign authentication',
      packet: datagram(signed(appendEncapsulatingDelivery(request), 'mobileForeignAuthentication')),
      expected: { 'mip.ext.type': '130,33', 'mip.ext.len': '0,20', 'mip.auth.spi': '0x00000300' },
    },
    {
      what: 'revocation support',
      packet: datagram(appendRevocationSupport(request, { informSupported: true, timestamp: 0xe8fe8a00 })),
      expected: {
        'mip.ext.type': '137',
        'mip.ext.rev.flags': '0x8000',
        'mip.ext.rev.i': '1',
        'mip.ext.rev.tstamp': String(0xe8fe8a00),
      },
    },
    {
      what: 'a wish for a UDP tunnel',
      packet: datagram(appendUdpTunnelRequest(request, udpTunnel)),
      expected: {
        'mip.ext.type': '144',
        'mip.ext.utrq.f': '1',
        'mip.ext.utrq.r': '1',
        'mip.ext.utrq.encaptype': '4',
        'mip.ext.utrq.reserved3': '0x0000',
      },
    },
    {
      what: 'a UDP tunnel declined',
      packet: datagram(appendUdpTunnelReply(reply, declined)),
      expected: {
        'mip.code': '0',
        'mip.ext.type': '44',
        'mip.ext.utrp.code': '64',
        'mip.ext.utrp.f': '1',
        'mip.ext.utrp.keepalive': '110',
      },
    },
    {
      what: 'an error of the foreign agent and its words',
      packet: datagram(
        appendMessageString(appendForeignAgentError(reply, 68), { from: 'foreignAgent', text: 'wrong key' }),
      ),
      expected: {
        'mip.ext.type': '45,145',
        'mip.ext.len': '2,10',
        'mip.ext.msgstr.subtype': '2',
        'mip.ext.msgstr.text': 'wrong key',
      },
    },
    {
      what: 'a GRE key',
      packet: datagram(signed(appendGreKey(request, 0xaa), 'foreignHomeAuthentication')),
      // Taken for a simple extension of length 0 and the octets behind it, from which the next one is found again.
      expected: { 'mip.ext.type': '48,0,34' },
    },
  ];
}

function revocations(): Judged[] {
  const revocation = encodeRegistrationRevocation({
    fromHomeAgent: true,
    inform: true,
    homeAddress,
    homeDomainAddress: homeAgent,
    foreignDomainAddress: careOfAddress,
    revocationIdentifier: 0xe8fe8a64,
  });
  const fields = { inform: true, homeAddress, revocationIdentifier: 0xe8fe8a64 };
  return [
    {
      what: 'a revocation',
      packet: datagram(signed(revocation, 'foreignHomeAuthentication')),
      expected: {
        'mip.type': '7',
        'mip.rev.a': '1',
        'mip.rev.i': '1',
        'mip.homeaddr': '10.1.0.5',
        'mip.rev.hda': '10.1.0.1',
        'mip.rev.fda': '10.2.0.1',
        'mip.revid': String(0xe8fe8a64),
        'mip.ext.type': '34',
      },
    },
    {
      what: 'an acknowledgment',
      packet: datagram(signed(encodeRevocationAcknowledgment(fields), 'foreignHomeAuthentication')),
      expected: {
        'mip.type': '15',
        'mip.ack.i': '1',
        'mip.homeaddr': '10.1.0.5',
        'mip.revid': String(0xe8fe8a64),
        'mip.ext.type': '34',
      },
    },
  ];
}

function advertisements(): Judged[] {
  const large = {
    ...advertisementFields,
    routesCommonTraffic: false,
    routerAddresses: [{ address: careOfAddress, preference: 100 }, ...advertisementFields.routerAddresses],
    sequenceNumber: 0xffff,
    careOfAddresses: [careOfAddress, ip('203.0.113.9')],
    prefixLengths: [24, 16],
    challenge: hex('0123456789abcdef'),
  };
  return [
    {
      what: 'an advertisement',
      packet: icmpPacket(encodeAgentAdvertisement(advertisementFields)),
      expected: {
        'icmp.type': '9',
        'icmp.code': '0',
        'icmp.num_addrs': '1',
        'icmp.mip.seq': '7',
        'icmp.mip.life': '1800',
        'icmp.mip.flags': '0x9500',
        'icmp.mip.coa': '10.2.0.1',
        'icmp.mip.prefixlength': '24',
        'icmp.checksum.status': '1',
      },
    },
    {
      what: 'an advertisement with all that it can have',
      packet: icmpPacket(encodeAgentAdvertisement(large)),
      expected: {
        'icmp.code': '16',
        'icmp.num_addrs': '2',
        'icmp.mip.seq': '65535',
        'icmp.mip.coa': '10.2.0.1,203.0.113.9',
        'icmp.mip.prefixlength': '24,16',
        'icmp.mip.challenge': '0123456789abcdef',
        'icmp.checksum.status': '1',
      },
    },
    {
      what: 'a solicitation',
      packet: icmpPacket(encodeAgentSolicitation()),
      expected: { 'icmp.type': '10', 'icmp.code': '0', 'icmp.checksum.status': '1' },
    },
  ];
}

function advertisementWithFlag(field: string, letter: string, bit: number): Judged {
  const none = { registrationRequired: false, greEncapsulation: false, reverseTunneling: false };
  return {
    what: `an advertisement with flag ${letter}`,
    packet: icmpPacket(encodeAgentAdvertisement({ ...advertisementFields, ...none, [field]: true })),
    expected: { 'icmp.mip.flags': `0x${(0x1000 | bit).toString(16)}`, [`icmp.mip.${letter}`]: '1' },
  };
}

function signed(message: Uint8Array, by: keyof typeof SPI): Uint8Array {
  const association = { spi: SPI[by], key: KEY, algorithm: 'hmac-md5' } as const;
  return appendAuthentication(message, EXTENSION[by], association, digests);
}

function datagram(octets: Uint8Array): Uint8Array {
  return encodeUdpFrame({
    destinationMac: agent,
    sourceMac: station,
    source: homeAddress,
    destination: careOfAddress,
    sourcePort: REGISTRATION_PORT,
    destinationPort: REGISTRATION_PORT,
    timeToLive: 255,
    octets,
  });
}

/** To all systems on the link, TTL 1. */
function icmpPacket(octets: Uint8Array): Uint8Array {
  const header = hex('45 00 0000 0000 0000 01 01 0000 0a020001 e0000001');
  viewOf(header).setUint16(2, header.length + octets.length);
  viewOf(header).setUint16(10, internetChecksum(header));
  return join([hex('01005e000001 02aabbccddee 0800'), header, octets]);
}
