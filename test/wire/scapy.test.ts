// Another maker than our own encoders: scapy makes messages with every flag, code and algorithm, Python signs them, and our
// decoders must find all of it again; and what our encoders make, scapy reads as it was meant.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { formatIpv4, formatMac } from '../../src/octets/address.ts';
import { formatHex, parseHex } from '../../src/octets/octets.ts';
import { decodeAgentDiscoveryMessage } from '../../src/wire/agent-advertisement.ts';
import { type AuthenticationAlgorithm, appendAuthentication, isAuthentic } from '../../src/wire/authentication.ts';
import { appendExtension } from '../../src/wire/extensions.ts';
import { decodeFrame, type Frame } from '../../src/wire/frames.ts';
import { decodeMobileIpMessage } from '../../src/wire/mobile-ip-message.ts';
import { encodeRegistrationReply, encodeRegistrationRequest } from '../../src/wire/registration.ts';
import { ip } from '../addresses.ts';
import { digests } from '../digests.ts';
import { hex } from '../hex.ts';
import { seededRandom } from '../random.ts';

/** The one that has Debian's packages. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('scapy-messages.py', import.meta.url));
const isInstalled = spawnSync(PYTHON, ['-c', 'import scapy.layers.mobileip']).status === 0;
if (!isInstalled) console.warn('scapy is not installed: nothing that it makes was read (`make lab-prerequisites`)');

const ALGORITHMS: readonly AuthenticationAlgorithm[] = ['keyed-md5', 'hmac-md5', 'hmac-sha256'];
/** Each value of an octet. */
const COUNT = 256;
const random = seededRandom(434);
const below = (limit: number) => Math.floor(random() * limit);
const address = () => formatIpv4(ip(`10.${below(256)}.${below(256)}.${1 + below(254)}`));

type Signature = { type: number; spi: number; key: string; algorithm: AuthenticationAlgorithm };
type Task = {
  make: 'request' | 'reply' | 'solicitation';
  mac: string;
  port: number;
  flags: number;
  code: number;
  lifetime: number;
  homeAddress: string;
  homeAgent: string;
  careOfAddress: string;
  identification: string;
  extensions: (Signature | { type: number; data: string })[];
};

function task(make: Task['make'], index: number): Task {
  const algorithm = ALGORITHMS[index % ALGORITHMS.length] ?? 'keyed-md5';
  const key = Array.from({ length: 16 }, () => below(256).toString(16).padStart(2, '0')).join('');
  const other = { type: 128 + 32 + below(20), data: 'ab'.repeat(below(9)) };
  return {
    make,
    mac: formatMac((0x021122334400 + index) as Parameters<typeof formatMac>[0]),
    port: 1024 + below(60_000),
    flags: index % 256,
    code: index % 256,
    lifetime: below(0x10000),
    homeAddress: address(),
    homeAgent: address(),
    careOfAddress: address(),
    identification: `${(below(2 ** 32) >>> 0).toString(16).padStart(8, '0')}${(below(2 ** 32) >>> 0).toString(16).padStart(8, '0')}`,
    extensions: [other, { type: 32, spi: 256 + below(1e6), key, algorithm }, { type: 34, spi: 512, key, algorithm }],
  };
}

