import './english.ts';
import { expect, test } from 'vitest';
import { networkOf } from '../../luci/src/access-points.ts';
import { answersWith } from './answers.ts';

const LOCAL_AGENT = {
  bridge: 'br-lan',
  address: '10.1.0.1',
  local: true,
  home_agent: true,
  foreign_agent: true,
  care_of_addresses: ['192.168.50.1'],
};
const away = (mac: string, homeAgent: string) => ({
  mac,
  mobility: 'away',
  attached: true,
  home_agent: homeAgent,
  registration: 'registered',
});

test('without any answer there is this access point, alone', () => {
  const { here, others } = networkOf(answersWith({}));
  expect(here).toMatchObject({ isHere: true, addresses: [], stations: [] });
  expect(others).toEqual([]);
});

test('the addresses of its bridges, agents, tunnels and own rows of the map are this access point', () => {
  const { here, others } = networkOf(
    answersWith({
      status: { bridges: [{ device: 'br-lan', address: '10.1.0.1', network: '10.1.0.0/24', home_agent: true }] },
      agents: [LOCAL_AGENT],
      map: [{ network: '10.1.0.0/24', home_agent: '203.0.113.1', origin: 'local' }],
      tunnels: [{ local: '192.168.50.1', remote: '192.168.50.2', encapsulation: 'gre' }],
    }),
  );
  expect(here.addresses).toEqual(['10.1.0.1', '192.168.50.1', '203.0.113.1']);
  expect(here.networks).toEqual(['10.1.0.0/24']);
  expect(here.roles).toEqual({ homeAgent: true, foreignAgent: true });
  expect(others.map(({ addresses, link }) => [addresses, link])).toEqual([
    [['192.168.50.2'], { encapsulation: 'gre', ours: 0, theirs: 0 }],
  ]);
});

test('an agent and its care-of addresses are one box, and so is a network and the only one that reports it', () => {
  const { others } = networkOf(
    answersWith({
      agents: [{ address: '10.2.0.1', foreign_agent: true, care_of_addresses: ['192.168.50.2'] }],
      map: [
        { network: '10.2.0.0/24', home_agent: '10.2.0.1', origin: 'learned' },
        { network: '10.3.0.0/24', home_agent: '10.3.0.1', origin: 'learned', reporters: ['10.3.0.2'] },
        { network: '10.4.0.0/24', home_agent: '10.4.0.1', origin: 'learned', reporters: ['10.4.0.2', '10.4.0.3'] },
      ],
      bindings: [{ home_address: '10.1.0.9', care_of_address: '192.168.50.2' }],
    }),
  );
  expect(others.map(({ addresses }) => addresses)).toEqual([
    ['10.2.0.1', '192.168.50.2'],
    ['10.3.0.1', '10.3.0.2'],
    ['10.4.0.1'],
  ]);
  expect(others[0]).toMatchObject({ roles: { homeAgent: true, foreignAgent: true }, link: { ours: 1, theirs: 0 } });
});

test('stations stand where they are, and are counted on the link to where they come from or went', () => {
  const { here, others } = networkOf(
    answersWith({
      agents: [LOCAL_AGENT],
      stations: [
        { mac: '02:00:00:00:00:01', mobility: 'home', attached: true },
        away('02:00:00:00:00:02', '10.2.0.1'),
        away('02:00:00:00:00:03', '10.3.0.1'),
      ],
      bindings: [{ home_address: '10.1.0.9', care_of_address: '10.2.0.1' }],
    }),
  );
  expect(here.stations.map(({ state }) => state)).toEqual(['home', 'visiting', 'visiting']);
  expect(others.map(({ key, link, stations }) => [key, link, stations.length])).toEqual([
    ['10.2.0.1', { ours: 1, theirs: 1 }, 1],
    ['10.3.0.1', { ours: 0, theirs: 1 }, 0],
  ]);
});

test('a visit between two bridges of this access point is no link to another', () => {
  const { here, others } = networkOf(
    answersWith({ agents: [LOCAL_AGENT], stations: [away('02:00:00:00:00:02', '10.1.0.1')] }),
  );
  expect(others).toEqual([]);
  expect(here.stations).toHaveLength(1);
});

test('an authority is marked with how it answers and has its name; one that is only known has no link', () => {
  const { others } = networkOf(
    answersWith({
      status: { authorities: [{ address: '10.2.0.1', state: 'silent', name: 'ap-east' }] },
      accessPoints: [{ address: '10.5.0.1' }],
    }),
  );
  expect(others).toMatchObject([{ authority: 'silent', name: 'ap-east' }, { key: '10.5.0.1' }]);
  expect(others.filter(({ link }) => link !== undefined)).toEqual([]);
});

test('those with the most traffic stand first', () => {
  const { others } = networkOf(
    answersWith({
      map: [{ network: '10.9.0.0/24', home_agent: '10.9.0.1' }],
      tunnels: [{ remote: '10.8.0.1' }],
      stations: [away('02:00:00:00:00:02', '10.7.0.1')],
    }),
  );
  expect(others.map(({ key }) => key)).toEqual(['10.7.0.1', '10.8.0.1', '10.9.0.1']);
});
