// The whole daemon as an object: what arrives, and what departs. Roams through several boxes are in roam.test.ts.

import { describe, expect, test } from 'vitest';
import { join } from '../../src/octets/octets.ts';
import type { Datagram, FailedPart } from '../../src/runtime/runtime.ts';
import { ip } from '../addresses.ts';
import { seededRandom } from '../random.ts';
import { CONVERSATION_FILES, conversation, octetsOf } from '../ubus-js/recordings.ts';
import { callOverBus } from './bus.ts';
import { type Box, Station, usualConfiguration, World } from './two-boxes.ts';

const USUAL = usualConfiguration([1, 2]);
const METHODS = ['status', 'stations', 'agents', 'subnet_map', 'visitors', 'bindings', 'tunnels', 'counters'];
const ALL_OF_PMIP = ['link pmip0 ipip', 'table bridge pmip', 'table inet pmip'];
const BYTE_ORDERS = [
  { order: 'little-endian', littleEndian: true, EOPNOTSUPP: 95 },
  { order: 'big-endian', littleEndian: false, EOPNOTSUPP: 122 },
];

/** A box with a BSS, not yet started. */
function newBox(how: { readonly littleEndian?: boolean } = {}): Box {
  const box = new World().addBox(1, how);
  box.addBss('phy0-ap0');
  return box;
}

/** The same, started and at rest. */
function started(configuration = USUAL): Box {
  const box = newBox();
  box.start(configuration);
  box.world.wait(1000);
  return box;
}

function problemsOf(box: Box): unknown {
  return callOverBus(box.bus, 'pmip', 'status')?.data.problems;
}

function countersOf(box: Box): Readonly<Record<string, unknown>> {
  return callOverBus(box.bus, 'pmip', 'counters')?.data ?? {};
}

function warningsOf(box: Box): string[] {
  return [...box.linesOf('error'), ...box.linesOf('warning')];
}

describe('a daemon', () => {
  test.each(BYTE_ORDERS)('serves the BSS of its bridge on a $order machine', ({ littleEndian }) => {
    const box = newBox({ littleEndian });
    box.start(USUAL);
    box.world.wait(1000);
    expect(box.served()).toEqual(['phy0-ap0']);
    expect(box.kernel.state()).toEqual(expect.arrayContaining(ALL_OF_PMIP));
    expect(warningsOf(box)).toEqual([]);
    expect(box.linesOf('notice')).toEqual(["serving phy0-ap0 (SSID 'PMIP') on br-lan"]);
  });

  test('without a configuration says so in one warning, touches nothing, and answers on the bus', () => {
    const box = newBox();
    box.start(undefined);
    box.world.wait(1000);
    expect(warningsOf(box)).toEqual(['there is no /etc/config/pmip: install the package again, or write one']);
    expect(box.kernel.state()).toEqual([]);
    expect(box.served()).toEqual([]);
    expect(callOverBus(box.bus, 'pmip', 'status')?.data).toMatchObject({ enabled: false, problems: warningsOf(box) });
  });

  test('that is disabled says so in one line, touches nothing, and begins when it is enabled', () => {
    const box = started(usualConfiguration([1, 2], { enabled: '0' }));
    expect(box.log).toEqual([{ level: 'notice', text: "disabled: set 'option enabled 1' in 'config pmip main'" }]);
    expect(box.kernel.state()).toEqual([]);
    box.reload(USUAL);
    box.world.wait(1000);
    expect(box.served()).toEqual(['phy0-ap0']);
    expect(box.kernel.state()).toEqual(expect.arrayContaining(ALL_OF_PMIP));
  });

  test('that is disabled later takes back what it made', () => {
    const box = started();
    box.reload(usualConfiguration([1, 2], { enabled: '0' }));
    box.world.wait(5000);
    expect(box.kernel.state()).toEqual([]);
    expect(box.served()).toEqual([]);
    expect(box.departures.map(({ kind }) => kind)).toContain('registrationClose');
  });

  test('with a malformed configuration says what is wrong, a line each, and does the rest', () => {
    const box = started(
      `${USUAL}config bridge 'x'\n\toption colour 'red'\n\toption device 'br-x'\nconfig zzz\noption\n`,
    );
    const warnings = warningsOf(box);
    expect(warnings.map((line) => line.split(':')[0])).toEqual([
      '/etc/config/pmip line 28',
      '/etc/config/pmip line 30',
      '/etc/config/pmip line 31',
      "bridge 'x', device 'br-x' is not served",
    ]);
    expect(warnings[0]).toContain('colour');
    expect(problemsOf(box)).toEqual(warnings);
    expect(box.served()).toEqual(['phy0-ap0']);
  });

  test('says a wrong option once, however often the same file is read, and again after it was right', () => {
    const wrong = USUAL.replace("log_level 'debug'", "log_level 'loud'");
    const box = started(wrong);
    box.reload(wrong);
    expect(warningsOf(box)).toHaveLength(1);
    box.reload(USUAL);
    expect(problemsOf(box)).toEqual([]);
    box.reload(wrong);
    expect(warningsOf(box)).toHaveLength(2);
  });

  test('takes no BSS with another SSID, and none outside of its bridge', () => {
    const box = new World().addBox(1);
    box.addBss('phy0-ap0', 'guests');
    box.kernel.addLink({ index: 20, name: 'phy1-ap0' });
    box.start(USUAL);
    box.world.wait(1000);
    expect(box.served()).toEqual([]);
    const status = callOverBus(box.bus, 'pmip', 'status')?.data;
    expect(status?.bss).toMatchObject([{ interface: 'phy0-ap0', ssid: 'guests', served: false }]);
  });

  test('that is woken for nothing does nothing', () => {
    const box = started();
    const before = [box.log.length, box.departures.length, box.kernel.state()];
    for (let count = 0; count < 10; count++) box.arrive({ kind: 'alarm' });
    expect([box.log.length, box.departures.length, box.kernel.state()]).toEqual(before);
  });

  test('has nothing to do but its slow looks and its advertisements when nothing happens', () => {
    const box = started(USUAL.replace("device 'br-lan'", "device 'br-lan'\n\toption advertise_interval '1800'"));
    box.world.wait(120_000);
    let alarms = 0;
    const arrive = box.arrive.bind(box);
    box.arrive = (arrival) => {
      if (arrival.kind === 'alarm') alarms += 1;
      arrive(arrival);
    };
    box.world.wait(600_000);
    expect(alarms).toBeLessThanOrEqual(13);
  });
});

