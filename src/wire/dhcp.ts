// DHCP (RFC 2131 §2, RFC 2132) as far as a box that neither asks nor serves needs it: what a client says, and the same said
// in another way. Options that nobody here reads are carried as they are.

import { type Ipv4Address, type MacAddress, readMac, writeMac } from '../octets/address.ts';
import { viewOf } from '../octets/octets.ts';
import { fixedPart, Malformed } from './malformed.ts';

export const DHCP_SERVER_PORT = 67;
export const DHCP_CLIENT_PORT = 68;

const FIXED_LENGTH = 240;
/** RFC 951 §3: shorter ones are dropped by some. */
const LEAST_LENGTH = 300;
const BOOTREQUEST = 1;
const BOOTREPLY = 2;
const HARDWARE_ETHERNET = 1;
const MAC_LENGTH = 6;
const BROADCAST_FLAG = 0x8000;
const SERVER_NAME_OFFSET = 44;
const FILE_OFFSET = 108;
const MAGIC_COOKIE = 0x63825363;
const MAGIC_COOKIE_OFFSET = 236;

const OPTION = { pad: 0, requestedAddress: 50, overload: 52, messageType: 53, serverIdentifier: 54, end: 255 } as const;
const OVERLOAD = { file: 1, serverName: 2 } as const;

/** RFC 2132 §9.6; of these a server sends 6, and a client the others. */
export const DHCP_TYPE = { discover: 1, request: 3, decline: 4, refusal: 6, release: 7, inform: 8 } as const;

export type DhcpOption = { readonly code: number; readonly data: Uint8Array };

/** What a client sends (op BOOTREQUEST). */
export type DhcpRequest = {
  /** RFC 2132 §9.6. */
  readonly type: number;
  readonly hops: number;
  readonly transactionId: number;
  readonly elapsedSeconds: number;
  readonly flags: number;
  /** `ciaddr`: the address that the client has and answers ARP for; unspecified where it has none yet. */
  readonly clientAddress: Ipv4Address;
  /** `giaddr`: unspecified unless a relay agent has passed it on. */
  readonly relayAddress: Ipv4Address;
  readonly clientMac: MacAddress;
  /** Option 50: the address that it wants. */
  readonly requestedAddress: Ipv4Address | undefined;
  /** Option 54: the server that it has chosen. */
  readonly serverIdentifier: Ipv4Address | undefined;
  /** In order, without pads; also those of the fields that option 52 lends. */
  readonly options: readonly DhcpOption[];
};

/** What a server says (op BOOTREPLY), as far as it is passed on. */
export type DhcpReply = {
  readonly type: number;
  readonly transactionId: number;
  readonly clientMac: MacAddress;
  readonly octets: Uint8Array;
};

/** A message of a client with an Ethernet address. */
export function decodeDhcpRequest(octets: Uint8Array): DhcpRequest {
  const { view, options, type } = dhcpMessage(octets, BOOTREQUEST);
  return {
    type,
    hops: view.getUint8(3),
    transactionId: view.getUint32(4),
    elapsedSeconds: view.getUint16(8),
    flags: view.getUint16(10),
    clientAddress: view.getUint32(12) as Ipv4Address,
    relayAddress: view.getUint32(24) as Ipv4Address,
    clientMac: readMac(view, 28),
    requestedAddress: addressIn(options, OPTION.requestedAddress),
    serverIdentifier: addressIn(options, OPTION.serverIdentifier),
    options,
  };
}

export function decodeDhcpReply(octets: Uint8Array): DhcpReply {
  const { view, type } = dhcpMessage(octets, BOOTREPLY);
  return { type, transactionId: view.getUint32(4), clientMac: readMac(view, 28), octets };
}

function dhcpMessage(octets: Uint8Array, operation: number) {
  const view = fixedPart(octets, FIXED_LENGTH, 'DHCP message');
  if (view.getUint8(0) !== operation) throw new Malformed('DHCP message', `op ${view.getUint8(0)}`);
  if (view.getUint8(1) !== HARDWARE_ETHERNET || view.getUint8(2) !== MAC_LENGTH) {
    throw new Malformed('DHCP message', 'not of an Ethernet client');
  }
  if (view.getUint32(MAGIC_COOKIE_OFFSET) !== MAGIC_COOKIE) throw new Malformed('DHCP message', 'no magic cookie');
  const options = readAllOptions(octets);
  const type = find(options, OPTION.messageType, 1);
  if (type === undefined) throw new Malformed('DHCP message', 'no message type');
  return { view, options, type: viewOf(type).getUint8(0) };
}

