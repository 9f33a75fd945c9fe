// What of a BSS's frames reaches the daemon: `frames.js LEFT RIGHT` sends 100,000 frames into LEFT as a busy BSS has them,
// and counts at RIGHT, behind the filter of a BSS with one station that is not yet known, those that were delivered. Prints
// for each kind: sent, delivered, wanted.

import * as os from 'os';
import * as ffi from 'quickjs-ffi';
import * as std from 'std';
import { type Ipv4Address, type MacAddress, UNSPECIFIED_ADDRESS } from '../../src/octets/address.ts';
import { encodeArpFrame, encodeIcmpFrame, encodeUdpFrame } from '../../src/wire/frames.ts';
import { stationFilter } from '../../src/wire/packet-filter.ts';

const KNOWN = 0x02_00_00_00_00_01 as MacAddress;
const UNKNOWN = 0x02_00_00_00_00_02 as MacAddress;
const GATEWAY = 0x02_00_00_00_00_fe as MacAddress;
const STATION = 0x0a01004d as Ipv4Address;
const FAR = 0xc6336401 as Ipv4Address;
const IPV6_ETHERTYPE = 0x86dd;
const BURST = 50;
/** So long the last ones are waited for. */
const LAST_MS = 20;

const datagram = (sourceMac: MacAddress, destinationPort: number, length: number) =>
  encodeUdpFrame({
    destinationMac: GATEWAY,
    sourceMac,
    source: STATION,
    destination: FAR,
    sourcePort: 5000,
    destinationPort,
    timeToLive: 64,
    octets: new Uint8Array(length),
  });

const echo = encodeIcmpFrame({
  destinationMac: GATEWAY,
  sourceMac: KNOWN,
  source: STATION,
  destination: FAR,
  timeToLive: 64,
  octets: new Uint8Array(64).fill(8, 0, 1),
});

const arp = encodeArpFrame(GATEWAY, KNOWN, {
  operation: 'request',
  senderMac: KNOWN,
  senderAddress: STATION,
  targetMac: UNSPECIFIED_ADDRESS as number as MacAddress,
  targetAddress: FAR,
});

function ipv6(): Uint8Array {
  const frame = datagram(KNOWN, 443, 200);
  new DataView(frame.buffer).setUint16(12, IPV6_ETHERTYPE);
  return frame;
}

type Kind = { readonly name: string; readonly frame: Uint8Array; readonly count: number; readonly isWanted: boolean };

const kinds: readonly Kind[] = [
  { name: 'packets of a known station', frame: datagram(KNOWN, 443, 1400), count: 88_900, isWanted: false },
  { name: 'IPv6', frame: ipv6(), count: 9000, isWanted: false },
  { name: 'echo requests of a known station', frame: echo, count: 1000, isWanted: false },
  { name: 'ARP', frame: arp, count: 800, isWanted: true },
  { name: 'DHCP of a known station', frame: datagram(KNOWN, 67, 300), count: 100, isWanted: true },
  { name: 'packets of an unknown station', frame: datagram(UNKNOWN, 443, 1400), count: 100, isWanted: true },
  { name: 'registrations of own Mobile IP', frame: datagram(KNOWN, 434, 60), count: 100, isWanted: true },
];

const [, left = '', right = ''] = scriptArgs;
const nothing: ffi.BpfInstruction[] = [[0x06, 0, 0, 0]];
const sender = ffi.packetOpen({ interfaceIndex: ffi.interfaceIndex(left), filter: nothing });
const filter = stationFilter([UNKNOWN]);
const receiver = ffi.packetOpen({ interfaceIndex: ffi.interfaceIndex(right), filter });
const buffer = new Uint8Array(2048);

function delivered(): number {
  let count = 0;
  while (ffi.packetReceive(receiver, buffer) !== undefined) count++;
  return count;
}

/** A little at a time, so that no receive buffer decides what is delivered. */
function sendAll({ frame, count }: Kind): number {
  let received = 0;
  for (let sent = 0; sent < count; sent += BURST) {
    for (let each = 0; each < BURST; each++) ffi.packetSend(sender, frame);
    received += delivered();
  }
  for (const end = os.now() + LAST_MS; os.now() < end; ) received += delivered();
  return received;
}

for (const kind of kinds) {
  std.out.puts(`${kind.count} ${sendAll(kind)} ${kind.isWanted ? kind.count : 0} ${kind.name}\n`);
}