describe('what is missing', () => {
  test('ubusd: one line, however long; when it comes, stations are seen', () => {
    const box = newBox();
    box.bus.stop();
    box.start(USUAL);
    box.world.wait(300_000);
    expect(warningsOf(box)).toHaveLength(1);
    expect(warningsOf(box)[0]).toContain('ubusd does not answer');
    box.bus.start();
    box.world.wait(10_000);
    expect(box.linesOf('notice')).toContain('ubusd is back');
    expect(box.served()).toEqual(['phy0-ap0']);
    expect(problemsOf(box)).toEqual([]);
  });

  test('ubusd for a while: its end and return are a line each, and a visitor is not touched', () => {
    const box = started();
    const phone = new Station('02:00:00:00:02:00', '10.2.0.77');
    phone.associate(box, 'phy0-ap0');
    phone.askFor(ip('10.2.0.1'));
    box.world.wait(1000);
    const sent = box.world.carried.length;
    box.bus.stop();
    box.bus.start();
    box.world.wait(8000);
    expect(callOverBus(box.bus, 'pmip', 'stations')?.data.stations).toMatchObject([
      { attached: true, mobility: 'away' },
    ]);
    expect(warningsOf(box).filter((line) => line.includes('ubusd'))).toHaveLength(1);
    // Nobody answers it here, so it is repeated; but it is still the same registration.
    expect(box.world.carried.slice(sent).every(({ octets }) => octets[2] !== 0 || octets[3] !== 0)).toBe(true);
  });

  test.each(BYTE_ORDERS)(
    'ipip tunnels, on a $order machine: one line that says what to do',
    ({ littleEndian, EOPNOTSUPP }) => {
      const box = newBox({ littleEndian });
      box.kernel.refusal = (what) => (what === 'NEWLINK pmip0' ? EOPNOTSUPP : 0);
      box.start(USUAL);
      box.world.wait(10_000);
      expect(warningsOf(box)).toEqual(['tunnelDevice: the kernel has no ipip tunnels: install kmod-ipip']);
      expect(problemsOf(box)).toEqual(warningsOf(box));
      expect(box.kernel.state()).toEqual(expect.arrayContaining(['table bridge pmip', 'table inet pmip']));
      expect(box.served()).toEqual(['phy0-ap0']);
    },
  );

  test.each(BYTE_ORDERS)(
    'nftables for bridges, on a $order machine: one line that says what to do',
    ({ littleEndian, EOPNOTSUPP }) => {
      const box = newBox({ littleEndian });
      box.kernel.refusal = (what) => (what.includes(' bridge pmip') ? EOPNOTSUPP : 0);
      box.start(USUAL);
      box.world.wait(10_000);
      expect(warningsOf(box)).toEqual(['bridgeTable: the kernel has no nftables for bridges: install kmod-nft-bridge']);
      expect(problemsOf(box)).toEqual(warningsOf(box));
      expect(box.kernel.state()).toEqual(expect.arrayContaining(['link pmip0 ipip', 'table inet pmip']));
      expect(box.served()).toEqual(['phy0-ap0']);
    },
  );

  test('a kernel module that is loaded later is used after the next change of links, and the problem is over', () => {
    const box = newBox();
    box.kernel.refusal = (what) => (what === 'NEWLINK pmip0' ? 95 : 0);
    box.start(USUAL);
    box.world.wait(10_000);
    box.kernel.refusal = () => 0;
    box.addBss('phy1-ap0');
    box.world.wait(1000);
    expect(box.kernel.state()).toContain('link pmip0 ipip');
    expect(problemsOf(box)).toEqual([]);
  });

  test.each(BYTE_ORDERS)(
    'a table that somebody has removed is made again, with all in it, on a $order machine',
    (how) => {
      const box = newBox(how);
      box.start(USUAL);
      box.world.wait(1000);
      const before = box.kernel.state();
      for (const family of ['bridge', 'inet'] as const) {
        const octets = box.kernel.loseTable(family, 'pmip');
        box.arrive({ kind: 'netlinkReceived', channel: 'tables', octets });
      }
      expect(box.kernel.state()).not.toEqual(before);
      box.world.wait(1000);
      expect(box.kernel.state()).toEqual(before);
    },
  );

  test('the bridge: one line; when it comes, its BSS is served', () => {
    const box = new World().addBox(1);
    box.addBss('phy0-ap0');
    box.kernel.removeLink('br-lan');
    box.start(USUAL);
    box.world.wait(1000);
    expect(warningsOf(box)).toEqual([
      "bridge 'lan', device 'br-lan' is not served: there is no such device: create it, or name another one",
    ]);
    expect(box.served()).toEqual([]);
    box.kernel.addLink({ index: 4, name: 'br-lan', kind: 'bridge', mac: box.bridgeMac });
    box.addBss('phy1-ap0');
    box.world.wait(1000);
    expect(box.served()).toEqual(['phy0-ap0', 'phy1-ap0']);
    expect(problemsOf(box)).toEqual([]);
  });

  test('a way to a home agent: one line; its stations are left alone', () => {
    const box = newBox();
    box.kernel.sourceTo = () => undefined;
    box.start(USUAL);
    box.world.wait(1000);
    expect(warningsOf(box)).toEqual(['no route leads to home agent 10.2.0.1: its stations are not proxied here']);
    const phone = new Station('02:00:00:00:02:00', '10.2.0.77');
    phone.associate(box, 'phy0-ap0');
    phone.askFor(ip('10.2.0.1'));
    box.world.wait(100);
    expect(callOverBus(box.bus, 'pmip', 'stations')?.data.stations).toMatchObject([
      { mobility: 'notProxied', reason: 'noCareOfAddress' },
    ]);
  });

  test.each<{ part: FailedPart; words: string }>([
    { part: { kind: 'netlink', channel: 'netfilter' }, words: 'kmod-nft-core' },
    { part: { kind: 'netlink', channel: 'network' }, words: 'run as root' },
    { part: { kind: 'registrationSocket' }, words: 'port 434' },
    { part: { kind: 'frames', interfaceName: 'phy0-ap0' }, words: 'the frames of phy0-ap0' },
  ])('what the host cannot open: $part is a line with "$words"', ({ part, words }) => {
    const box = started();
    for (let count = 0; count < 3; count++) {
      box.arrive({ kind: 'failed', part, failure: { code: 'EPERM', message: 'Operation not permitted' } });
    }
    const said = warningsOf(box).filter((line) => line.includes(words));
    expect(said).toHaveLength(1);
    expect(problemsOf(box)).toContain(said[0]);
  });

  test('an interface that was shut for a moment is counted, not a problem', () => {
    const box = started();
    const failure = { code: 'ENETDOWN', message: 'Network is down' };
    box.arrive({ kind: 'failed', part: { kind: 'frames', interfaceName: 'phy0-ap0' }, failure });
    box.arrive({ kind: 'failed', part: { kind: 'linkFrame', interfaceIndex: 4 }, failure });
    expect(countersOf(box)).toMatchObject({ 'networkDown.frames': 1, 'networkDown.linkFrame': 1 });
    expect(problemsOf(box)).toEqual([]);
  });
});

