// The stand-in for hostapd's ubus side: its answers and notifications have the names, types and order that hostapd of
// OpenWrt 24.10 was recorded with. The lines of the control socket are those of Debian 12's hostapd in the lab.

import { describe, expect, test } from 'vitest';
import { type BlobmsgElement, decodeBlobmsg, toPlain } from '../../src/ubus-js/blobmsg.ts';
import { decodeMessage } from '../../src/ubus-js/messages.ts';
import { STATUS } from '../../src/ubus-js/status.ts';
import { hex } from '../hex.ts';
import { Bss, type BssEffect } from '../lab/stand-ins/hostapd-ubus-core.ts';
import recorded from './recorded-24.10.json' with { type: 'json' };

const STATION = '02:00:00:00:02:00';
const STATUS_ANSWER = `state=ENABLED
phy=phy0
freq=2412
channel=1
beacon_int=100
bss[0]=phy0-ap0
bssid[0]=02:00:00:00:00:00
ssid[0]=tsunami
`;
const STATION_ANSWER = `${STATION}
flags=[AUTH][ASSOC][AUTHORIZED][SHORT_PREAMBLE][WMM][HT]
aid=1
rx_packets=12
tx_packets=10
rx_bytes=983
tx_bytes=973
signal=-20
rx_rate_info=520 mcs 11
tx_rate_info=520 mcs 11
ext_capab=04004a0201404040000120
`;

type Effects = BssEffect<string>[];

function connectedBss(): Bss<string> {
  const bss = new Bss<string>('phy0-ap0');
  expect(bss.connected()).toEqual([{ kind: 'command', text: 'ATTACH' }]);
  expect(bss.received('OK\n')).toEqual([{ kind: 'command', text: 'STATUS' }]);
  expect(bss.received(STATUS_ANSWER)).toEqual([{ kind: 'enabled' }]);
  return bss;
}

/** What was recorded, as elements. */
function recordedData(name: Exclude<keyof typeof recorded, 'description'>): BlobmsgElement[] {
  const { data } = decodeMessage(hex(recorded[name])).attributes;
  if (data === undefined) throw new Error(`${name} was recorded without data`);
  return decodeBlobmsg(data);
}

/** Names and types without the values; of an array the type of what it holds. */
function shape(elements: readonly BlobmsgElement[]): unknown[] {
  return elements.map(({ name, type, value }) => {
    if (type === 'table') return { name, type, holds: shape(value) };
    if (type === 'array') return { name, type, holds: [...new Set(value.map((element) => element.type))] };
    return { name, type };
  });
}

function replyOf(effects: Effects): { status: number; data: readonly BlobmsgElement[] } {
  const reply = effects.find((effect) => effect.kind === 'reply');
  if (reply?.kind !== 'reply') throw new Error('no reply');
  return { status: reply.status, data: reply.data ?? [] };
}

function notified(effects: Effects): { notification: string; data: readonly BlobmsgElement[] }[] {
  return effects.flatMap((effect) =>
    effect.kind === 'notify' ? [{ notification: effect.notification, data: effect.data }] : [],
  );
}

describe('get_clients', () => {
  test('walks through the stations of the control socket and answers in the recorded shape', () => {
    const bss = connectedBss();
    expect(bss.invoked('get_clients', [], 'caller')).toEqual([{ kind: 'command', text: 'STA-FIRST' }]);
    expect(bss.received(STATION_ANSWER)).toEqual([{ kind: 'command', text: `STA-NEXT ${STATION}` }]);
    const { status, data } = replyOf(bss.received('FAIL\n'));
    expect(status).toBe(STATUS.ok);
    expect(shape(data)).toEqual(shape(recordedData('get_clients')));
    expect(toPlain(data)).toMatchObject({
      freq: 2412,
      clients: {
        [STATION]: {
          authorized: true,
          vht: false,
          aid: 1,
          bytes: { rx: 983, tx: 973 },
          rate: { rx: 5_200_000 },
          signal: -20,
        },
      },
    });
  });

  test('of a BSS without stations answers an empty table', () => {
    const bss = connectedBss();
    bss.invoked('get_clients', [], 'caller');
    expect(toPlain(replyOf(bss.received('')).data)).toEqual({ freq: 2412, clients: {} });
  });

  test('is of one moment: where a station comes or leaves while it is put together it is asked for anew', () => {
    const bss = connectedBss();
    bss.invoked('get_clients', [], 'caller');
    bss.received(STATION_ANSWER);
    expect(notified(bss.received(`<3>AP-STA-DISCONNECTED ${STATION}`))).toHaveLength(2);
    expect(bss.received('FAIL\n')).toEqual([{ kind: 'command', text: 'STA-FIRST' }]);
    expect(notified(bss.received(`<3>AP-STA-CONNECTED ${STATION}`))).toHaveLength(2);
    expect(bss.received('FAIL\n')).toEqual([{ kind: 'command', text: 'STA-FIRST' }]);
    bss.received(STATION_ANSWER);
    const { clients } = toPlain(replyOf(bss.received('FAIL\n')).data);
    expect(clients).toHaveProperty([STATION]);
  });
});

