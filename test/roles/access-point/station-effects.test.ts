import { expect, test } from 'vitest';
import { newStation } from '../../../src/roles/access-point/station.ts';
import { withStationEffects } from '../../../src/roles/access-point/station-effects.ts';
import { Stations } from '../../../src/roles/access-point/stations.ts';
import { AWAY, LOCAL, OTHER, Scene, STATION, withoutReports } from './scene.ts';

test('what changed is told once, around what was decided', () => {
  const stations = new Stations();
  const mobility = { kind: 'home', address: LOCAL, registration: undefined } as const;
  stations.put({ ...newStation(STATION, 'wlan0', 'br-lan'), mobility, hasOwnMobileIp: true });
  stations.put(newStation(OTHER, 'wlan0', 'br-lan'));
  const decided = { kind: 'solicitationSent', bridge: 'br-lan' } as const;
  expect(withStationEffects([decided], stations)).toEqual([
    { kind: 'dhcpLocalWanted', mac: STATION },
    { kind: 'advertisementsWanted', interfaceName: 'wlan0' },
    decided,
    { kind: 'filterWanted', interfaceName: 'wlan0', unidentified: new Set([OTHER]) },
  ]);
  expect(withStationEffects([decided], stations)).toEqual([decided]);
});

test('broadcasts are kept from visitors until somebody comes who is none, or may be none', () => {
  const scene = new Scene();
  scene.registered(0, AWAY);
  const came = withoutReports(scene.attach(1000, OTHER));
  expect(came).toEqual(expect.arrayContaining(['barrierUnwanted', 'broadcastCopiesWanted']));
  scene.detach(2000, OTHER);
  const left = withoutReports(scene.deadline(4000));
  expect(left).toEqual(expect.arrayContaining(['broadcastCopiesUnwanted', 'barrierWanted']));
});