describe('the end', () => {
  test('takes away all that was made, and exits with 0', () => {
    const box = started();
    const phone = new Station('02:00:00:00:02:00', '10.2.0.77');
    phone.associate(box, 'phy0-ap0');
    phone.askFor(ip('10.2.0.1'));
    box.world.wait(1000);
    box.arrive({ kind: 'stopRequested' });
    box.world.wait(1000);
    expect([box.exitStatus, box.kernel.state()]).toEqual([0, []]);
    expect(callOverBus(box.bus, 'pmip', 'status')).toBeUndefined();
  });

  test('takes away what a former daemon left', () => {
    const box = started();
    box.kill();
    box.start(usualConfiguration([1, 2], { enabled: '0' }));
    box.world.wait(1000);
    box.arrive({ kind: 'stopRequested' });
    box.world.wait(1000);
    expect([box.exitStatus, box.kernel.state()]).toEqual([0, []]);
  });

  test('comes after four seconds with status 1 where the kernel does not answer, and at once when asked twice', () => {
    for (const [requests, waitMs, status] of [
      [1, 3900, undefined],
      [1, 4100, 1],
      [2, 0, 0],
    ] as const) {
      const box = started();
      box.kernel.received = () => [];
      for (let count = 0; count < requests; count++) box.arrive({ kind: 'stopRequested' });
      box.world.wait(waitMs);
      expect(box.exitStatus).toBe(status);
    }
  });
});

