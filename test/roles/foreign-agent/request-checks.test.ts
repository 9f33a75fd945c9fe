import { expect, test } from 'vitest';
import { type ForeignAgentConfiguration, settingsOf } from '../../../src/roles/foreign-agent/configuration.ts';
import { checkRequest, isRevocationOfferedByVisitor } from '../../../src/roles/foreign-agent/request-checks.ts';
import type { RegistrationRequest } from '../../../src/wire/registration.ts';
import { ip, prefix } from '../../addresses.ts';
import { request } from '../messages.ts';
import { link } from './scene.ts';

const configuration: ForeignAgentConfiguration = {
  careOfAddresses: [ip('10.2.0.1')],
  ownAddresses: [ip('10.2.0.1'), ip('10.3.0.1')],
  longestLifetimeSeconds: 600,
  mostVisitors: 1,
};

function codeOf(
  asked: RegistrationRequest,
  timeToLive = 255,
  changes: Partial<ForeignAgentConfiguration> = {},
): number {
  return checkRequest(asked, { link, timeToLive }, settingsOf({ ...configuration, ...changes }));
}

test('a sensible request passes every check', () => {
  expect(codeOf(request())).toBe(0);
});

test('an address of ours that is no care-of address is refused as one', () => {
  expect(codeOf(request({ careOfAddress: ip('10.3.0.1') }))).toBe(77);
});

test('a deregistration may name any care-of address, but is checked for the rest', () => {
  const fields = { lifetimeSeconds: 0, careOfAddress: ip('10.9.0.1') };
  expect(codeOf(request(fields))).toBe(0);
  expect(codeOf(request(fields, { reservedFlags: 1 }))).toBe(70);
});

test.each([0, 1, 64, 254])('a reverse tunnel is refused to a time to live of %i', (timeToLive) => {
  expect(codeOf(request({ reverseTunneling: true }), timeToLive)).toBe(76);
  expect(codeOf(request({ reverseTunneling: false }), timeToLive)).toBe(0);
});

test('a reverse tunnel that we do not offer is code 74, however near', () => {
  expect(codeOf(request({ reverseTunneling: true }), 255, { reverseTunnel: 'refused' })).toBe(74);
  expect(codeOf(request({ reverseTunneling: false }), 255, { reverseTunnel: 'refused' })).toBe(0);
});

test('without the reverse tunnel that we require: code 75, but a visit may end without it', () => {
  expect(codeOf(request({ reverseTunneling: false }), 255, { reverseTunnel: 'required' })).toBe(75);
  expect(codeOf(request({ reverseTunneling: false, lifetimeSeconds: 0 }), 255, { reverseTunnel: 'required' })).toBe(0);
  expect(codeOf(request({ reverseTunneling: true }), 255, { reverseTunnel: 'required' })).toBe(0);
});

test('a delivery style without a reverse tunnel makes no sense: code 70; nor to a tunnel that is not ours: code 79', () => {
  const encapsulating = { laterExtensions: '8200' };
  expect(codeOf(request({ reverseTunneling: false }, encapsulating))).toBe(70);
  expect(codeOf(request({ reverseTunneling: true }, encapsulating))).toBe(0);
  expect(codeOf(request({ reverseTunneling: true, decapsulationByMobileNode: true }, encapsulating))).toBe(79);
});

test('the subnet of the link that the request came over is home to its addresses', () => {
  const links = new Map([['br-lan', { interfaceIndex: 5, address: ip('10.1.0.2'), prefix: prefix('10.1.0.0/24') }]]);
  expect(codeOf(request(), 255, { links })).toBe(65);
  expect(codeOf(request({ lifetimeSeconds: 0 }), 255, { links })).toBe(0);
});

test('only a node with a care-of address of its own may offer revocation', () => {
  const offer = { laterExtensions: '8906 8000 00000001' };
  expect(isRevocationOfferedByVisitor(request({}, offer))).toBe(true);
  expect(isRevocationOfferedByVisitor(request({ decapsulationByMobileNode: true }, offer))).toBe(false);
  expect(isRevocationOfferedByVisitor(request())).toBe(false);
});
