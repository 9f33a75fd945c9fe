import { expect, test } from 'vitest';
import { AwaitedRequests } from '../../src/daemon/awaited-requests.ts';
import { formatIpv4, type Ipv4Address } from '../../src/octets/address.ts';
import type { HomeAgentEvent } from '../../src/roles/home-agent/home-agent.ts';
import { SecurityAssociations } from '../../src/roles/security-associations.ts';
import { ip } from '../addresses.ts';
import { request } from '../roles/messages.ts';
import { configured } from './router.ts';
import { usualConfiguration } from './two-boxes.ts';

const PHONE = ip('10.1.0.77');
const arrival = {
  sourceAddress: ip('10.255.2.2'),
  sourcePort: 434,
  destinationAddress: ip('10.1.0.1'),
  sourceMac: undefined,
};
const awaiting = {
  ...configured(usualConfiguration([1])).homeAgent,
  associations: new SecurityAssociations([], { find: () => 'awaited' }),
};

function asks(homeAddress: Ipv4Address): HomeAgentEvent {
  return { kind: 'requestReceived', request: request({ homeAddress }), arrival };
}

test('a request waits while its key is awaited, and of two of one node the later one is taken', () => {
  const requests = new AwaitedRequests();
  const [earlier, later] = [asks(PHONE), asks(PHONE)];
  expect([requests.hold(earlier, awaiting), requests.hold(later, awaiting)]).toEqual([true, true]);
  expect(requests.take(PHONE)).toBe(later);
  expect(requests.take(PHONE)).toBeUndefined();
});

test('nothing waits that has its key, has none anywhere, is not of our networks, or is no request', () => {
  const requests = new AwaitedRequests();
  const known = configured(usualConfiguration([1])).homeAgent;
  const nowhere = { ...awaiting, associations: new SecurityAssociations([], { find: () => [] }) };
  expect(requests.hold(asks(PHONE), known)).toBe(false);
  expect(requests.hold(asks(PHONE), nowhere)).toBe(false);
  for (const address of ['10.9.0.77', '10.1.0.1', '10.1.0.255']) {
    expect(requests.hold(asks(ip(address)), awaiting), address).toBe(false);
  }
  expect(requests.hold({ kind: 'deadlineReached' }, awaiting)).toBe(false);
});

test('not more than a thousand wait', () => {
  const requests = new AwaitedRequests();
  const wide = {
    ...awaiting,
    homeNetworks: awaiting.homeNetworks.map((each) => ({ ...each, prefix: { network: ip('10.0.0.0'), length: 8 } })),
  };
  const addresses = Array.from({ length: 1200 }, (_, index) => (ip('10.9.0.0') + index + 1) as Ipv4Address);
  for (const address of addresses) expect(requests.hold(asks(address), wide), formatIpv4(address)).toBe(true);
  expect(addresses.filter((address) => requests.take(address) !== undefined)).toHaveLength(1000);
});
