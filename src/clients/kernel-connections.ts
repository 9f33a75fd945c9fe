// Forgets the tracked connections of an address that has moved: what was tracked, and perhaps offloaded, would go on by the
// old way. Done as well as can be: a kernel that cannot tell its connections keeps them, and nobody is worse off. What is
// translated is kept: an answer from the Internet finds its mobile node by nothing else, and the router would refuse it.

import type { Ipv4Address } from '../octets/address.ts';
import { formatHex } from '../octets/octets.ts';
import { unlessMalformed } from '../wire/malformed.ts';
import type { NetlinkMessage } from '../wire/netlink.ts';
import * as conntrack from '../wire/nfnetlink-conntrack.ts';

/** With translated addresses the reply comes from another one than the first packet went to. */
const ENDS: readonly conntrack.ConnectionEnd[] = [
  { direction: 'original', side: 'source' },
  { direction: 'original', side: 'destination' },
  { direction: 'reply', side: 'source' },
];

export class KernelConnections {
  readonly #littleEndian: boolean;
  readonly #waiting = new Set<Ipv4Address>();
  #found = new Map<string, conntrack.Connection>();
  /** Of the address that is first in turn: how many ends were asked for. */
  #answeredEnds = 0;

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  forget(address: Ipv4Address): void {
    this.#waiting.add(address);
  }

  /** The dump to ask for now. */
  question(): Uint8Array | undefined {
    const [address] = this.#waiting;
    const end = ENDS[this.#answeredEnds];
    if (address === undefined || end === undefined) return undefined;
    return conntrack.encodeConnectionsDump(address, end, this.#littleEndian);
  }

  /** The answer to the question; an empty one where it was refused. After the last, the removing of all that was found. */
  answered(messages: readonly NetlinkMessage[]): Uint8Array[] {
    const [address] = this.#waiting;
    if (address === undefined) return [];
    for (const message of messages) {
      const connection = unlessMalformed(() => conntrack.decodeConnection(message, this.#littleEndian));
      if (connection === undefined || connection.isTranslated) continue;
      if (connection.addresses.includes(address)) this.#found.set(formatHex(connection.original), connection);
    }
    this.#answeredEnds += 1;
    if (this.#answeredEnds < ENDS.length) return [];
    const removals = Array.from(this.#found.values(), (connection) =>
      conntrack.encodeConnectionRemoval(connection, this.#littleEndian),
    );
    this.#next(address);
    return removals;
  }

  /** The answer was lost: this address keeps what is left of its connections. */
  lost(): void {
    for (const address of this.#waiting) {
      this.#next(address);
      break;
    }
  }

  #next(address: Ipv4Address): void {
    this.#waiting.delete(address);
    this.#found = new Map();
    this.#answeredEnds = 0;
  }
}
