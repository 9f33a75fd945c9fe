// A crowd of stations without radios: `crowd.js BSS FAR COUNT FIRST` shows an object `hostapd.BSS` on the bus with COUNT
// stations attached, and sends their frames into FAR, the other end of BSS, as standard input says: `arrive`, an ARP request
// of each; or a number of packets, one station after the other. Addresses are counted from FIRST.

import * as os from 'os';
import * as ffi from 'quickjs-ffi';
import * as std from 'std';
import { formatMac, type Ipv4Address, type MacAddress, parseIpv4 } from '../../src/octets/address.ts';
import { utf8Text } from '../../src/octets/octets.ts';
import { UBUS_SOCKET_PATH, UbusConnection } from '../../src/runtime/quickjs/ubus-connection.ts';
import { fromPlain } from '../../src/ubus-js/blobmsg.ts';
import { UbusClient } from '../../src/ubus-js/client.ts';
import { STATUS } from '../../src/ubus-js/status.ts';
import { encodeArpFrame, encodeUdpFrame } from '../../src/wire/frames.ts';

const FIRST_MAC = 0x02_00_00_01_00_00;
const EVERYBODY = 0xff_ff_ff_ff_ff_ff as MacAddress;
const CORRESPONDENT = 0xc6336401 as Ipv4Address;
/** Between stations, so that they come as people do and not as one. */
const ARRIVAL_MS = 50;

const [, bss = '', far = '', count = '', first = ''] = scriptArgs;
const stations = Array.from({ length: Number(count) }, (_, index) => ({
  mac: (FIRST_MAC + index) as MacAddress,
  address: ((parseIpv4(first) ?? 0) + index) as Ipv4Address,
}));
const sender = ffi.packetOpen({ interfaceIndex: ffi.interfaceIndex(far), filter: [[0x06, 0, 0, 0]] });
const client = new UbusClient<never>();

const present = { auth: true, assoc: true, authorized: true };
const answers: Readonly<Record<string, Parameters<typeof fromPlain>[0]>> = {
  get_status: { status: 'ENABLED', bssid: '02:00:00:01:ff:ff', ssid: 'tsunami', freq: 5180, channel: 36 },
  get_clients: { freq: 5180, clients: Object.fromEntries(stations.map(({ mac }) => [formatMac(mac), present])) },
};

const connection = new UbusConnection<never>(UBUS_SOCKET_PATH, client, (news) => {
  if (news.kind !== 'invoked') return;
  connection.perform(client.reply(news.invocation, STATUS.ok, fromPlain(answers[news.method] ?? {})));
});

function arrive(index: number): void {
  const station = stations[index];
  if (station === undefined) return;
  const { mac, address } = station;
  const arp = { operation: 'request', senderMac: mac, senderAddress: address, targetMac: 0 as MacAddress } as const;
  ffi.packetSend(sender, encodeArpFrame(EVERYBODY, mac, { ...arp, targetAddress: CORRESPONDENT }));
  os.setTimeout(() => arrive(index + 1), ARRIVAL_MS);
}

function speak(packets: number): void {
  for (let number = 0; number < packets; number++) {
    const station = stations[number % stations.length];
    if (station === undefined) return;
    ffi.packetSend(
      sender,
      encodeUdpFrame({
        destinationMac: (FIRST_MAC - 1) as MacAddress,
        sourceMac: station.mac,
        source: station.address,
        destination: CORRESPONDENT,
        sourcePort: 5000,
        destinationPort: 5000,
        timeToLive: 64,
        octets: new Uint8Array(160),
      }),
    );
  }
  std.out.puts(`${packets} sent\n`);
  std.out.flush();
}

const buffer = new Uint8Array(256);
os.setReadHandler(0, () => {
  const length = os.read(0, buffer.buffer, 0, buffer.length);
  if (length <= 0) std.exit(0);
  const word = utf8Text(buffer.subarray(0, length)).trim();
  if (word === 'arrive') arrive(0);
  else speak(Number.parseInt(word, 10));
});
connection.perform(
  client.addObject({ path: `hostapd.${bss}`, methods: { get_status: {}, get_clients: {} } }, os.now()),
);
connection.start();
