// UDP Tunnel Request and Reply extensions (RFC 3519 §3.1, §3.2). The Tunnel Data Message is not served: its four octets
// before the inner packet are no encapsulation that the kernel can do.

import { viewOf } from '../octets/octets.ts';
import { appendExtension, EXTENSION, type Extension } from './extensions.ts';

const SUBTYPE = 0;
const DATA_LENGTH = 5;

const REQUEST_FLAG = { force: 0x80, throughForeignAgent: 0x40 } as const;
const REPLY_FORCED = 0x8000;

/** RFC 3519 §3.2.1; up to 63 is assent. */
export const UDP_TUNNEL_CODE = { willTunnel: 0, declined: 64 } as const;
const LAST_ASSENT = 63;

export type UdpTunnelRequest = {
  readonly force: boolean;
  readonly throughForeignAgent: boolean;
  /** A protocol number of IP; 0: as the flags of the request say (RFC 3519 §3.1.4). */
  readonly encapsulation: number;
  /** Must be zero; RFC 3519 §3.1.3 has the extension skipped for it, §4.6.1 the request refused. */
  readonly reserved: number;
};

export type UdpTunnelReply = {
  readonly code: number;
  readonly forced: boolean;
  /** 0: the mobile node's own default. */
  readonly keepaliveSeconds: number;
};

/** Undefined: another subtype. Offsets count from the octet behind the subtype. */
export function readUdpTunnelRequest(extension: Extension): UdpTunnelRequest | undefined {
  if (extension.subtype !== SUBTYPE) return undefined;
  const view = viewOf(extension.data);
  const flags = view.getUint8(1);
  return {
    force: (flags & REQUEST_FLAG.force) !== 0,
    throughForeignAgent: (flags & REQUEST_FLAG.throughForeignAgent) !== 0,
    encapsulation: view.getUint8(2),
    reserved: view.getUint16(3),
  };
}

export function appendUdpTunnelRequest(message: Uint8Array, request: Omit<UdpTunnelRequest, 'reserved'>): Uint8Array {
  const data = new Uint8Array(DATA_LENGTH);
  const view = viewOf(data);
  view.setUint8(
    1,
    (request.force ? REQUEST_FLAG.force : 0) | (request.throughForeignAgent ? REQUEST_FLAG.throughForeignAgent : 0),
  );
  view.setUint8(2, request.encapsulation);
  return appendExtension(message, { type: EXTENSION.udpTunnelRequest, subtype: SUBTYPE, data });
}

/** Undefined: another subtype. Offsets count from the octet behind the subtype. */
export function readUdpTunnelReply(extension: Extension): UdpTunnelReply | undefined {
  if (extension.subtype !== SUBTYPE) return undefined;
  const view = viewOf(extension.data);
  return {
    code: view.getUint8(0),
    forced: (view.getUint16(1) & REPLY_FORCED) !== 0,
    keepaliveSeconds: view.getUint16(3),
  };
}

export function appendUdpTunnelReply(message: Uint8Array, reply: UdpTunnelReply): Uint8Array {
  const data = new Uint8Array(DATA_LENGTH);
  const view = viewOf(data);
  view.setUint8(0, reply.code);
  view.setUint16(1, reply.forced ? REPLY_FORCED : 0);
  view.setUint16(3, reply.keepaliveSeconds);
  return appendExtension(message, { type: EXTENSION.udpTunnelReply, subtype: SUBTYPE, data });
}

export function isUdpTunnelAssented(reply: UdpTunnelReply): boolean {
  return reply.code <= LAST_ASSENT;
}