describe('the object on the bus', () => {
  test('answers every method, called by anybody', () => {
    const box = started();
    for (const method of METHODS) {
      expect(callOverBus(box.bus, 'pmip', method)?.status).toBe(0);
      expect(callOverBus(box.bus, 'pmip', method, { ubus_rpc_session: '0' })?.status).toBe(0);
    }
  });

  test.each(['reboot', '', '__proto__', 'toString', 'constructor'])('has no method %j', (method) => {
    expect(callOverBus(started().bus, 'pmip', method)?.status).toBe(3);
  });

  test('never tells a key, and no line of the log does', () => {
    const hexKey = '00112233445566778899aabbccddeeff';
    const box = started(
      `${USUAL.replace("debug'", "debug'\n\toption aap_key 'a secret of octets'")}` +
        `config secure_node\n\toption start '10.2.0.7'\n\toption spi '200'\n\toption hex '${hexKey}'\n` +
        `config secure_node\n\toption start '10.2.0.8'\n\toption spi '200'\n\toption ascii '0987654 and far too long'\n`,
    );
    const phone = new Station('02:00:00:00:02:00', '10.2.0.77');
    phone.associate(box, 'phy0-ap0');
    phone.askFor(ip('10.2.0.1'));
    box.world.wait(5000);
    const told = JSON.stringify([METHODS.map((method) => callOverBus(box.bus, 'pmip', method)), box.log]);
    expect(told).toContain('10.2.0.77');
    for (const secret of ['0987654', '30393837363534', hexKey, 'a secret of octets'])
      expect(told).not.toContain(secret);
  });
});

