// Stories of the Subnet Map Exchange as a whole: access points, authoritative ones, and what goes wrong between them.

import { describe, expect, test } from 'vitest';
import { ip, mac, prefix } from '../addresses.ts';
import { addressOf, claimOf, MapNetwork, nameOf } from './map-network.ts';

const STATION = mac('02:11:22:33:44:55');
const LATER = mac('02:11:22:33:44:66');
const GONE = mac('02:11:22:33:44:77');

/** Boxes 1 to 5; 1 and 2 are authoritative. */
function campus(): MapNetwork {
  const network = new MapNetwork();
  for (let number = 1; number <= 5; number++) network.add(number, [1, 2]);
  network.wait(3000);
  return network;
}

const box = (network: MapNetwork, number: number) => {
  const found = network.boxes.find(({ name }) => name === nameOf(number));
  if (found === undefined) throw new Error(`no box ${number}`);
  return found;
};

const ALL = ['1:1', '2:2', '3:3', '4:4', '5:5'];

describe('the map', () => {
  test('is known to all who report, within seconds', () => {
    for (const each of campus().boxes) expect(each.map()).toEqual(ALL);
  });

  test('is known to whoever joins later, and he to all others at once', () => {
    const network = campus();
    network.wait(600_000);
    network.add(6, [1, 2]);
    network.wait(50);
    for (const each of network.boxes) expect(each.map()).toEqual([...ALL, '6:6']);
  });

  test('is kept without any authoritative access point, and over a restart', () => {
    const network = campus();
    for (const number of [1, 2]) box(network, number).isOn = false;
    network.wait(3_600_000);
    expect(box(network, 3).map()).toEqual(ALL);
    box(network, 3).restart([...box(network, 3).client.records()]);
    network.wait(100);
    expect(box(network, 3).map()).toEqual(ALL);
  });

  test('a change reaches everybody in two round trips', () => {
    const network = campus();
    const moved = box(network, 4);
    moved.claims = [{ ...claimOf(4), homeAgents: [ip('10.4.0.99')] }];
    moved.start();
    network.wait(8);
    for (const each of network.boxes) expect(each.map()).toContain('4:99');
  });

  test('with nothing to do costs one report and one comparison each half minute', () => {
    const network = campus();
    network.wait(60_000);
    const before = network.carried.length;
    network.wait(300_000);
    // Five reports and two comparisons, each with its answer, ten times, the clocks of all a little different.
    expect(network.carried.length - before).toBeGreaterThan(2 * 7 * 8);
    expect(network.carried.length - before).toBeLessThan(2 * 7 * 12);
  });
});

describe('an authoritative access point', () => {
  test('that ends is replaced by the next one', () => {
    const network = campus();
    box(network, 1).isOn = false;
    network.wait(60_000);
    expect(box(network, 3).client.authority()).toEqual({ address: addressOf(2), answers: true });
    network.add(6, [1, 2]);
    network.wait(10_000);
    for (const each of network.boxes.slice(1)) expect(each.map()).toEqual([...ALL, '6:6']);
  });

  test('that lost its memory is told all of it again', () => {
    const network = campus();
    box(network, 1).restart();
    network.wait(40_000);
    expect([...box(network, 1).role.records()].length).toBe(5);
    expect(box(network, 1).map()).toEqual(ALL);
    for (const each of network.boxes) expect(each.map()).toEqual(ALL);
  });

  test('alone, that lost its memory, knows a home agent without access point from its disk, if that answers', () => {
    const network = new MapNetwork();
    for (const number of [1, 2, 3]) network.add(number, [1]);
    network.homeAgents.add(ip('10.2.0.2'));
    network.wait(3000);
    const kept = [...box(network, 1).client.records()];
    for (const number of [2, 3]) box(network, number).isOn = false;
    box(network, 1).restart(kept);
    network.wait(200_000);
    expect([...box(network, 1).role.records()].map(({ reporter, state }) => [reporter, state])).toEqual([
      [nameOf(1), 'present'],
      [nameOf(2), 'gone'],
    ]);
  });
});

