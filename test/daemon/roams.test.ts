import { expect, test } from 'vitest';
import { Arrivals, roamRows } from '../../src/daemon/roams.ts';
import { ip, mac } from '../addresses.ts';

const PHONE = mac('02:00:00:00:02:00');
const [FIRST, SECOND] = [ip('10.255.2.2'), ip('10.255.3.2')];
const attached = (interfaceName: string) => ({ kind: 'stationAttached', mac: PHONE, interfaceName }) as const;
const node = { homeAddress: ip('10.1.0.77'), lifetimeSeconds: 600 };
const bound = { kind: 'bindingCreated', ...node, careOfAddress: FIRST } as const;
const moved = { kind: 'bindingMoved', ...node, careOfAddress: SECOND } as const;
const revoked = { kind: 'visitorRevoked', ...node, homeAgent: ip('10.1.0.1') } as const;

test('what the access point and the home agent know of it make one journey', () => {
  const [ofStation, ofAddress] = [new Arrivals(), new Arrivals()];
  ofStation.reported(attached('phy0-ap0'), 0);
  ofStation.reported(attached('phy1-ap0'), 10_000);
  ofAddress.reported(bound, 20_000);
  ofAddress.reported(moved, 30_000);
  ofStation.reported(attached('phy0-ap0'), 40_000);
  ofStation.outageEnded(7.4);
  expect(roamRows([ofStation, ofAddress], 41_000)).toEqual([
    { seconds_ago: 41, to: 'phy0-ap0' },
    { seconds_ago: 31, from: 'phy0-ap0', to: 'phy1-ap0' },
    { seconds_ago: 21, from: 'phy1-ap0', to: '10.255.2.2' },
    { seconds_ago: 11, from: '10.255.2.2', to: '10.255.3.2' },
    { seconds_ago: 1, from: '10.255.3.2', to: 'phy0-ap0', outage_ms: 7 },
  ]);
});

test('whoever comes anew to where it was, or has gone nobody knows where, comes from nowhere', () => {
  const arrivals = new Arrivals();
  arrivals.reported(attached('phy0-ap0'), 0);
  arrivals.reported(attached('phy0-ap0'), 1000);
  arrivals.reported(revoked, 2000);
  arrivals.reported(attached('phy1-ap0'), 3000);
  expect(roamRows([arrivals], 3000)).toEqual([
    { seconds_ago: 3, to: 'phy0-ap0' },
    { seconds_ago: 2, to: 'phy0-ap0' },
    { seconds_ago: 0, to: 'phy1-ap0' },
  ]);
});

test('what an authoritative access point tells counts, and is not told twice by the home agent', () => {
  const [ofStation, ofAddress] = [new Arrivals(), new Arrivals()];
  ofStation.reported(attached('phy0-ap0'), 0);
  ofStation.reported({ kind: 'stationCameFrom', mac: PHONE, peer: SECOND }, 1);
  ofStation.reported({ kind: 'stationMovedTo', mac: PHONE, peer: FIRST }, 5000);
  ofAddress.reported(moved, 5100);
  expect(roamRows([ofStation, ofAddress], 5100)).toEqual([
    { seconds_ago: 5, from: '10.255.3.2', to: 'phy0-ap0' },
    { seconds_ago: 0, from: 'phy0-ap0', to: '10.255.2.2' },
  ]);
});

test('the last eight are kept, and where the first of them began', () => {
  const arrivals = new Arrivals();
  for (let number = 0; number < 20; number++) arrivals.reported(attached(`phy${number}-ap0`), number * 1000);
  const rows = roamRows([arrivals], 20_000);
  expect(rows).toHaveLength(8);
  expect(rows[0]).toEqual({ seconds_ago: 8, from: 'phy11-ap0', to: 'phy12-ap0' });
});

test('other news is no roam, and an outage of who never came is none', () => {
  const arrivals = new Arrivals();
  arrivals.outageEnded(5);
  arrivals.reported({ kind: 'bindingRenewed', ...node, careOfAddress: FIRST }, 0);
  arrivals.reported({ kind: 'stationDetached', mac: PHONE, interfaceName: 'phy0-ap0' }, 0);
  expect(roamRows([arrivals], 0)).toEqual([]);
});
