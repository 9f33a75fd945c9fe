// A map of before a restart, whose access points do not call any more: whole daemons, of which one is authoritative, and
// asks the other one, a home agent, whether it lives.

import { expect, test } from 'vitest';
import { encodeKeptMap } from '../../src/daemon/kept-map.ts';
import type { MapRecord } from '../../src/wire/subnet-map-records.ts';
import { ip, prefix } from '../addresses.ts';
import { digests } from '../digests.ts';
import { record, reporterNumber } from '../wire/map-messages.ts';
import { callOverBus } from './bus.ts';
import { type Box, usualConfiguration, World } from './two-boxes.ts';

const KEY = "\toption aap_key '0123456789abcdef'\n";
const authoritative = usualConfiguration([]).replace('config bridge', `\tlist aap 10.255.1.2\n${KEY}config bridge`);

function claiming(number: number): MapRecord {
  const network = prefix(`10.${number}.0.0/24`);
  const claims = [{ network, homeAgents: [ip(`10.255.${number}.2`)], gatewayMac: undefined }];
  return { ...record, reporter: reporterNumber(number), address: ip(`10.255.${number}.9`), claims };
}

function homeAgentsIn(box: Box): string[] {
  const { rows } = callOverBus(box.bus, 'pmip', 'subnet_map')?.data ?? {};
  return (rows as readonly { network: string; home_agent: string }[]).map((row) => `${row.network} ${row.home_agent}`);
}

test('a home agent that answers stays in the map, one that does not is deleted', () => {
  const world = new World();
  const [authority, homeAgent] = [world.addBox(1), world.addBox(2)];
  homeAgent.start(usualConfiguration([2]));
  const octets = encodeKeptMap([claiming(2), claiming(3)], digests);
  authority.arrive({ kind: 'mapRead', octets });
  authority.start(authoritative);
  world.wait(50_000);
  expect(world.carried).toEqual([]);
  const own = '10.1.0.0/24 10.255.1.2';
  expect(homeAgentsIn(authority)).toEqual([own, '10.2.0.0/24 10.255.2.2', '10.3.0.0/24 10.255.3.2']);
  world.wait(60_000);
  expect(world.carried.some(({ box }) => box === homeAgent.name)).toBe(true);
  expect(homeAgent.kernel.state()).not.toContain('proxy');
  // Readers that have heard of it before keep it for an hour more.
  world.wait(4_200_000);
  expect(homeAgentsIn(authority)).toEqual([own, '10.2.0.0/24 10.255.2.2']);
});

test('a home agent that dies later is deleted by then', () => {
  const world = new World();
  const [authority, homeAgent] = [world.addBox(1), world.addBox(2)];
  homeAgent.start(usualConfiguration([2]));
  authority.arrive({ kind: 'mapRead', octets: encodeKeptMap([claiming(2)], digests) });
  authority.start(authoritative);
  world.wait(110_000);
  expect(homeAgentsIn(authority)).toHaveLength(2);
  world.loses = ({ box }) => box === homeAgent.name;
  world.wait(400_000);
  expect(homeAgentsIn(authority)).toEqual(['10.1.0.0/24 10.255.1.2']);
});
