// The kernel's side of a netlink socket, for tests without one: what was asked, and answers to it.

import { join, viewOf } from '../../src/octets/octets.ts';
import {
  decodeNetlinkMessages,
  MessageWriter,
  type NetlinkMessage,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_MULTI,
  NLMSG_DONE,
  NLMSG_ERROR,
} from '../../src/wire/netlink.ts';

export const CONVENTIONS = { littleEndian: true, errnoNumbers: 'generic' } as const;

/** An acknowledgement, or a refusal, of the message. */
export function answer(to: NetlinkMessage, errno: number, littleEndian = true): Uint8Array {
  const writer = new MessageWriter(NLMSG_ERROR, 0, littleEndian);
  const view = writer.fixed(20);
  view.setInt32(0, -errno, littleEndian);
  view.setUint32(4, 16 + to.payload.length, littleEndian);
  view.setUint32(12, to.sequence, littleEndian);
  return withSequence(writer.finish(), to.sequence, littleEndian);
}

/** A message of the kernel's with this payload. */
export function reply(
  to: NetlinkMessage,
  type: number,
  payload: Uint8Array,
  how: { readonly multi?: boolean; readonly interrupted?: boolean; readonly littleEndian?: boolean } = {},
): Uint8Array {
  const littleEndian = how.littleEndian ?? true;
  const flags = (how.multi === false ? 0 : NLM_F_MULTI) | (how.interrupted === true ? NLM_F_DUMP_INTR : 0);
  const writer = new MessageWriter(type, flags, littleEndian);
  const view = writer.fixed(payload.length);
  for (const [index, octet] of payload.entries()) view.setUint8(index, octet);
  return withSequence(writer.finish(), to.sequence, littleEndian);
}

/** The end of a dump. */
export function done(to: NetlinkMessage, littleEndian = true): Uint8Array {
  return reply(to, NLMSG_DONE, new Uint8Array(4), { littleEndian });
}

export function isDump(message: NetlinkMessage): boolean {
  // NLM_F_EXCL and NLM_F_REPLACE have the same bits; only requests that make something have them.
  return (message.flags & NLM_F_DUMP) === NLM_F_DUMP;
}

/** What a kernel answers that does everything and has nothing: acknowledgements, and empty dumps. */
export function obedient(sent: Uint8Array, refuse: (message: NetlinkMessage) => number = () => 0): Uint8Array {
  const answers: Uint8Array[] = [];
  for (const message of decodeNetlinkMessages(sent, true)) {
    const errno = refuse(message);
    if (isDump(message)) answers.push(errno === 0 ? done(message) : answer(message, errno));
    else if (errno !== 0 || (message.flags & NLM_F_ACK) !== 0) answers.push(answer(message, errno));
  }
  return join(answers);
}

function withSequence(octets: Uint8Array, sequence: number, littleEndian: boolean): Uint8Array {
  viewOf(octets).setUint32(8, sequence, littleEndian);
  return octets;
}
