// Roams through whole daemons: what each kernel has afterwards is what counts.

import { describe, expect, test } from 'vitest';
import { ip } from '../addresses.ts';
import { callOverBus } from './bus.ts';
import { Station, usualConfiguration } from './two-boxes.ts';
import { HOME_GATEWAY, homeState, USUAL, visitedState, Walk } from './walk.ts';

describe.each([
  { orders: 'little-endian boxes', littleEndian: () => true },
  { orders: 'big-endian boxes', littleEndian: () => false },
  { orders: 'a big-endian home agent', littleEndian: (number: number) => number !== 1 },
])('between $orders, a phone', ({ littleEndian }) => {
  test('that roams away has a tunnel from its home agent, and a route and a neighbour where it is', () => {
    const walk = new Walk(USUAL, { littleEndian });
    walk.roam(1);
    expect([walk.state(1), walk.state(2)]).toEqual([[], []]);
    walk.roam(2);
    expect(walk.state(1)).toEqual(homeState('10.255.2.2'));
    expect(walk.state(2)).toEqual(visitedState('10.255.2.2'));
    expect(walk.intercepts(2)).toBe(true);
    expect(walk.messages()).toEqual(['ap2 asks for 600 s', 'ap1 answers 0']);
  });

  test('that comes home has nothing left anywhere', () => {
    const walk = new Walk(USUAL, { littleEndian });
    walk.roam(1);
    walk.roam(2);
    walk.roam(1);
    // The visited box learns it at the latest when hostapd there gives the phone up.
    walk.box(2).bsses.get('phy0-ap0')?.stations.clear();
    walk.box(2).bsses.get('phy0-ap0')?.notify('inactive-deauth', { address: '02:00:00:00:02:00' });
    walk.world.wait(30_000);
    expect([walk.state(1), walk.state(2), walk.intercepts(2)]).toEqual([[], [], false]);
    expect(walk.rows(1, 'bindings')).toEqual([]);
    expect(walk.rows(2, 'visitors')).toEqual([]);
  });
});

