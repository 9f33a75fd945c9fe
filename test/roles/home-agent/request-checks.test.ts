import { describe, expect, test } from 'vitest';
import { join } from '../../../src/octets/octets.ts';
import { settingsOf } from '../../../src/roles/home-agent/configuration.ts';
import { checkRequest, isForHomeAgent, probeOf } from '../../../src/roles/home-agent/request-checks.ts';
import { decodePoorlyFormedMessage, type RequestFields } from '../../../src/wire/registration.ts';
import { ip, mac, prefix } from '../../addresses.ts';
import { hex } from '../../hex.ts';
import { only, request } from '../messages.ts';
import { agentWith, configuration, fromForeignAgent, receive, replyOf } from './scene.ts';

const settings = settingsOf({
  ...configuration,
  homeNetworks: [
    { prefix: prefix('10.1.0.0/24'), interfaceIndex: 1, mac: mac('02:00:00:00:00:01') },
    { prefix: prefix('10.4.0.0/22'), interfaceIndex: 2, mac: mac('02:00:00:00:00:02') },
  ],
  addresses: [ip('10.1.0.1'), ip('10.4.0.1')],
});
type Variations = Parameters<typeof request>[1];

function codeOf(fields: Partial<RequestFields> = {}, variations: Variations = {}, changes = {}, room = 0) {
  return checkRequest(request(fields, variations), fromForeignAgent, { ...settings, ...changes }, room);
}

test('a sensible request passes every check', () => {
  expect(codeOf()).toBe(0);
});

test('a deregistration may name any care-of address, ask for any tunnel, and finds the table full', () => {
  for (const careOfAddress of ['10.1.0.77', '10.1.0.1', '0.0.0.0', '10.9.0.1']) {
    const fields = { lifetimeSeconds: 0, careOfAddress: ip(careOfAddress), minimalEncapsulation: true };
    expect(codeOf(fields, {}, { reverseTunnel: 'refused' }, 130)).toBe(0);
  }
});

describe('the tunnel', () => {
  const gre = { isGreServed: true };
  const refused = { reverseTunnel: 'refused' };
  const required = { reverseTunnel: 'required' };
  const cases: [string, number, Partial<RequestFields>, object][] = [
    ['IP in IP', 0, {}, {}],
    ['GRE where it is served', 0, { greEncapsulation: true }, gre],
    ['GRE where it is not', 139, { greEncapsulation: true }, {}],
    ['minimal encapsulation', 139, { minimalEncapsulation: true }, gre],
    ['minimal encapsulation or GRE', 139, { minimalEncapsulation: true, greEncapsulation: true }, gre],
    ['a reverse tunnel where there is none', 137, {}, refused],
    ['no reverse tunnel where there is none', 0, { reverseTunneling: false }, refused],
    ['no reverse tunnel where it is required', 138, { reverseTunneling: false }, required],
    ['a reverse tunnel where it is required', 0, {}, required],
    ['a wrong encapsulation before no reverse tunnel', 139, { greEncapsulation: true }, refused],
  ];
  test.each(cases)('%s: code %i', (_what, code, fields, changes) => {
    expect(codeOf(fields, {}, changes)).toBe(code);
  });

  test('with a GRE key is refused, also where GRE is served: ours carry no keys', () => {
    expect(codeOf({}, { laterExtensions: '3000 0004 00000007' }, gre)).toBe(139);
  });
});

describe('extensions', () => {
  const udpTunnel = (flags: string, encapsulation: string, reserved = '0000') =>
    `9006 00 00 ${flags} ${encapsulation} ${reserved}`;
  const nodes = { decapsulationByMobileNode: true, careOfAddress: fromForeignAgent.sourceAddress };
  const behindNat = { decapsulationByMobileNode: true, careOfAddress: ip('192.168.1.5') };
  const cases: [string, number, Partial<RequestFields>, Variations][] = [
    ['a network access identifier', 0, {}, { signedExtensions: '8305 6140622e63' }],
    ['a network access identifier behind the signature', 134, {}, { laterExtensions: '8305 6140622e63' }],
    ['a second Mobile-Home Authentication', 134, {}, { laterExtensions: `2014 00000100 ${'00'.repeat(16)}` }],
    ["a node's critical vendor extension", 140, {}, { signedExtensions: '2600 0006 00000009 0001' }],
    ["a foreign agent's critical vendor extension", 141, {}, { laterExtensions: '2600 0006 00000009 0001' }],
    ["a node's wish for UDP, without need", 0, nodes, { signedExtensions: udpTunnel('00', '04') }],
    ["a foreign agent's wish for UDP, without need", 0, {}, { laterExtensions: udpTunnel('00', '00') }],
    ["a node's wish for UDP, behind a NAT", 129, behindNat, { signedExtensions: udpTunnel('00', '00') }],
    ['such a wish through a foreign agent', 0, behindNat, { signedExtensions: udpTunnel('40', '00') }],
    ['a wish for UDP by force', 129, nodes, { signedExtensions: udpTunnel('80', '00') }],
    ['a wish for UDP with an unknown encapsulation', 142, nodes, { signedExtensions: udpTunnel('00', '11') }],
    ['a wish for UDP with reserved bits', 134, nodes, { signedExtensions: udpTunnel('00', '04', '0001') }],
    ["a node's wish for UDP without a co-located address", 134, {}, { signedExtensions: udpTunnel('00', '04') }],
    ["a foreign agent's with a co-located one", 134, nodes, { laterExtensions: udpTunnel('00', '04') }],
  ];
  test.each(cases)('%s: code %i', (_what, code, fields, variations) => {
    expect(codeOf(fields, variations)).toBe(code);
  });

  test('a tunnel over UDP that policy forbids is refused before the lack of room', () => {
    expect(codeOf(behindNat, { signedExtensions: udpTunnel('00', '00') }, {}, 130)).toBe(129);
    expect(codeOf(nodes, { signedExtensions: udpTunnel('00', '11') }, {}, 130)).toBe(130);
  });

  test('a deregistration is not about tunnels', () => {
    expect(codeOf({ lifetimeSeconds: 0 }, { signedExtensions: udpTunnel('80', '11', '0001') })).toBe(0);
  });
});

