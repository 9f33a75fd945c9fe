import { expect, test } from 'vitest';
import type { ForeignAgentConfiguration } from '../../../src/roles/foreign-agent/foreign-agent.ts';
import { checkRequest } from '../../../src/roles/foreign-agent/request-checks.ts';
import { ip } from '../../addresses.ts';
import { request } from '../messages.ts';

const configuration: ForeignAgentConfiguration = {
  careOfAddresses: [ip('10.2.0.1')],
  ownAddresses: [ip('10.2.0.1'), ip('10.3.0.1')],
  longestLifetimeSeconds: 600,
  mostVisitors: 1,
};

test('a sensible request passes every check', () => {
  expect(checkRequest(request(), 255, configuration)).toBe(0);
});

test('an address of ours that is no care-of address is refused as one', () => {
  expect(checkRequest(request({ careOfAddress: ip('10.3.0.1') }), 255, configuration)).toBe(77);
});

test('a deregistration may name any care-of address, but is checked for the rest', () => {
  const fields = { lifetimeSeconds: 0, careOfAddress: ip('10.9.0.1') };
  expect(checkRequest(request(fields), 255, configuration)).toBe(0);
  expect(checkRequest(request(fields, { reservedFlags: 1 }), 255, configuration)).toBe(70);
});

test.each([0, 1, 64, 254])('a reverse tunnel is refused to a time to live of %i', (timeToLive) => {
  expect(checkRequest(request({ reverseTunneling: true }), timeToLive, configuration)).toBe(76);
  expect(checkRequest(request({ reverseTunneling: false }), timeToLive, configuration)).toBe(0);
});