function scapy<Result>(tasks: readonly unknown[]): Result[] {
  const { status, stdout, stderr } = spawnSync(PYTHON, [SCRIPT], { input: JSON.stringify(tasks), encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function framesOf(tasks: readonly Task[]): Frame[] {
  return scapy<string>(tasks).map((octets) => decodeFrame(parseHex(octets) ?? hex('')));
}

function ofFrame(frame: Frame) {
  if (frame.payload.kind !== 'ipv4') throw new Error('no IPv4');
  return frame.payload.ipv4;
}

const flagsOf = (made: Task) => ({
  simultaneousBindings: (made.flags & 0x80) !== 0,
  broadcastDatagrams: (made.flags & 0x40) !== 0,
  decapsulationByMobileNode: (made.flags & 0x20) !== 0,
  minimalEncapsulation: (made.flags & 0x10) !== 0,
  greEncapsulation: (made.flags & 0x08) !== 0,
  reverseTunneling: (made.flags & 0x02) !== 0,
});

const commonOf = (made: Task) => ({
  lifetimeSeconds: made.lifetime,
  homeAddress: ip(made.homeAddress),
  homeAgent: ip(made.homeAgent),
  identification: BigInt(`0x${made.identification}`),
});

/** Every signature is right, and wrong under another key. */
function expectSigned(octets: Uint8Array, made: Task): void {
  const { extensions } = decodeMobileIpMessage(octets);
  expect(extensions.map(({ type }) => type)).toEqual(made.extensions.map(({ type }) => type));
  for (const [index, signature] of made.extensions.entries()) {
    const extension = extensions[index];
    if (!('spi' in signature) || extension === undefined) continue;
    const association = { ...signature, key: hex(signature.key) };
    expect(isAuthentic(octets, extension, association, digests)).toBe(true);
    expect(isAuthentic(octets, extension, { ...association, key: hex(signature.key).reverse() }, digests)).toBe(false);
  }
}

function append(message: Uint8Array, { extensions }: Task): Uint8Array {
  let octets = message;
  for (const extension of extensions) {
    octets =
      'spi' in extension
        ? appendAuthentication(octets, extension.type, { ...extension, key: hex(extension.key) }, digests)
        : appendExtension(octets, { type: extension.type, data: hex(extension.data) });
  }
  return octets;
}

describe.skipIf(!isInstalled)('scapy', () => {
  test('makes requests with every flag, which are decoded, verified, and encoded to the same octets', () => {
    const tasks = Array.from({ length: COUNT }, (_, index) => task('request', index));
    for (const [index, frame] of framesOf(tasks).entries()) {
      const made = tasks[index];
      const { source, destination, timeToLive, udp } = ofFrame(frame);
      if (made === undefined || udp === undefined) throw new Error('no datagram');
      expect([formatIpv4(source), formatIpv4(destination), timeToLive]).toEqual([
        made.homeAddress,
        made.homeAgent,
        255,
      ]);
      expect([formatMac(frame.source), udp.sourcePort, udp.destinationPort]).toEqual([made.mac, made.port, 434]);
      const fields = { ...flagsOf(made), ...commonOf(made), careOfAddress: ip(made.careOfAddress) };
      expect(decodeMobileIpMessage(udp.octets)).toMatchObject({ ...fields, reservedFlags: made.flags & 0x05 });
      expectSigned(udp.octets, made);
      if ((made.flags & 0x05) !== 0) continue;
      expect(formatHex(append(encodeRegistrationRequest(fields), made))).toBe(formatHex(udp.octets));
    }
  });

  test('makes replies with every code, which are decoded, verified, and encoded to the same octets', () => {
    const tasks = Array.from({ length: COUNT }, (_, index) => task('reply', index));
    for (const [index, frame] of framesOf(tasks).entries()) {
      const made = tasks[index];
      const { udp } = ofFrame(frame);
      if (made === undefined || udp === undefined) throw new Error('no datagram');
      const fields = { ...commonOf(made), code: made.code };
      expect(decodeMobileIpMessage(udp.octets)).toMatchObject(fields);
      expectSigned(udp.octets, made);
      expect(formatHex(append(encodeRegistrationReply(fields), made))).toBe(formatHex(udp.octets));
    }
  });

  test('makes a solicitation, which is decoded', () => {
    const [frame] = framesOf([task('solicitation', 0)]);
    if (frame === undefined) throw new Error('no frame');
    const { icmp, timeToLive } = ofFrame(frame);
    expect(timeToLive).toBe(1);
    expect(decodeAgentDiscoveryMessage(icmp ?? hex(''))).toMatchObject({ kind: 'agentSolicitation' });
  });

  test('reads what we make as it was meant', () => {
    const tasks = Array.from({ length: COUNT / 2 }, (_, index) => task(index % 2 === 0 ? 'request' : 'reply', index));
    const ours = tasks.map((made) =>
      made.make === 'request'
        ? encodeRegistrationRequest({ ...flagsOf(made), ...commonOf(made), careOfAddress: ip(made.careOfAddress) })
        : encodeRegistrationReply({ ...commonOf(made), code: made.code }),
    );
    const read = scapy<object>(
      ours.map((message, index) => ({ read: formatHex(append(message, tasks[index] ?? task('reply', 0))) })),
    );
    for (const [index, fields] of read.entries()) {
      const { make, flags, code, lifetime, homeAddress, homeAgent, careOfAddress, identification } =
        tasks[index] ?? task('reply', 0);
      const common = { lifetime, homeAddress, homeAgent, identification };
      expect(fields).toEqual(
        make === 'request' ? { ...common, careOfAddress, flags: flags & 0xfa } : { ...common, code },
      );
    }
  });
});