/** `type`, `requestedAddress` and `serverIdentifier` are written as `options` have them. */
export function encodeDhcpRequest(request: DhcpRequest): Uint8Array {
  const length = request.options.reduce((sum, { data }) => sum + 2 + data.length, FIXED_LENGTH + 1);
  const octets = new Uint8Array(Math.max(length, LEAST_LENGTH));
  const view = viewOf(octets);
  view.setUint8(0, BOOTREQUEST);
  view.setUint8(1, HARDWARE_ETHERNET);
  view.setUint8(2, MAC_LENGTH);
  view.setUint8(3, request.hops);
  view.setUint32(4, request.transactionId);
  view.setUint16(8, request.elapsedSeconds);
  view.setUint16(10, request.flags);
  view.setUint32(12, request.clientAddress);
  view.setUint32(24, request.relayAddress);
  writeMac(view, 28, request.clientMac);
  view.setUint32(MAGIC_COOKIE_OFFSET, MAGIC_COOKIE);
  let offset = FIXED_LENGTH;
  for (const { code, data } of request.options) {
    view.setUint8(offset, code);
    view.setUint8(offset + 1, data.length);
    octets.set(data, offset + 2);
    offset += 2 + data.length;
  }
  view.setUint8(offset, OPTION.end);
  return octets;
}

/** RFC 2131 §4.3.2: the client that verifies an address from before (INIT-REBOOT) asks as one that has it (REBINDING). */
export function asRebinding(request: DhcpRequest, address: Ipv4Address): DhcpRequest {
  const options = request.options.filter(({ code }) => code !== OPTION.requestedAddress);
  // RFC 2131 §4.3.2: to a client that has an address its server answers by unicast.
  const flags = request.flags & ~BROADCAST_FLAG;
  return { ...request, clientAddress: address, requestedAddress: undefined, flags, options };
}

/** RFC 2132 §9.3: options may go on in the fields `file` and `sname`, which are then no text. */
function readAllOptions(octets: Uint8Array): DhcpOption[] {
  const options = readOptions(octets.subarray(FIXED_LENGTH));
  const overload = find(options, OPTION.overload, 1)?.[0] ?? 0;
  const rest = options.filter(({ code }) => code !== OPTION.overload);
  if ((overload & OVERLOAD.file) !== 0) rest.push(...readOptions(octets.subarray(FILE_OFFSET, MAGIC_COOKIE_OFFSET)));
  if ((overload & OVERLOAD.serverName) !== 0) {
    rest.push(...readOptions(octets.subarray(SERVER_NAME_OFFSET, FILE_OFFSET)));
  }
  return rest;
}

/** The end is where option 255 is, or the field's own end. */
function readOptions(field: Uint8Array): DhcpOption[] {
  const view = viewOf(field);
  const options: DhcpOption[] = [];
  for (let offset = 0; offset < field.length; ) {
    const code = view.getUint8(offset);
    if (code === OPTION.end) break;
    if (code === OPTION.pad) {
      offset += 1;
      continue;
    }
    if (offset + 2 > field.length) throw new Malformed('DHCP message', `option ${code} without a length`);
    const end = offset + 2 + view.getUint8(offset + 1);
    if (end > field.length) throw new Malformed('DHCP message', `option ${code} ends behind the message`);
    options.push({ code, data: field.subarray(offset + 2, end) });
    offset = end;
  }
  return options;
}

/** Of options that cannot go on in a second one (RFC 3396 §5) the first counts. */
function find(options: readonly DhcpOption[], code: number, length: number): Uint8Array | undefined {
  const option = options.find((each) => each.code === code);
  if (option !== undefined && option.data.length !== length) {
    throw new Malformed('DHCP message', `option ${code} of ${option.data.length} octets`);
  }
  return option?.data;
}

function addressIn(options: readonly DhcpOption[], code: number): Ipv4Address | undefined {
  const data = find(options, code, 4);
  return data && (viewOf(data).getUint32(0) as Ipv4Address);
}
