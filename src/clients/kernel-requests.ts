// How what is to be made and removed becomes sends on the two sockets: requests of rtnetlink in a window, batches of
// nf_tables of bounded size, and the dumps of a survey.

import type { Ipv4Address } from '../octets/address.ts';
import type { NetlinkMessage } from '../wire/netlink.ts';
import { encodeCounterQuery } from '../wire/nftables.ts';
import { KernelConnections } from './kernel-connections.ts';
import {
  encodeElementMaking,
  encodeElementRemoving,
  encodeLinkMaking,
  encodeMaking,
  encodeRemoving,
  isNetfilterItem,
  type KernelItem,
  type RouteProtocolItem,
  tableOf,
} from './kernel-items.ts';
import type { KernelProtocol, SurveyStep } from './kernel-survey.ts';
import { type HostConventions, NetlinkClient, type NetlinkEvent } from './netlink-client.ts';
import { NOT_ADMITTED, PMIP_TABLES, type PmipTable } from './pmip-sets.ts';
import {
  encodeInterfaceChain,
  encodeInterfaceChainRemoval,
  encodePmipTable,
  encodePmipTableRemoval,
} from './pmip-tables.ts';
import type { Asked, Making } from './wished-items.ts';

export type Purpose =
  /** A device is made in three steps; the answer to the last has its index. */
  | { readonly kind: 'make'; readonly asked: Asked; readonly step: 'only' | 'create' | 'change' | 'query' }
  | { readonly kind: 'remove'; readonly item: KernelItem }
  | { readonly kind: 'batch'; readonly makes: readonly Asked[]; readonly removes: readonly KernelItem[] }
  | { readonly kind: 'survey' }
  | { readonly kind: 'count' }
  /** Tracked connections, asked for; and the removing of those found. */
  | { readonly kind: 'connections' }
  | { readonly kind: 'disconnect' };

export type Send = { readonly kind: 'send'; readonly protocol: KernelProtocol; readonly octets: Uint8Array };

type BatchPart = { readonly messages: readonly Uint8Array[]; readonly make?: Asked; readonly remove?: KernelItem };

/**
 * Requests of rtnetlink without an answer. The kernel answers all messages of a send before we can read: the answers to
 * some 250 fill a receive buffer of usual size, and those that do not fit are lost.
 */
const WINDOW = 64;
/** Elements in one batch of nf_tables: together they must fit the send buffer. */
const BATCH_LIMIT = 256;
/** Connections removed in one send: each has an answer of its own where it is gone already. */
const DISCONNECTIONS_LIMIT = 64;
const LINK_STEPS = ['create', 'change', 'query'] as const;

export class KernelRequests {
  readonly #littleEndian: boolean;
  readonly #clients: Readonly<Record<KernelProtocol, NetlinkClient<Purpose>>>;
  readonly #connections: KernelConnections;
  readonly #surveying: Record<KernelProtocol, boolean> = { route: false, netfilter: false };
  /** Side by side: the messages that wait, and what for. */
  #queuedMessages: Uint8Array[] = [];
  #queuedPurposes: Purpose[] = [];

  constructor(conventions: HostConventions) {
    this.#littleEndian = conventions.littleEndian;
    this.#connections = new KernelConnections(conventions.littleEndian);
    this.#clients = { route: new NetlinkClient(conventions), netfilter: new NetlinkClient(conventions) };
  }

  get isIdle(): boolean {
    const { route, netfilter } = this.#clients;
    return route.outstandingCount === 0 && netfilter.outstandingCount === 0 && this.#queuedMessages.length === 0;
  }

  received(protocol: KernelProtocol, octets: Uint8Array): NetlinkEvent<Purpose>[] {
    const events = this.#clients[protocol].received(octets);
    for (const event of events) {
      if ('purpose' in event && event.purpose.kind === 'survey') this.#surveying[protocol] = false;
    }
    return events;
  }

  /** Purposes whose answer will never come. */
  giveUp(protocol: KernelProtocol): Purpose[] {
    this.#surveying[protocol] = false;
    const purposes = this.#clients[protocol]
      .overrun()
      .flatMap((event) => (event.kind === 'unknown' ? [event.purpose] : []));
    if (purposes.some(({ kind }) => kind === 'connections')) this.#connections.lost();
    return purposes;
  }

  /** A step of a survey is without its answer. */
  isSurveying(protocol: KernelProtocol): boolean {
    return this.#surveying[protocol];
  }

  /** Nothing where the socket is in the middle of another dump: to be tried again after it. */
  survey(protocol: KernelProtocol, step: SurveyStep): Send[] {
    const client = this.#clients[protocol];
    if (client.isDumping) return [];
    this.#surveying[protocol] = true;
    const purpose: Purpose = { kind: 'survey' };
    const octets = step.isDump ? client.dump(step.message, purpose) : client.request([step.message], purpose);
    return [{ kind: 'send', protocol, octets }];
  }