describe('the order of refusals', () => {
  const wrongs: [number, Partial<RequestFields>, Variations, object, number][] = [
    [136, { homeAgent: ip('10.9.0.1') }, {}, {}, 0],
    [134, {}, { reservedFlags: 1 }, {}, 0],
    [129, { homeAddress: ip('10.9.0.77') }, {}, {}, 0],
    [140, {}, { signedExtensions: '2600 0006 00000009 0001' }, {}, 0],
    [135, {}, {}, {}, 135],
    [139, { minimalEncapsulation: true }, {}, {}, 0],
    [137, {}, {}, { reverseTunnel: 'refused' }, 0],
  ];
  test('is that of the checks: each hides all that follow', () => {
    for (let first = 0; first < wrongs.length; first++) {
      const rest = wrongs.slice(first);
      const merged = (index: 1 | 2 | 3) => Object.assign({}, ...rest.map((wrong) => wrong[index]));
      const room = rest.find((wrong) => wrong[4] > 0)?.[4];
      expect(codeOf(merged(1), merged(2), merged(3), room)).toBe(wrongs[first]?.[0]);
    }
  });
});

describe('questions to anybody', () => {
  const probe = (fields: Partial<RequestFields>, destination = '10.1.0.1') =>
    probeOf(request(fields), { ...fromForeignAgent, destinationAddress: ip(destination) }, settings);

  test.each([
    ['10.1.0.255', '10.1.0.77', '10.1.0.1'],
    ['10.4.3.255', '10.1.0.77', '10.4.0.1'],
    ['255.255.255.255', '10.4.1.77', '10.4.0.1'],
    ['255.255.255.255', '10.4.3.255', '10.4.0.1'],
  ])('a home agent %s for %s is %s: code 136', (homeAgent, homeAddress, expected) => {
    expect(probe({ homeAgent: ip(homeAgent), homeAddress: ip(homeAddress) })).toEqual({
      code: 136,
      homeAgent: ip(expected),
    });
  });

  test('a request that was sent to the broadcast address is refused, whatever home agent it names', () => {
    expect(probe({}, '10.4.3.255')).toEqual({ code: 136, homeAgent: ip('10.4.0.1') });
    expect(probe({}, '255.255.255.255')).toEqual({ code: 136, homeAgent: ip('10.1.0.1') });
  });

  test.each([
    ['a request', {}],
    ['a deregistration', { lifetimeSeconds: 0 }],
    ['a question for a network that is not ours', { homeAgent: ip('255.255.255.255'), homeAddress: ip('10.9.0.77') }],
    [
      'a question to another home agent',
      { lifetimeSeconds: 0, homeAddress: ip('10.1.0.255'), homeAgent: ip('10.9.0.1') },
    ],
  ])('%s is none', (_what, fields) => {
    expect(probe(fields)).toBeUndefined();
  });
});

describe('whose a request is', () => {
  test.each([
    ['naming us', { homeAddress: ip('10.9.0.77') }, true],
    ['naming all of a network of ours', { homeAddress: ip('10.9.0.77'), homeAgent: ip('10.1.0.255') }, true],
    ['of our network, naming somebody else', { homeAgent: ip('10.9.0.1') }, true],
    ['of our network, naming everybody', { homeAgent: ip('255.255.255.255') }, true],
    ['of another network, naming its agent', { homeAddress: ip('10.9.0.77'), homeAgent: ip('10.9.0.1') }, false],
    ['of another network, naming everybody', { homeAddress: ip('10.9.0.77'), homeAgent: ip('255.255.255.255') }, false],
  ])("%s: the home agent's is %s", (_what, fields, expected) => {
    expect(isForHomeAgent(request(fields), settings)).toBe(expected);
  });
});

test('RFC 5944 §3.8.2.1: an extension that is cut behind a good signature is rejected with code 134, before it the request is discarded', () => {
  const cut = decodePoorlyFormedMessage(join([request().octets, hex('9f05 0000')]));
  if (cut?.kind !== 'registrationRequest') throw new Error('not a request');
  expect(replyOf(receive(agentWith(), 0, cut)).code).toBe(134);
  const within = decodePoorlyFormedMessage(request().octets.subarray(0, -1));
  if (within?.kind !== 'registrationRequest') throw new Error('not a request');
  expect(only(receive(agentWith(), 0, within), 'replySent')).toEqual([]);
});
