import { expect, test } from 'vitest';
import { StationHistory } from '../../src/daemon/station-history.ts';
import type { MacAddress } from '../../src/octets/address.ts';
import { ip, mac } from '../addresses.ts';

const PHONE = mac('02:00:00:00:02:00');
const ATTACHED = { kind: 'stationAttached', mac: PHONE, interfaceName: 'phy0-ap0' } as const;
const AWAY = { kind: 'stationAway', mac: PHONE, address: ip('10.1.0.77'), learnedBy: 'ARP' } as const;
const ACCEPTED = { kind: 'registrationAccepted', mac: PHONE, homeAddress: ip('10.1.0.77') } as const;
const GRANTED = { ...ACCEPTED, lifetimeSeconds: 600, elapsedMs: 5 };

test('of a station that never came nothing is known', () => {
  expect(new StationHistory().of(PHONE)).toBe(undefined);
});

test('the first attachment is no roam, each further one is', () => {
  const history = new StationHistory();
  history.reported(ATTACHED, 0);
  expect(history.of(PHONE)).toMatchObject({ roams: 0, learnedBy: undefined, lastOutageMs: undefined });
  history.reported(ATTACHED, 1000);
  history.reported(ATTACHED, 2000);
  expect(history.of(PHONE)).toMatchObject({ roams: 2 });
});

test('an outage ends with the registration, and begins when the station came and its address was known', () => {
  const history = new StationHistory();
  history.reported(ATTACHED, 1000);
  history.reported(AWAY, 1500);
  expect(history.reported(GRANTED, 1512)).toBe(12);
  expect(history.of(PHONE)).toMatchObject({ learnedBy: 'ARP', lastOutageMs: 12 });
});

test('a station whose address is known already waits from its attachment on; a renewal is no outage', () => {
  const history = new StationHistory();
  history.reported(AWAY, 0);
  history.reported(ATTACHED, 1000);
  history.reported(GRANTED, 1020);
  expect(history.reported(GRANTED, 500_000)).toBeUndefined();
  expect(history.of(PHONE)).toMatchObject({ lastOutageMs: 20 });
});

test('the stations of a long day are forgotten, the least recent first', () => {
  const history = new StationHistory();
  for (let number = 0; number < 2001; number++) {
    history.reported({ ...ATTACHED, mac: (PHONE + number) as MacAddress }, number);
    history.reported(ATTACHED, number);
  }
  expect(history.of(PHONE)).toBeDefined();
  expect(history.of((PHONE + 1) as MacAddress)).toBe(undefined);
  expect(history.of((PHONE + 2000) as MacAddress)).toBeDefined();
});