describe('a phone', () => {
  test('learns nothing of its visit: its gateway has the MAC address that it had at home', () => {
    const walk = new Walk();
    walk.roam(1);
    walk.phone.received.length = 0;
    walk.roam(2);
    const answers = walk.phone.received.map(({ payload }) => payload.kind === 'arp' && payload.arp);
    expect(answers).toEqual([
      {
        operation: 'reply',
        senderMac: walk.box(1).bridgeMac,
        senderAddress: HOME_GATEWAY,
        targetMac: walk.phone.mac,
        targetAddress: walk.phone.address,
      },
    ]);
  });

  test('that shares a key with foreign agents is registered by both signatures', () => {
    const shared = [
      "\toption kind 'mobile-foreign'",
      "\toption start '10.1.0.77'",
      "\toption spi '300'",
      "\toption ascii 'b'",
    ];
    const walk = new Walk([USUAL, 'config secure_agent', ...shared, ''].join('\n'));
    walk.roam(2);
    expect(walk.state(2)).toEqual(visitedState('10.255.2.2'));
    walk.roam(1);
    expect([walk.state(1), walk.messages()]).toEqual([[], ['ap2 asks for 600 s', 'ap1 answers 0']]);
  });

  test('whose replay protection is by nonces is given one with the first refusal, and then needs none', () => {
    const walk = new Walk(USUAL.replaceAll('option algorithm', "option replay 'nonce'\n\toption algorithm"));
    walk.roam(2);
    expect(walk.state(2)).toEqual(visitedState('10.255.2.2'));
    walk.answering(600);
    const accepted = ['ap2 asks for 600 s', 'ap1 answers 0'];
    expect(walk.messages()).toEqual(['ap2 asks for 600 s', 'ap1 answers 133', ...accepted, ...accepted]);
  });

  test('that roams on to a third network has its tunnel there', () => {
    const walk = new Walk(USUAL, { boxes: 3 });
    walk.roam(1);
    walk.roam(2);
    walk.roam(3);
    expect(walk.state(1)).toEqual(homeState('10.255.3.2'));
    expect(walk.state(3)).toEqual(visitedState('10.255.3.2'));
    expect(walk.rows(1, 'bindings')).toMatchObject([{ home_address: '10.1.0.77', care_of_address: '10.255.3.2' }]);
  });

  test('that comes back to a network where it still counted as attached is registered anew', () => {
    const walk = new Walk(USUAL, { boxes: 3 });
    for (const number of [1, 2, 3, 2]) walk.roam(number);
    expect(walk.state(1)).toEqual(homeState('10.255.2.2'));
    expect(walk.state(2)).toEqual(visitedState('10.255.2.2'));
  });

  test('that changes the radio of the visited box is not registered from scratch and never without a route', () => {
    const walk = new Walk();
    walk.roam(2);
    const before = walk.state(2);
    walk.phone.associate(walk.box(2), 'phy1-ap0');
    expect(walk.state(2)).toEqual(before);
    walk.world.wait(5000);
    expect(walk.state(2)).toEqual(before);
    expect(walk.intercepts(2)).toBe(true);
  });

  test('that leaves the visited box for good is deregistered there and at home', () => {
    const walk = new Walk();
    walk.roam(1);
    walk.roam(2);
    walk.phone.leave();
    walk.world.wait(10_000);
    expect([walk.state(1), walk.state(2), walk.intercepts(2)]).toEqual([[], [], false]);
    expect(walk.messages().slice(2)).toEqual(['ap2 asks for 0 s', 'ap1 answers 0']);
  });

  test('that stays is renewed before its lifetime is over, as long as it answers', () => {
    const walk = new Walk();
    walk.roam(2);
    for (let second = 0; second < 3600; second++) {
      walk.world.wait(1000);
      walk.phone.answerArp();
    }
    expect(walk.state(1)).toEqual(homeState('10.255.2.2'));
    expect(walk.state(2)).toEqual(visitedState('10.255.2.2'));
    const asked = walk.messages().filter((message) => message === 'ap2 asks for 600 s');
    expect(asked.length).toBeGreaterThanOrEqual(7);
    expect(asked.length).toBeLessThanOrEqual(9);
  });

  test('that stays and says nothing more is gone everywhere when its lifetime is over', () => {
    const walk = new Walk();
    walk.roam(2);
    walk.world.wait(700_000);
    expect([walk.state(1), walk.state(2), walk.intercepts(2)]).toEqual([[], [], false]);
  });
});

describe('when the backbone', () => {
  test('loses the first messages, they are repeated until the phone is registered', () => {
    const walk = new Walk();
    let lost = 0;
    walk.world.loses = () => lost++ < 3;
    walk.roam(2);
    walk.answering(20);
    expect(walk.state(1)).toEqual(homeState('10.255.2.2'));
    expect(walk.state(2)).toEqual(visitedState('10.255.2.2'));
  });

  test('loses everything, the phone is left alone, the operator told, and it is registered when it heals', () => {
    const walk = new Walk();
    walk.world.loses = () => true;
    walk.roam(2);
    walk.answering(60);
    expect([walk.state(1), walk.state(2)]).toEqual([[], []]);
    const warnings = walk.box(2).linesOf('warning').join('\n');
    expect(warnings).toContain('registration of 10.1.0.77: no answer from its home agent');
    walk.world.loses = () => false;
    walk.answering(40);
    expect(walk.state(1)).toEqual(homeState('10.255.2.2'));
  });

  test('repeats every message, nothing is different', () => {
    const walk = new Walk();
    const carry = walk.world.carry.bind(walk.world);
    walk.world.carry = (message) => {
      carry(message);
      carry(message);
    };
    walk.roam(2);
    expect(walk.state(1)).toEqual(homeState('10.255.2.2'));
    expect(walk.state(2)).toEqual(visitedState('10.255.2.2'));
    expect(walk.rows(1, 'bindings')).toHaveLength(1);
  });

  test('changes an octet of any message, nothing is made of it', () => {
    const walk = new Walk();
    walk.roam(1);
    for (const change of [1, 5, 9, 13, 20, 30, -1]) {
      walk.world.loses = (message) => {
        const at = change < 0 ? message.octets.length + change : change;
        message.octets[at] = (message.octets[at] ?? 0) ^ 1;
        return false;
      };
      walk.roam(2);
      expect(walk.state(1)).toEqual([]);
      expect(walk.state(2)).toEqual([]);
      walk.world.loses = () => false;
      walk.phone.leave();
      walk.world.wait(5000);
    }
  });
});

