// The kernel's side of the three netlink sockets: it has links and addresses, keeps what it is told to make, and answers as
// Linux does, in either byte order. What it makes of a packet is not its affair.

import { formatIpv4, formatMac, type Ipv4Address, type MacAddress, writeMac } from '../../src/octets/address.ts';
import { formatHex, join, viewOf } from '../../src/octets/octets.ts';
import type { NetlinkChannel } from '../../src/runtime/runtime.ts';
import {
  attributeIpv4,
  attributeText,
  decodeNetlinkMessages,
  MessageWriter,
  type NetlinkMessage,
  NLM_F_ACK,
  NLM_F_CREATE,
  readAttributes,
} from '../../src/wire/netlink.ts';
import { decodeElements, encodeTableRemoval } from '../../src/wire/nftables.ts';
import { decodeRouteMessage, type RouteMessage } from '../../src/wire/rtnetlink.ts';
import { answer, done, isDump, reply } from '../clients/netlink-answers.ts';

export type FakeLink = {
  readonly index: number;
  readonly name: string;
  readonly mac?: MacAddress;
  readonly master?: number;
  readonly kind?: string;
};
export type FakeAddress = { readonly index: number; readonly address: Ipv4Address; readonly prefixLength: number };

/** What is asked for, as text: 'NEWLINK pmip0', 'NEWTABLE bridge pmip', 'NEWROUTE 10.1.0.77/32'. */
export type Refusal = (what: string) => number;

/** Errors that have other numbers on MIPS; the fake is one when it is big-endian. */
const ERRNO = { ENOENT: 2, ENODEV: 19, EEXIST: 17 } as const;
const ENETUNREACH = { generic: 101, mips: 128 } as const;
const RTM = { newLink: 16, getLink: 18, newAddress: 20, getAddress: 22, newRoute: 24, getRoute: 26 } as const;
const ROUTE_VERBS = ['NEW', 'DEL', 'GET', 'SET'];
const ROUTE_NOUNS = ['LINK', 'ADDR', 'ROUTE', 'NEIGH', 'RULE'];
const NFT_VERBS: Readonly<Record<number, string>> = {
  0: 'NEWTABLE',
  1: 'GETTABLE',
  2: 'DELTABLE',
  12: 'NEWSETELEM',
  13: 'GETSETELEM',
  14: 'DELSETELEM',
};
const NFT = 10;
const NEWSETELEM = (NFT << 8) | 12;
const FAMILIES: Readonly<Record<number, string>> = { 1: 'inet', 2: 'ip', 5: 'netdev', 7: 'bridge' };
const NTF_PROXY = 8;
const FIRST_FREE_INDEX = 100;

type Kept = { readonly type: number; readonly payload: Uint8Array; readonly text: string };

export class FakeKernel {
  readonly #littleEndian: boolean;
  readonly #links = new Map<string, FakeLink>();
  readonly #addresses: FakeAddress[] = [];
  /** Routes, neighbours and rules, by what makes each one itself. */
  readonly #kept = new Map<string, Kept>();
  readonly #tables = new Set<string>();
  readonly #elements = new Map<string, Kept>();
  #notifications: Uint8Array[] = [];
  #nextIndex = FIRST_FREE_INDEX;
  /** The error number for what the kernel does not do; 0 for what it does. */
  refusal: Refusal = () => 0;
  /** Our address on the way to another; undefined where no way leads there. */
  sourceTo: (destination: Ipv4Address) => Ipv4Address | undefined = () => undefined;

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  addLink(link: FakeLink): void {
    this.#links.set(link.name, link);
    this.#notifications.push(this.#unasked(RTM.newLink, this.#linkPayload(link)));
  }

  removeLink(name: string): void {
    const link = this.#links.get(name);
    this.#links.delete(name);
    if (link !== undefined) this.#notifications.push(this.#unasked(RTM.newLink + 1, this.#linkPayload(link)));
  }

  addAddress(address: FakeAddress): void {
    this.#addresses.push(address);
    this.#notifications.push(this.#unasked(RTM.newAddress, this.#addressPayload(address)));
  }