describe('a partition', () => {
  test('heals: what changed on either side is known on both', () => {
    const network = campus();
    const isLeft = (address: number) => [1, 3].includes(address & 255);
    network.homeAgents.add(ip('10.2.0.2')).add(ip('10.4.0.4')).add(ip('10.5.0.5'));
    network.loses = ({ source, destination }) => isLeft(source) !== isLeft(destination);
    network.wait(400_000);
    for (const number of [3, 4]) {
      const changed = box(network, number);
      changed.claims = [{ ...claimOf(number), homeAgents: [ip(`10.${number}.0.99`)] }];
      changed.start();
    }
    network.wait(60_000);
    expect(box(network, 3).map()).toContain('3:99');
    network.loses = () => false;
    network.wait(100_000);
    for (const each of network.boxes) expect(each.map()).toEqual(['1:1', '2:2', '3:99', '4:99', '5:5']);
  });

  test('nobody is called gone who is heard on the other side', () => {
    const network = campus();
    network.loses = ({ source, destination }) => ((source & 255) === 1) !== ((destination & 255) === 1);
    network.wait(400_000);
    expect([...box(network, 1).role.records()].filter(({ state }) => state !== 'deleted').length).toBe(1);
    expect(box(network, 4).map()).toEqual(['2:2', '3:3', '4:4', '5:5']);
    network.loses = () => false;
    network.wait(100_000);
    for (const each of network.boxes) expect(each.map()).toEqual(ALL);
  });
});

describe('the last access point of a home agent', () => {
  test('is gone: the row stays while the home agent answers, and goes when it does not', () => {
    const network = campus();
    network.homeAgents.add(ip('10.5.0.5'));
    box(network, 5).isOn = false;
    network.wait(400_000);
    expect(box(network, 3).map()).toEqual(ALL);
    network.homeAgents.clear();
    network.wait(400_000);
    expect(box(network, 3).map()).toEqual(ALL.slice(0, 4));
    expect(box(network, 1).reported('homeAgentLost').length + box(network, 2).reported('homeAgentLost').length).toBe(1);
  });

  test('and its row does not come back with an authoritative access point that was away', () => {
    const network = campus();
    box(network, 2).isOn = false;
    box(network, 5).isOn = false;
    network.wait(400_000);
    expect(box(network, 3).map()).not.toContain('5:5');
    box(network, 2).isOn = true;
    for (let seconds = 0; seconds < 200; seconds++) {
      network.wait(1000);
      expect(box(network, 3).map()).not.toContain('5:5');
    }
    expect(box(network, 2).map()).not.toContain('5:5');
  });

  test('comes back: its row is there again', () => {
    const network = campus();
    box(network, 5).isOn = false;
    network.wait(400_000);
    box(network, 5).restart();
    network.wait(1000);
    expect(box(network, 3).map()).toEqual(ALL);
  });

  test('one of two access points of it: nobody is asked, the row stays', () => {
    const network = campus();
    network.add(6, [1, 2], [claimOf(5)]);
    network.wait(1000);
    box(network, 6).isOn = false;
    network.wait(400_000);
    expect(box(network, 3).map()).toEqual(ALL);
    expect(box(network, 3).client.rows()[4]?.reporters).toEqual([addressOf(5)]);
  });
});