describe('a box', () => {
  test('with another key is refused, and both sides say so', () => {
    const walk = new Walk();
    walk.box(2).reload(USUAL.replaceAll('0987654', 'another key'));
    walk.roam(2, 'phy0-ap0', 10_000);
    expect([walk.state(1), walk.state(2)]).toEqual([[], []]);
    const counters = (number: number) => callOverBus(walk.box(number).bus, 'pmip', 'counters')?.data;
    expect(counters(1)).toMatchObject({ 'requestDenied.131': expect.any(Number) });
    expect(walk.box(1).linesOf('warning').join('\n')).toContain('131');
    // What the home agent signed with its own key proves nothing here.
    expect(counters(2)).toMatchObject({ 'replyDiscarded.badAuthenticator': expect.any(Number) });
  });

  test('without an association of the home agent gets no answer, and the reason is counted', () => {
    const walk = new Walk();
    walk.box(2).reload(USUAL.replaceAll("spi '102'", "spi '999'"));
    walk.roam(2, 'phy0-ap0', 10_000);
    expect(walk.state(1)).toEqual([]);
    expect(walk.messages().filter((message) => message.includes('answers'))).toEqual([]);
    const counters = callOverBus(walk.box(1).bus, 'pmip', 'counters')?.data;
    expect(counters).toMatchObject({ 'requestDiscarded.badSPI': expect.any(Number) });
  });

  test('that reads a changed configuration does not touch the stations that it does not concern', () => {
    const walk = new Walk();
    walk.roam(2);
    const sent = walk.world.carried.length;
    const before = [walk.box(1).kernel.state(), walk.box(2).kernel.state()];
    for (const box of walk.boxes) {
      box.reload(
        `${USUAL.replace("'debug'", "'info'")}config subnet\n\toption network '10.9.0.0/24'\n\toption home_agent '10.9.0.1'\n`,
      );
    }
    walk.world.wait(5000);
    expect(walk.world.carried.length).toBe(sent);
    expect([walk.box(1).kernel.state(), walk.box(2).kernel.state()]).toEqual(before);
    expect(walk.rows(2, 'subnet_map')).toHaveLength(4);
    expect(walk.rows(2, 'stations')).toMatchObject([{ mobility: 'away', registration: 'registered' }]);
  });

  test('that reads a configuration in which the subnet is no more ends the visits from it', () => {
    const walk = new Walk();
    walk.roam(2);
    walk.box(2).reload(usualConfiguration([2, 3]));
    walk.world.wait(10_000);
    expect([walk.state(1), walk.state(2), walk.intercepts(2)]).toEqual([[], [], false]);
  });

  test('that is paused ends its visits, and goes on as home agent', () => {
    const walk = new Walk();
    walk.roam(2);
    walk.box(2).reload(usualConfiguration([1, 2, 3], { paused: '1' }));
    walk.world.wait(10_000);
    expect([walk.state(1), walk.state(2)]).toEqual([[], []]);
    const laptop = new Station('02:00:00:00:03:00', '10.2.0.78');
    laptop.associate(walk.box(1), 'phy0-ap0');
    laptop.askFor(ip('10.2.0.1'));
    walk.world.wait(3000);
    expect(walk.state(2)).toEqual([
      'proxy 10.2.0.78 dev br-lan',
      'route 10.2.0.78/32 dev pmip0 encap 10.2.0.1 > 10.255.1.2',
    ]);
  });

  test('does not look at its whole kernel again for the routes that it makes and removes itself', () => {
    const walk = new Walk();
    const asked: string[] = [];
    walk.box(1).kernel.refusal = (what) => {
      asked.push(what);
      return 0;
    };
    walk.roam(2);
    walk.roam(1);
    expect(asked.filter((what) => / 10\.1\.0\.77\/32/.test(what)).map((what) => what.split(' ', 1)[0])).toEqual([
      'NEWROUTE',
      'DELROUTE',
    ]);
    expect(asked.filter((what) => what.startsWith('GET'))).toEqual([]);
  });

  test('makes a route again that somebody else has removed', () => {
    const walk = new Walk();
    walk.roam(2);
    const [, route = ''] = homeState('10.255.2.2');
    const octets = walk.box(1).kernel.loseRoute(route);
    expect(walk.state(1)).not.toContain(route);
    walk.box(1).arrive({ kind: 'netlinkReceived', channel: 'network', octets });
    walk.world.wait(1000);
    expect(walk.state(1)).toContain(route);
  });

  test('that asks for gre sends its visitors home through gre', () => {
    const walk = new Walk(usualConfiguration([1, 2], { tunnel: 'gre', reverse_tunnel: '1' }));
    walk.roam(2);
    const tables = walk.state(2).flatMap((line) => /(?:table|lookup) (\S+)/.exec(line)?.[1] ?? []);
    expect(tables).toHaveLength(2);
    expect(new Set(tables).size).toBe(1);
    expect(walk.state(2).filter((line) => line.includes('pmip1 encap'))).toHaveLength(1);
    // In the middle of the visit it is ipip.
    walk.box(2).reload(usualConfiguration([1, 2], { tunnel: 'ipip', reverse_tunnel: '1' }));
    walk.phone.answerArp();
    walk.world.wait(10_000);
    expect(walk.state(2)).toEqual(visitedState('10.255.2.2'));
  });

  test('that asks for no reverse tunnel any more leaves none behind, at home or abroad', () => {
    const bindingsLetIn = (walk: Walk) =>
      walk
        .box(1)
        .kernel.state()
        .filter((line) => line.startsWith('element inet pmip bindings ')).length;
    const walk = new Walk(usualConfiguration([1, 2], { reverse_tunnel: '1' }));
    walk.roam(2);
    expect([bindingsLetIn(walk), walk.state(2).length]).toEqual([1, 4]);
    walk.box(2).reload(usualConfiguration([1, 2], { reverse_tunnel: '0' }));
    walk.phone.answerArp();
    walk.world.wait(10_000);
    expect(walk.state(1)).toEqual(homeState('10.255.2.2'));
    expect(bindingsLetIn(walk)).toBe(0);
    expect(walk.state(2)).toEqual(visitedState('10.255.2.2').filter((line) => !/^rule|table/.test(line)));
  });

  test('that is home and visited network of many phones at once keeps them apart', () => {
    const walk = new Walk(USUAL, { boxes: 3 });
    const phones = Array.from({ length: 60 }, (_, index) => {
      const home = (index % 3) + 1;
      return new Station(`02:00:00:00:03:${(16 + index).toString(16)}`, `10.${home}.0.${100 + index}`);
    });
    const visited = (index: number) => ((index + 1) % 3) + 1;
    for (const [index, phone] of phones.entries()) {
      phone.associate(walk.box(visited(index)), 'phy0-ap0');
      phone.askFor(walk.box((index % 3) + 1).gateway);
    }
    walk.world.wait(5000);
    for (const number of [1, 2, 3]) {
      expect(walk.rows(number, 'bindings')).toHaveLength(20);
      expect(walk.rows(number, 'visitors')).toHaveLength(20);
    }
    for (const phone of phones) phone.leave();
    walk.world.wait(20_000);
    expect([1, 2, 3].map((number) => walk.state(number))).toEqual([[], [], []]);
  });
});