  count(): Send {
    const query = encodeCounterQuery(NOT_ADMITTED, this.#littleEndian);
    const octets = this.#clients.netfilter.request([query], { kind: 'count' });
    return { kind: 'send', protocol: 'netfilter', octets };
  }

  forgetConnections(address: Ipv4Address): void {
    this.#connections.forget(address);
  }

  /** The next question about connections, if there is one and the socket is free. */
  askConnections(): Send[] {
    const client = this.#clients.netfilter;
    const question = client.isDumping || this.#surveying.netfilter ? undefined : this.#connections.question();
    if (question === undefined) return [];
    return [{ kind: 'send', protocol: 'netfilter', octets: client.dump(question, { kind: 'connections' }) }];
  }

  /** The removing of what was found, once all was asked. */
  connectionsAnswered(messages: readonly NetlinkMessage[]): Send[] {
    const removals = this.#connections.answered(messages);
    const sends: Send[] = [];
    for (let index = 0; index < removals.length; index += DISCONNECTIONS_LIMIT) {
      const now = removals.slice(index, index + DISCONNECTIONS_LIMIT);
      const octets = this.#clients.netfilter.request(now, { kind: 'disconnect' });
      sends.push({ kind: 'send', protocol: 'netfilter', octets });
    }
    return sends;
  }

  /** `interfaceIndex` is that of the tunnel device, where the item is a route into it. */
  queueMaking(asked: Asked, item: RouteProtocolItem, interfaceIndex: number | undefined): void {
    if (item.kind !== 'link') {
      this.#queuedMessages.push(encodeMaking(item, interfaceIndex, this.#littleEndian));
      this.#queuedPurposes.push({ kind: 'make', asked, step: 'only' });
      return;
    }
    this.#queuedMessages.push(...encodeLinkMaking(item, this.#littleEndian));
    for (const step of LINK_STEPS) this.#queuedPurposes.push({ kind: 'make', asked, step });
  }

  queueRemoving(item: KernelItem): void {
    if (isNetfilterItem(item)) return;
    this.#queuedMessages.push(encodeRemoving(item, this.#littleEndian));
    this.#queuedPurposes.push({ kind: 'remove', item });
  }

  dropQueued(): void {
    this.#queuedMessages = [];
    this.#queuedPurposes = [];
  }

  /** As many as the window allows, in one send. */
  sendQueued(): Send[] {
    const room = WINDOW - this.#clients.route.outstandingCount;
    if (room <= 0 || this.#queuedMessages.length === 0) return [];
    const messages = this.#queuedMessages.splice(0, room);
    const octets = this.#clients.route.requests(messages, this.#queuedPurposes.splice(0, room));
    return [{ kind: 'send', protocol: 'route', octets }];
  }

  /** A batch for each table, so that a kernel that cannot do one still does the other. */
  sendBatches(makes: readonly Making[], removes: readonly KernelItem[]): Send[] {
    const sends: Send[] = [];
    if (!makes.some(({ item }) => tableOf(item)) && !removes.some(tableOf)) return sends;
    for (const table of Object.keys(PMIP_TABLES) as PmipTable[]) {
      const parts = this.#batchParts(table, makes, removes);
      for (let index = 0; index < parts.length; index += BATCH_LIMIT) {
        sends.push(this.#batch(parts.slice(index, index + BATCH_LIMIT)));
      }
    }
    return sends;
  }

  #batchParts(table: PmipTable, makes: readonly Making[], removes: readonly KernelItem[]): BatchPart[] {
    const removing = removes.filter((item) => tableOf(item) === table);
    const wholeTable = removing.find(({ kind }) => kind === 'table');
    // Its elements go with it.
    if (wholeTable !== undefined) {
      return [{ messages: encodePmipTableRemoval(table, this.#littleEndian), remove: wholeTable }];
    }
    const parts: BatchPart[] = [];
    for (const { entry, item, replaces } of makes) {
      if (tableOf(item) !== table) continue;
      const messages = this.#encodeMaking(item, replaces);
      parts.push({ messages, make: { entry, item } });
      entry.state = 'asked';
    }
    for (const item of removing) {
      if (item.kind === 'element') {
        parts.push({ messages: [encodeElementRemoving(item, this.#littleEndian)], remove: item });
      } else if (item.kind === 'chain') {
        parts.push({ messages: encodeInterfaceChainRemoval(item.interfaceName, this.#littleEndian), remove: item });
      }
    }
    return parts;
  }

  #encodeMaking(item: KernelItem, replaces: boolean): Uint8Array[] {
    if (item.kind === 'table') return encodePmipTable(item.table, this.#littleEndian);
    if (item.kind === 'chain') return encodeInterfaceChain(item.interfaceName, this.#littleEndian);
    if (item.kind !== 'element') return [];
    const making = encodeElementMaking(item, this.#littleEndian);
    return replaces && item.element.data !== undefined
      ? [encodeElementRemoving(item, this.#littleEndian), making]
      : [making];
  }

  #batch(parts: readonly BatchPart[]): Send {
    const messages = parts.flatMap((part) => part.messages);
    const makes = parts.flatMap(({ make }) => (make === undefined ? [] : [make]));
    const removes = parts.flatMap(({ remove }) => (remove === undefined ? [] : [remove]));
    const octets = this.#clients.netfilter.batch(messages, { kind: 'batch', makes, removes });
    return { kind: 'send', protocol: 'netfilter', octets };
  }
}