describe('clocks and memory', () => {
  test('an access point that forgot its number and has a wrong clock is believed all the same', () => {
    const network = campus();
    const changed = box(network, 5);
    changed.clockErrorMs = -1_000_000_000_000;
    changed.claims = [{ ...claimOf(5), homeAgents: [ip('10.5.0.99')] }];
    changed.restart();
    network.wait(1000);
    for (const each of network.boxes) expect(each.map()).toContain('5:99');
  });

  test('of two boxes of one name the first is heard, and the other is said; they do not talk without end', () => {
    const network = campus();
    network.loses = ({ source, destination }) => source === addressOf(6) && destination === addressOf(2);
    const twin = network.add(6, [1, 2]);
    Object.assign(twin, { name: nameOf(5) });
    twin.restart();
    network.wait(60_000);
    expect(box(network, 3).map()).toEqual(ALL);
    const reasons = box(network, 1).reports.map((report) => ('reason' in report ? report.reason : ''));
    expect(reasons).toContain('nameTaken');
  });

  test('two boxes of one name at two authoritative access points are said, and do not talk without end', () => {
    const network = campus();
    const twin = network.add(6, [1, 2]);
    Object.assign(twin, { name: nameOf(5) });
    twin.restart();
    network.wait(100_000);
    const before = network.carried.length;
    network.wait(100_000);
    expect(network.carried.length - before).toBeLessThan(1500);
    const said = [twin, box(network, 5)].flatMap((each) => each.reported('accessPointNameTaken'));
    expect(said.length).toBeGreaterThan(0);
  });
});

describe('conflicts', () => {
  test('of two home agents for one network the lower counts everywhere, whoever came first, and both are shown', () => {
    const network = campus();
    network.add(6, [1, 2], [{ ...claimOf(5), homeAgents: [ip('10.5.0.3')] }]);
    network.add(7, [1, 2], [{ ...claimOf(5), homeAgents: [ip('10.5.0.200')] }]);
    network.wait(1000);
    for (const each of network.boxes) {
      const row = each.client.rows().find(({ network: { network: address } }) => address === ip('10.5.0.0'));
      expect(row?.homeAgent).toBe(ip('10.5.0.3'));
      expect(row?.conflicts.map(({ homeAgent }) => homeAgent)).toEqual([ip('10.5.0.5'), ip('10.5.0.200')]);
    }
  });

  test('a wrong mask overlaps: both rows stand, and each shows the other', () => {
    const network = campus();
    network.add(6, [1, 2], [{ ...claimOf(5), network: prefix('10.4.0.0/15'), homeAgents: [ip('10.4.0.66')] }]);
    network.wait(1000);
    const overlapping = box(network, 1)
      .client.rows()
      .filter(({ conflicts }) => conflicts.length > 0);
    expect(overlapping.map(({ network: { length } }) => length)).toEqual([15, 24, 24]);
  });
});

