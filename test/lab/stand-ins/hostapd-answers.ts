// What hostapd's control socket answers, and the same facts in the shape of OpenWrt 24.10's get_clients and get_status.

import type { BlobmsgElement } from '../../../src/ubus-js/blobmsg.ts';

/** The lines `name=value` of an answer. */
export type Fields = ReadonlyMap<string, string>;

/** The control socket has units of 100 kbit/s; hostapd of 23.05 and later shows 100 times the kbit/s on ubus. */
const RATE_FACTOR = 100 * 100;
/** IEEE 802.11 annex E, the lowest channels of each band. */
const OPERATING_CLASS_2_4_GHZ = 81;
const OPERATING_CLASS_5_GHZ = 115;
const NO_BSS_COLOR = -1;
/** RM Enabled Capabilities have five octets; the control socket does not tell them. */
const NO_RADIO_MEASUREMENT = [0, 0, 0, 0, 0];

export function readFields(text: string): Fields {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) fields.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return fields;
}

export function clientElements(frequencyMHz: number, clients: ReadonlyMap<string, Fields>): BlobmsgElement[] {
  const rows = [...clients].map(([address, fields]) => table(address, clientRow(fields)));
  return [integer('freq', frequencyMHz), table('clients', rows)];
}

function clientRow(fields: Fields): BlobmsgElement[] {
  const flags = fields.get('flags') ?? '';
  const flag = (name: string, inHostapd = name.toUpperCase()) => truth(name, flags.includes(`[${inHostapd}]`));
  const number = (name: string) => Number(fields.get(name)?.split(' ', 1)[0] ?? 0);
  return [
    flag('auth'),
    flag('assoc'),
    flag('authorized'),
    flag('preauth'),
    flag('wds'),
    flag('wmm'),
    flag('ht'),
    flag('vht'),
    flag('he'),
    flag('wps'),
    flag('mfp'),
    truth('mbo', false),
    integers('rrm', NO_RADIO_MEASUREMENT),
    integers('extended_capabilities', octetsOf(fields.get('ext_capab') ?? '')),
    integer('aid', number('aid')),
    table('bytes', [long('rx', number('rx_bytes')), long('tx', number('tx_bytes'))]),
    table('airtime', [long('rx', 0), long('tx', 0)]),
    table('packets', [integer('rx', number('rx_packets')), integer('tx', number('tx_packets'))]),
    table('rate', [
      integer('rx', number('rx_rate_info') * RATE_FACTOR),
      integer('tx', number('tx_rate_info') * RATE_FACTOR),
    ]),
    integer('signal', number('signal')),
    table('capabilities', []),
  ];
}

export function statusElements(fields: Fields): BlobmsgElement[] {
  const frequency = Number(fields.get('freq') ?? 0);
  return [
    text('status', fields.get('state') ?? 'UNINITIALIZED'),
    text('bssid', fields.get('bssid[0]') ?? ''),
    text('ssid', fields.get('ssid[0]') ?? ''),
    integer('freq', frequency),
    integer('channel', Number(fields.get('channel') ?? 0)),
    integer('op_class', frequency < 5000 ? OPERATING_CLASS_2_4_GHZ : OPERATING_CLASS_5_GHZ),
    integer('beacon_interval', Number(fields.get('beacon_int') ?? 0)),
    integer('bss_color', NO_BSS_COLOR),
    text('phy', fields.get('phy') ?? ''),
    table('rrm', [long('neighbor_report_tx', 0)]),
    table('wnm', [
      long('bss_transition_query_rx', 0),
      long('bss_transition_request_tx', 0),
      long('bss_transition_response_rx', 0),
    ]),
    table('airtime', [long('time', 0), long('time_busy', 0), { name: 'utilization', type: 'int16', value: 0 }]),
    table('dfs', [integer('cac_seconds', 0), truth('cac_active', false), integer('cac_seconds_left', 0)]),
  ];
}

function octetsOf(hex: string): number[] {
  return (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}

function text(name: string, value: string): BlobmsgElement {
  return { name, type: 'string', value };
}

function integer(name: string, value: number): BlobmsgElement {
  return { name, type: 'int32', value };
}

function long(name: string, value: number): BlobmsgElement {
  return { name, type: 'int64', value: BigInt(value) };
}

function truth(name: string, value: boolean): BlobmsgElement {
  return { name, type: 'int8', value: value ? 1 : 0 };
}

function table(name: string, value: readonly BlobmsgElement[]): BlobmsgElement {
  return { name, type: 'table', value };
}

function integers(name: string, values: readonly number[]): BlobmsgElement {
  return { name, type: 'array', value: values.map((value) => integer('', value)) };
}