describe('what makes no sense', () => {
  test('in registration messages is counted, and changes and answers nothing', () => {
    const box = started();
    const random = seededRandom(1);
    const before = box.kernel.state();
    for (let count = 0; count < 500; count++) {
      const octets = Uint8Array.from({ length: Math.floor(random() * 60) }, () => Math.floor(random() * 256));
      // Every second one says that it is a request or a reply.
      if (count % 2 === 0 && octets.length > 0) octets[0] = count % 4 === 0 ? 1 : 3;
      box.arrive({ kind: 'registrationReceived', datagram: datagram(octets) });
    }
    expect(Number(countersOf(box)['malformed.registration'])).toBeGreaterThan(250);
    expect([box.world.carried, box.kernel.state()]).toEqual([[], before]);
    expect(callOverBus(box.bus, 'pmip', 'bindings')?.data).toEqual({ bindings: [] });
  });

  test('in frames of stations is counted', () => {
    const box = started();
    const random = seededRandom(2);
    for (let count = 0; count < 500; count++) {
      const octets = Uint8Array.from({ length: Math.floor(random() * 80) }, () => Math.floor(random() * 256));
      if (octets.length > 14) octets.set([8, count % 2 === 0 ? 6 : 0], 12);
      box.arrive({ kind: 'frameReceived', interfaceName: 'phy0-ap0', octets });
    }
    expect(Number(countersOf(box)['malformed.frame'])).toBeGreaterThan(250);
    expect(callOverBus(box.bus, 'pmip', 'stations')?.data).toEqual({ stations: [] });
  });

  test('in frames of an interface that is not served is nobody’s', () => {
    const box = started();
    expect(() =>
      box.arrive({ kind: 'frameReceived', interfaceName: 'none', octets: new Uint8Array(60) }),
    ).not.toThrow();
  });

  test('from ubusd ends at worst in a new connection', () => {
    const box = started();
    const random = seededRandom(3);
    const recorded = CONVERSATION_FILES.flatMap((file) => conversation(file).messages)
      .filter(({ dir, hex }) => dir === 'ubusd->client' && hex !== undefined)
      .map(({ hex = '' }) => octetsOf(hex));
    for (const octets of recorded) {
      const changed = octets.slice();
      for (let count = 0; count < 3; count++)
        changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
      box.arrive({ kind: 'ubusReceived', octets: changed });
      box.world.wait(100);
    }
    box.world.wait(60_000);
    expect(recorded.length).toBeGreaterThan(500);
    expect(callOverBus(box.bus, 'pmip', 'status')?.data).toMatchObject({
      bss: [{ interface: 'phy0-ap0', served: true }],
    });
  });

  test('in hostapd’s words is nobody’s station', () => {
    const box = started();
    const bss = box.bsses.get('phy0-ap0');
    for (const data of [{}, { address: 1 }, { address: '' }, { address: null }, { address: ['02:00:00:00:02:00'] }]) {
      for (const word of ['sta-authorized', 'assoc', 'disassoc', 'inactive-deauth', '', '__proto__']) {
        bss?.notify(word, data);
      }
    }
    box.world.wait(1000);
    expect(callOverBus(box.bus, 'pmip', 'stations')?.data).toEqual({ stations: [] });
  });

  test('from netlink is passed over; what was lost is asked for again', () => {
    const box = started();
    const before = box.kernel.state();
    const random = seededRandom(4);
    for (const channel of ['network', 'route', 'netfilter', 'tables'] as const) {
      for (let count = 0; count < 100; count++) {
        const octets = Uint8Array.from({ length: Math.floor(random() * 80) }, () => Math.floor(random() * 256));
        box.arrive({ kind: 'netlinkReceived', channel, octets });
        box.arrive({
          kind: 'netlinkReceived',
          channel,
          octets: join([Uint8Array.of(octets.length, 0, 0, 0), octets.slice(4)]),
        });
      }
      box.arrive({ kind: 'netlinkOverrun', channel });
    }
    box.world.wait(5000);
    expect(box.kernel.state()).toEqual(before);
    expect(box.served()).toEqual(['phy0-ap0']);
  });
});

function datagram(octets: Uint8Array): Datagram {
  return {
    octets,
    sourceAddress: ip('10.255.2.2'),
    sourcePort: 434,
    destinationAddress: ip('10.255.1.2'),
    interfaceIndex: 3,
    timeToLive: 63,
  };
}