describe('the station directory', () => {
  function roaming(): MapNetwork {
    const network = campus();
    box(network, 3).hear({ kind: 'stationAttached', mac: STATION });
    box(network, 3).hear({
      kind: 'stationIdentified',
      mac: STATION,
      homeAddress: ip('10.3.0.77'),
      gatewayMac: nameOf(3),
    });
    network.wait(2000);
    return network;
  }

  test('tells where a station was, in one round trip, and the former access point that it moved', () => {
    const network = roaming();
    box(network, 4).hear({ kind: 'stationAttached', mac: STATION });
    network.wait(5);
    const hint = { kind: 'stationHinted', mac: STATION, homeAddress: ip('10.3.0.77'), gatewayMac: nameOf(3) };
    expect(box(network, 4).effects).toContainEqual(hint);
    const from = { kind: 'stationCameFrom', mac: STATION, peer: addressOf(3) };
    expect(box(network, 4).effects).toContainEqual({ kind: 'report', report: from });
    network.wait(5);
    expect(box(network, 3).effects).toContainEqual({ kind: 'stationMoved', mac: STATION });
    const to = { kind: 'stationMovedTo', mac: STATION, peer: addressOf(4) };
    expect(box(network, 3).effects).toContainEqual({ kind: 'report', report: to });
  });

  test('works across authoritative access points', () => {
    const network = roaming();
    network.loses = ({ source, destination }) => (source & 255) === 4 && destination === addressOf(1);
    box(network, 4).restart();
    network.wait(10_000);
    expect(box(network, 4).client.authority()?.address).toBe(addressOf(2));
    box(network, 4).hear({ kind: 'stationAttached', mac: STATION });
    network.wait(10);
    expect(box(network, 4).effects.map(({ kind }) => kind)).toContain('stationHinted');
    expect(box(network, 3).effects).toContainEqual({ kind: 'stationMoved', mac: STATION });
  });

  test('knows again, after it lost its memory, who is where', () => {
    const network = roaming();
    for (const number of [1, 2]) box(network, number).restart();
    network.wait(40_000);
    box(network, 4).hear({ kind: 'stationAttached', mac: STATION });
    network.wait(5);
    expect(box(network, 4).effects.map(({ kind }) => kind)).toContain('stationHinted');
  });

  test('does not believe who says late what was before', () => {
    const network = roaming();
    box(network, 4).hear({ kind: 'stationAttached', mac: STATION });
    network.wait(100);
    box(network, 3).hear({ kind: 'stationLeft', mac: STATION });
    network.wait(100);
    box(network, 5).hear({ kind: 'stationAttached', mac: STATION });
    network.wait(100);
    expect(box(network, 4).effects).toContainEqual({ kind: 'stationMoved', mac: STATION });
  });

  test('forgets a station an hour after it left, and at once where it is switched off', () => {
    const network = roaming();
    box(network, 3).hear({ kind: 'stationLeft', mac: STATION });
    network.wait(1000);
    expect(box(network, 1).role.stationCount()).toBe(1);
    network.wait(3_700_000);
    expect(box(network, 1).role.stationCount()).toBe(0);
    expect(box(network, 2).role.stationCount()).toBe(0);
    box(network, 4).isDirectoryUsed = false;
    box(network, 4).start();
    box(network, 4).hear({ kind: 'stationAttached', mac: STATION });
    network.wait(1000);
    expect(box(network, 1).role.stationCount()).toBe(0);
  });

  test('is told of who was here before it came into use, with the time since when; not of who has left', () => {
    const network = roaming();
    box(network, 4).isDirectoryUsed = false;
    box(network, 4).start();
    for (const mac of [LATER, GONE]) box(network, 4).hear({ kind: 'stationAttached', mac });
    box(network, 4).hear({ kind: 'stationIdentified', mac: LATER, homeAddress: ip('10.4.0.9'), gatewayMac: undefined });
    box(network, 4).hear({ kind: 'stationLeft', mac: GONE });
    network.wait(60_000);
    const before = box(network, 1).role.stationCount();
    box(network, 4).isDirectoryUsed = true;
    box(network, 4).start();
    network.wait(1000);
    expect(box(network, 1).role.stationCount()).toBe(before + 1);
    box(network, 3).hear({ kind: 'stationAttached', mac: LATER });
    network.wait(1000);
    expect(box(network, 4).effects).toContainEqual({ kind: 'stationMoved', mac: LATER });
  });
});

describe('strangers', () => {
  test('without the key say nothing that is believed, and are counted', () => {
    const network = campus();
    const stranger = network.add(6, [1, 2]);
    stranger.secret = new Uint8Array(16);
    stranger.restart();
    network.wait(60_000);
    expect(box(network, 1).map()).not.toContain('6:6');
    expect(box(network, 1).reports).toContainEqual({
      kind: 'mapMessageDiscarded',
      sourceAddress: addressOf(6),
      reason: 'badAuthenticator',
    });
  });

  test('who repeat everything that was ever said change nothing', () => {
    const network = campus();
    network.wait(100_000);
    const recorded = network.carried.slice();
    const versions = () =>
      [...box(network, 1).role.records()].map(({ reporter, generation, revision, state }) =>
        [reporter, generation, revision, state].join(),
      );
    box(network, 5).restart();
    network.wait(40_000);
    const before = versions();
    const maps = network.boxes.map((each) => each.map());
    for (const packet of recorded) {
      const receiver = network.boxes.find(({ address }) => address === packet.destination);
      receiver?.receive(packet);
    }
    network.wait(10_000);
    expect(versions()).toEqual(before);
    expect(network.boxes.map((each) => each.map())).toEqual(maps);
    for (const each of network.boxes) {
      expect(each.client.authority()?.answers).toBe(true);
      expect(each.reported('mapMessageDiscarded').length).toBeGreaterThan(0);
    }
  });
});