  /** Somebody removes a table; what the socket `tables` hears of it. */
  loseTable(family: 'inet' | 'bridge', name: string): Uint8Array {
    this.#removeTable(`${family} ${name}`);
    return encodeTableRemoval({ family, name }, this.#littleEndian);
  }

  /** Somebody removes a route, named as in `state`; what the socket `network` hears of it. */
  loseRoute(route: string): Uint8Array {
    const [key, kept] = [...this.#kept].find(([, { text }]) => text === route) ?? [];
    if (key === undefined || kept === undefined) throw new Error(`there is no ${route}`);
    this.#kept.delete(key);
    return this.#unasked(RTM.newRoute + 1, kept.payload);
  }

  /** What the socket `network` hears without having asked. */
  takeNotifications(): Uint8Array[] {
    const notifications = this.#notifications;
    this.#notifications = [];
    return notifications;
  }

  /** All that was made here, in sorted lines. */
  state(): string[] {
    const links = [...this.#links.values()].filter(({ index }) => index >= FIRST_FREE_INDEX);
    return [
      ...links.map(({ name, kind }) => `link ${name} ${kind}`),
      ...Array.from(this.#kept.values(), ({ text }) => text),
      ...Array.from(this.#tables, (table) => `table ${table}`),
      ...Array.from(this.#elements.values(), ({ text }) => text),
    ].sort();
  }

  /** One datagram from the daemon; the answers, in one datagram each. */
  received(channel: NetlinkChannel, octets: Uint8Array): Uint8Array[] {
    const messages = decodeNetlinkMessages(octets, this.#littleEndian);
    if (channel !== 'netfilter') return messages.flatMap((message) => this.#routeMessage(message));
    const refused = messages.map((message) => this.refusal(this.#nftName(message)));
    const errno = refused.find((number) => number !== 0) ?? 0;
    // A batch is done wholly or not at all.
    if (errno !== 0) return messages.slice(0, 1).map((first) => answer(first, errno, this.#littleEndian));
    return messages.flatMap((message) => this.#nftMessage(message));
  }

  #routeMessage(message: NetlinkMessage): Uint8Array[] {
    const number = message.type - RTM.newLink;
    const verb = ROUTE_VERBS[number % 4];
    const errno = this.refusal(this.#routeName(message));
    if (errno !== 0) return [answer(message, errno, this.#littleEndian)];
    if (isDump(message) && verb === 'GET') return this.#dump(message);
    if (message.type === RTM.getLink) return this.#oneLink(message);
    if (message.type === RTM.getRoute) return this.#routeTo(message);
    return this.#change(message, verb === 'DEL');
  }

  #dump(message: NetlinkMessage): Uint8Array[] {
    const littleEndian = this.#littleEndian;
    const payloads = this.#dumped(message).map((payload) =>
      reply(message, message.type - 2, payload, { littleEndian }),
    );
    return [join([...payloads, done(message, littleEndian)])];
  }

  #dumped(message: NetlinkMessage): Uint8Array[] {
    if (message.type === RTM.getLink) return Array.from(this.#links.values(), (link) => this.#linkPayload(link));
    if (message.type === RTM.getAddress) return this.#addresses.map((address) => this.#addressPayload(address));
    const proxies = message.payload.length > 10 && ((message.payload[10] ?? 0) & NTF_PROXY) !== 0;
    return [...this.#kept.values()]
      .filter(({ type, text }) => type === message.type - 2 && text.startsWith('proxy ') === proxies)
      .map(({ payload }) => payload);
  }

  #oneLink(message: NetlinkMessage): Uint8Array[] {
    const littleEndian = this.#littleEndian;
    const link = this.#links.get(this.#linkName(message) ?? '');
    if (link === undefined) return [answer(message, ERRNO.ENODEV, littleEndian)];
    const one = reply(message, RTM.newLink, this.#linkPayload(link), { multi: false, littleEndian });
    return [one, ...this.#acknowledged(message)];
  }

  #routeTo(message: NetlinkMessage): Uint8Array[] {
    const littleEndian = this.#littleEndian;
    const destination = attributeIpv4(readAttributes(message.payload, 12, littleEndian, 'query'), 1);
    const source = destination === undefined ? undefined : this.sourceTo(destination);
    const errno = ENETUNREACH[littleEndian ? 'generic' : 'mips'];
    if (destination === undefined || source === undefined) return [answer(message, errno, littleEndian)];
    const writer = new MessageWriter(RTM.newRoute, 0, littleEndian);
    const view = writer.fixed(12);
    for (const [offset, value] of [2, 32, 0, 0, 254, 0, 0, 1].entries()) view.setUint8(offset, value);
    writer.networkNumber32(1, destination);
    writer.networkNumber32(7, source);
    const one = reply(message, RTM.newRoute, writer.finish().subarray(16), { multi: false, littleEndian });
    return [one, ...this.#acknowledged(message)];
  }

  #change(message: NetlinkMessage, isRemoval: boolean): Uint8Array[] {
    const errno = this.#changed(message, isRemoval);
    return errno === 0 ? this.#acknowledged(message) : [answer(message, errno, this.#littleEndian)];
  }

  #changed(message: NetlinkMessage, isRemoval: boolean): number {
    const { type, payload, flags } = message;
    if (type === RTM.newLink || type === RTM.newLink + 1) return this.#linkChanged(message, isRemoval);
    const known = decodeRouteMessage(message, this.#littleEndian);
    if (known === undefined) return 0;
    const key = keyOf(known);
    if (isRemoval) return this.#forget(key, known);
    if ((flags & NLM_F_CREATE) !== 0) this.#kept.set(key, { type, payload, text: this.#textOf(known) });
    if (known.kind === 'route') this.#notifications.push(this.#unasked(type, payload));
    return 0;
  }

  #forget(key: string, known: RouteMessage): number {
    const kept = this.#kept.get(key);
    if (kept === undefined) return ERRNO.ENOENT;
    this.#kept.delete(key);
    if (known.kind === 'route') this.#notifications.push(this.#unasked(RTM.newRoute + 1, kept.payload));
    return 0;
  }

  #linkChanged(message: NetlinkMessage, isRemoval: boolean): number {
    const name = this.#linkName(message) ?? '';
    const isPresent = this.#links.has(name);
    if (isRemoval) this.removeLink(name);
    if (isRemoval || (message.flags & NLM_F_CREATE) === 0) return isPresent ? 0 : ERRNO.ENODEV;
    if (isPresent) return ERRNO.EEXIST;
    const information = readAttributes(message.payload, 16, this.#littleEndian, 'link').get(18) ?? new Uint8Array(0);
    const kind = attributeText(readAttributes(information, 0, this.#littleEndian, 'link'), 1) ?? '';
    this.addLink({ index: this.#nextIndex++, name, kind });
    return 0;
  }

  #nftMessage(message: NetlinkMessage): Uint8Array[] {
    const name = this.#nftName(message);
    const [verb = '', family, table] = name.split(' ');
    const owner = `${family} ${table}`;
    if (isDump(message) && verb.startsWith('GET')) return this.#nftDump(message, owner);
    // Of tracked connections there are none.
    if (isDump(message)) return [done(message, this.#littleEndian)];
    if (verb === 'NEWTABLE') this.#tables.add(owner);
    if (verb === 'DELTABLE') this.#removeTable(owner);
    const isMissing = verb === 'GETTABLE' && !this.#tables.has(owner);
    if (verb.endsWith('SETELEM')) this.#elementsChanged(message, name, verb === 'DELSETELEM');
    return isMissing ? [answer(message, ERRNO.ENOENT, this.#littleEndian)] : this.#acknowledged(message);
  }

  #nftDump(message: NetlinkMessage, owner: string): Uint8Array[] {
    const littleEndian = this.#littleEndian;
    if (!this.#tables.has(owner)) return [answer(message, ERRNO.ENOENT, littleEndian)];
    const set = this.#nftName(message).split(' ').slice(1).join(' ');
    const found = [...this.#elements.values()].filter(({ text }) => text.startsWith(`element ${set} `));
    const payloads = found.map(({ payload }) => reply(message, NEWSETELEM, payload, { littleEndian }));
    return [join([...payloads, done(message, littleEndian)])];
  }

  #removeTable(owner: string): void {
    this.#tables.delete(owner);
    for (const [key, { text }] of this.#elements) {
      if (text.startsWith(`element ${owner} `)) this.#elements.delete(key);
    }
  }

  #elementsChanged(message: NetlinkMessage, name: string, isRemoval: boolean): void {
    const set = name.split(' ').slice(1).join(' ');
    for (const { key, data } of decodeElements({ ...message, type: NEWSETELEM }, this.#littleEndian)) {
      const identity = `${set} ${formatHex(key)}`;
      const text = `element ${identity}${data === undefined ? '' : ` ${formatHex(data)}`}`;
      if (isRemoval) this.#elements.delete(identity);
      else this.#elements.set(identity, { type: NEWSETELEM, payload: message.payload, text });
    }
  }

  #acknowledged(message: NetlinkMessage): Uint8Array[] {
    return (message.flags & NLM_F_ACK) === 0 ? [] : [answer(message, 0, this.#littleEndian)];
  }

  #linkName(message: NetlinkMessage): string | undefined {
    return attributeText(readAttributes(message.payload, 16, this.#littleEndian, 'link'), 3);
  }

  #routeName(message: NetlinkMessage): string {
    const number = message.type - RTM.newLink;
    const noun = ROUTE_NOUNS[number < 16 ? Math.floor(number / 4) : 4];
    const verb = `${ROUTE_VERBS[number % 4]}${noun}`;
    if (noun === 'LINK') return `${verb} ${this.#linkName(message) ?? ''}`;
    if (verb.startsWith('GET')) return verb;
    const known = decodeRouteMessage(message, this.#littleEndian);
    return `${verb} ${known === undefined ? '' : this.#textOf(known)}`;
  }

  /** The verb, and the family and name of the table; behind them the set, in messages of elements. */
  #nftName(message: NetlinkMessage): string {
    if (message.type >> 8 !== NFT) return 'BATCH';
    const verb = NFT_VERBS[message.type & 0xff] ?? `NFT${message.type & 0xff}`;
    const attributes = readAttributes(message.payload, 4, this.#littleEndian, 'nf_tables');
    const family = FAMILIES[message.payload[0] ?? 0];
    const set = verb.endsWith('SETELEM') ? ` ${attributeText(attributes, 2)}` : '';
    return `${verb} ${family} ${attributeText(attributes, 1)}${set}`;
  }

  #textOf(known: RouteMessage): string {
    switch (known.kind) {
      case 'route': {
        const { destination, table, encapsulation: header, interfaceIndex } = known.route;
        const tunnel = header && ` encap ${formatIpv4(header.source)} > ${formatIpv4(header.destination)}`;
        const prefix = `${formatIpv4(destination.network)}/${destination.length}`;
        const inTable = table === 254 ? '' : ` table ${formatIpv4(table as Ipv4Address)}`;
        return `route ${prefix}${inTable} dev ${this.#nameOf(interfaceIndex ?? 0)}${tunnel ?? ''}`;
      }
      case 'neighbour': {
        const { address, mac, interfaceIndex, isProxy } = known.neighbour;
        const where = `${formatIpv4(address)} dev ${this.#nameOf(interfaceIndex)}`;
        return isProxy ? `proxy ${where}` : `neighbour ${where} ${formatMac(mac ?? (0 as MacAddress))}`;
      }
      case 'rule': {
        const { source, inputInterface, table } = known.rule;
        const from = `${formatIpv4(source.network)}/${source.length}`;
        return `rule from ${from} iif ${inputInterface} lookup ${formatIpv4(table as Ipv4Address)}`;
      }
      default:
        return known.kind;
    }
  }

  #nameOf(index: number): string {
    return [...this.#links.values()].find((link) => link.index === index)?.name ?? `interface ${index}`;
  }

  #linkPayload(link: FakeLink): Uint8Array {
    const writer = new MessageWriter(RTM.newLink, 0, this.#littleEndian);
    const view = writer.fixed(16);
    view.setInt32(4, link.index, this.#littleEndian);
    view.setUint32(8, 1, this.#littleEndian);
    writer.text(3, link.name);
    writer.number32(4, link.kind === 'ipip' ? 1480 : 1500);
    if (link.mac !== undefined) {
      const octets = new Uint8Array(6);
      writeMac(viewOf(octets), 0, link.mac);
      writer.octets(1, octets);
    }
    if (link.master !== undefined) writer.number32(10, link.master);
    const { kind } = link;
    if (kind !== undefined) writer.nested(18, () => writer.text(1, kind));
    return writer.finish().subarray(16);
  }

  #addressPayload({ index, address, prefixLength }: FakeAddress): Uint8Array {
    const writer = new MessageWriter(RTM.newAddress, 0, this.#littleEndian);
    const view = writer.fixed(8);
    view.setUint8(0, 2);
    view.setUint8(1, prefixLength);
    view.setUint32(4, index, this.#littleEndian);
    writer.networkNumber32(1, address);
    writer.networkNumber32(2, address);
    return writer.finish().subarray(16);
  }

  #unasked(type: number, payload: Uint8Array): Uint8Array {
    const nobody = { type, flags: 0, sequence: 0, payload };
    return reply(nobody, type, payload, { multi: false, littleEndian: this.#littleEndian });
  }
}

function keyOf(known: RouteMessage): string {
  switch (known.kind) {
    case 'route': {
      const { destination, table, priority } = known.route;
      return `route ${destination.network}/${destination.length} ${table} ${priority}`;
    }
    case 'neighbour': {
      const { address, interfaceIndex, isProxy } = known.neighbour;
      return `${isProxy ? 'proxy' : 'neighbour'} ${address} ${interfaceIndex}`;
    }
    case 'rule': {
      const { source, inputInterface, table, priority } = known.rule;
      return `rule ${source.network}/${source.length} ${inputInterface} ${table} ${priority}`;
    }
    default:
      return known.kind;
  }
}
