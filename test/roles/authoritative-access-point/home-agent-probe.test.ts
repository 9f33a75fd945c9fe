import { expect, test } from 'vitest';
import { homeAgentProbes } from '../../../src/roles/authoritative-access-point/home-agent-probe.ts';
import { decodeRegistrationRequest } from '../../../src/wire/registration.ts';
import { ip, prefix } from '../../addresses.ts';
import { digests } from '../../digests.ts';

const probes = homeAgentProbes(prefix('10.1.0.0/24'), ip('10.1.0.1'), 0xabcdef01, 1_700_000_000_000, digests);
const requests = probes.map(decodeRegistrationRequest);

test('both forms are asked: the home agent by its address, and by the broadcast address of its network', () => {
  expect(requests.map(({ homeAgent }) => homeAgent)).toEqual([ip('10.1.0.1'), ip('10.1.0.255')]);
});

test('both are deregistrations on behalf of the broadcast address, with our number', () => {
  for (const request of requests) {
    expect(request).toMatchObject({ lifetimeSeconds: 0, homeAddress: ip('10.1.0.255') });
    expect(Number(request.identification & 0xffffffffn)).toBe(0xabcdef01);
    expect(request.extensions.map(({ type }) => type)).toEqual([32]);
  }
});