describe('get_status', () => {
  test('answers in the recorded shape', () => {
    const bss = connectedBss();
    bss.invoked('get_status', [], 'caller');
    const { data } = replyOf(bss.received(STATUS_ANSWER));
    expect(shape(data)).toEqual(shape(recordedData('get_status')));
    expect(toPlain(data)).toMatchObject({ status: 'ENABLED', ssid: 'tsunami', freq: 2412, channel: 1, phy: 'phy0' });
  });

  test('asked for while get_clients is under way waits for its turn', () => {
    const bss = connectedBss();
    bss.invoked('get_clients', [], 'first');
    expect(bss.invoked('get_status', [], 'second')).toEqual([]);
    const effects = bss.received('FAIL\n');
    expect(effects.map((effect) => (effect.kind === 'reply' ? effect.caller : effect))).toEqual([
      'first',
      { kind: 'command', text: 'STATUS' },
    ]);
    expect(bss.received(STATUS_ANSWER)).toMatchObject([{ kind: 'reply', caller: 'second' }]);
  });
});

describe('notifications', () => {
  test('a station that hostapd lets in is told as assoc and sta-authorized, in the recorded shapes', () => {
    const news = notified(connectedBss().received(`<3>AP-STA-CONNECTED ${STATION}`));
    expect(news.map(({ notification }) => notification)).toEqual(['assoc', 'sta-authorized']);
    expect(news.map(({ data }) => shape(data))).toEqual([
      shape(recordedData('assoc')),
      shape(recordedData('sta-authorized')),
    ]);
    for (const { data } of news) expect(toPlain(data)).toMatchObject({ address: STATION, ifname: 'phy0-ap0' });
  });

  test('a station that left is told as deauth and disassoc, in the recorded shapes', () => {
    const news = notified(connectedBss().received(`<3>AP-STA-DISCONNECTED ${STATION}`));
    expect(news).toEqual([
      { notification: 'deauth', data: recordedData('deauth') },
      { notification: 'disassoc', data: recordedData('disassoc') },
    ]);
  });

  test('other events of hostapd are not told', () => {
    expect(connectedBss().received(`<3>EAPOL-4WAY-HS-COMPLETED ${STATION}`)).toEqual([]);
  });
});

describe('del_client', () => {
  const address: BlobmsgElement = { name: 'addr', type: 'string', value: STATION };

  test('disassociates, or deauthenticates where that is asked, and answers at once', () => {
    const bss = connectedBss();
    const reason: BlobmsgElement = { name: 'reason', type: 'int32', value: 5 };
    expect(bss.invoked('del_client', [address, reason], 'caller')).toEqual([
      { kind: 'command', text: `DISASSOCIATE ${STATION} reason=5` },
      { kind: 'reply', caller: 'caller', status: STATUS.ok },
    ]);
    bss.received('OK\n');
    const deauth: BlobmsgElement = { name: 'deauth', type: 'int8', value: 1 };
    expect(bss.invoked('del_client', [address, deauth], 'caller')[0]).toEqual({
      kind: 'command',
      text: `DEAUTHENTICATE ${STATION} reason=1`,
    });
  });

  test.each([
    ['without an address', []],
    ['with a bad address', [{ name: 'addr', type: 'string', value: 'phone' }]],
  ] as const)('%s is an invalid argument', (_, given) => {
    expect(replyOf(connectedBss().invoked('del_client', given, 'caller')).status).toBe(STATUS.invalidArgument);
  });
});

describe('a BSS', () => {
  test('goes from the bus when hostapd disables it, and comes back once', () => {
    const bss = connectedBss();
    expect(bss.received('<3>AP-DISABLED ')).toEqual([{ kind: 'disabled' }]);
    expect(bss.received('<3>AP-ENABLED ')).toEqual([{ kind: 'command', text: 'STATUS' }]);
    expect(bss.received(STATUS_ANSWER)).toEqual([{ kind: 'enabled' }]);
    bss.received('<3>AP-ENABLED ');
    expect(bss.received(STATUS_ANSWER)).toEqual([]);
  });

  test('ends when hostapd says that it ends', () => {
    expect(connectedBss().received('<3>CTRL-EVENT-TERMINATING ')).toEqual([{ kind: 'terminated' }]);
  });
});
