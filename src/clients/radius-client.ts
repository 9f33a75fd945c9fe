// Asks RADIUS servers for the security associations of home addresses: the first server that answers, its questions
// repeated, the next server when it stays silent. While none answers, what is known goes on to hold and the others wait.

import type { Ipv4Address } from '../octets/address.ts';
import { formatIpv4 } from '../octets/address.ts';
import type { Digests } from '../octets/digest.ts';
import { utf8Octets, viewOf } from '../octets/octets.ts';
import type { SecurityAssociation } from '../wire/authentication.ts';
import { type PairFault, readMobileIpPairs } from '../wire/cisco-av-pair.ts';
import {
  attributeNumber,
  checkMessageAuthenticator,
  encodeAccessRequest,
  isAnswerAuthentic,
  RADIUS_ATTRIBUTE,
  RADIUS_CODE,
  type RadiusMessage,
} from '../wire/radius.ts';
import { RadiusAnswers } from './radius-answers.ts';
import { AskedServer, type RadiusQuestion, type RadiusServer, type RadiusServerState } from './radius-server.ts';

export type RadiusServerRow = Pick<RadiusServer, 'address' | 'port'> & { readonly state: RadiusServerState };

export type RadiusEffect =
  | { readonly kind: 'send'; readonly octets: Uint8Array; readonly address: Ipv4Address; readonly port: number }
  /** A server said something new of this address: it has a key, another one, or none. */
  | { readonly kind: 'answered'; readonly homeAddress: Ipv4Address; readonly hasKey: boolean }
  /** What was known of this address is over: whoever needs it asks again. */
  | { readonly kind: 'outdated'; readonly homeAddress: Ipv4Address }
  | { readonly kind: 'serverChanged'; readonly row: RadiusServerRow }
  | { readonly kind: 'discarded'; readonly reason: 'notAsked' | 'badAuthenticator' | 'missingAuthenticator' }
  /** The server knows the address, but what it says of its key is of no use; or says nothing while it answers others. */
  | {
      readonly kind: 'unusable';
      readonly homeAddress: Ipv4Address;
      readonly fault: PairFault | 'noPair' | 'noAccess' | 'noAnswer';
    };

type Source = { readonly sourceAddress: Ipv4Address; readonly sourcePort: number };

/** What Cisco's routers send when they ask for something that is no person. */
const PASSWORD = utf8Octets('cisco');
const NAS_IDENTIFIER = utf8Octets('pmip');
/** Stations that wait for their keys; more at once means that addresses are made up. */
const MOST_WAITING = 1000;
/** Keys are asked for again after so long, where no Session-Timeout tells otherwise. */
const USUAL_AGE_SECONDS = 3600;
const LEAST_AGE_SECONDS = 60;
const LONGEST_AGE_SECONDS = 86_400;

export class RadiusClient {
  readonly #digests: Digests;
  readonly #random: () => number;
  readonly #answers = new RadiusAnswers();
  readonly #waiting = new Set<Ipv4Address>();
  /** Only to find out whether a silent server has another secret; what it answers is not believed. */
  readonly #probes = new Map<AskedServer, { readonly identifier: number; readonly authenticator: Uint8Array }>();
  #servers: readonly AskedServer[] = [];
  #nasAddress: Ipv4Address | undefined;
  #nowMs = 0;

  constructor(digests: Digests, random: () => number) {
    this.#digests = digests;
    this.#random = random;
  }

  get isConfigured(): boolean {
    return this.#servers.length > 0;
  }

  /** `awaited`: a server is asked as soon as `ask` is called. */
  find(homeAddress: Ipv4Address): readonly SecurityAssociation[] | 'awaited' {
    if (!this.isConfigured) return [];
    return this.#answers.find(homeAddress) ?? 'awaited';
  }

  servers(): RadiusServerRow[] {
    return this.#servers.map(rowOf);
  }

  /** Other servers are asked anew for everything; what the former ones said holds until then. */
  configure(servers: readonly RadiusServer[], nasAddress: Ipv4Address | undefined): RadiusEffect[] {
    this.#nasAddress = nasAddress;
    if (JSON.stringify(servers) === JSON.stringify(this.#servers.map(({ server }) => server))) return [];
    for (const { questions } of this.#servers) for (const { homeAddress } of questions) this.#wait(homeAddress);
    this.#probes.clear();
    this.#servers = servers.map((server) => new AskedServer(server, Math.floor(this.#random() * 256)));
    this.#answers.makeStale();
    if (this.isConfigured) return [];
    const forgotten = new Set([...this.#answers.addresses(), ...this.#waiting]);
    this.#answers.clear();
    this.#waiting.clear();
    return Array.from(forgotten, (homeAddress): RadiusEffect => ({ kind: 'outdated', homeAddress }));
  }

  /** Sends what has been asked for by `find`. */
  ask(nowMs: number): RadiusEffect[] {
    this.#nowMs = nowMs;
    const asked = this.#answers.takeAsked(nowMs);
    if (!this.isConfigured) return [];
    const isAsked = (homeAddress: Ipv4Address) =>
      this.#servers.some(({ questions }) => [...questions].some((question) => question.homeAddress === homeAddress));
    for (const homeAddress of asked) if (!isAsked(homeAddress)) this.#wait(homeAddress);
    return this.#sendWaiting();
  }

  received(message: RadiusMessage, { sourceAddress, sourcePort }: Source, nowMs: number): RadiusEffect[] {
    this.#nowMs = nowMs;
    const asked = this.#servers.find(({ server }) => server.address === sourceAddress && server.port === sourcePort);
    const question = asked?.question(message.identifier);
    if (asked === undefined) return [discarded('notAsked')];
    if (question === undefined) return this.#probeAnswered(asked, message);
    const { secret } = asked.server;
    if (!isAnswerAuthentic(message, question.authenticator, secret, this.#digests)) {
      asked.hasOtherSecret = true;
      return [discarded('badAuthenticator')];
    }
    const signature = checkMessageAuthenticator(message, question.authenticator, secret, this.#digests);
    if (signature === 'bad') return [discarded('badAuthenticator')];
    if (signature === 'absent' && asked.hasSigned) return [discarded('missingAuthenticator')];
    asked.hasSigned ||= signature === 'good';
    asked.delete(question.identifier);
    return [...this.#alive(asked), ...this.#answered(question.homeAddress, message), ...this.#sendWaiting()];
  }

  /** ICMP says that nobody listens at this address. */
  unreachable(address: Ipv4Address, port: number, nowMs: number): RadiusEffect[] {
    this.#nowMs = nowMs;
    const asked = this.#servers.find(({ server }) => server.address === address && server.port === port);
    if (asked === undefined || [...asked.questions].length === 0) return [];
    return [...this.#failed(asked, 'unreachable'), ...this.#sendWaiting()];
  }

  nextDeadline(): number | undefined {
    const areSomeWaiting = this.#waiting.size > 0;
    let earliest = this.#answers.nextDeadline();
    for (const asked of this.#servers) {
      const deadline = asked.nextDeadline(areSomeWaiting, this.#nowMs);
      if (deadline !== undefined && (earliest === undefined || deadline < earliest)) earliest = deadline;
    }
    return earliest;
  }

  deadlineReached(nowMs: number): RadiusEffect[] {
    this.#nowMs = nowMs;
    const effects: RadiusEffect[] = [];
    for (const asked of this.#servers) {
      for (const question of [...asked.questions]) {
        if (question.retryAtMs <= nowMs && asked.question(question.identifier) === question) {
          effects.push(...this.#unanswered(asked, question));
        }
      }
    }
    for (const homeAddress of this.#answers.takeStaleRefusals(nowMs)) effects.push({ kind: 'outdated', homeAddress });
    return [...effects, ...this.#sendWaiting()];
  }

  #wait(homeAddress: Ipv4Address): void {
    if (this.#waiting.size < MOST_WAITING) this.#waiting.add(homeAddress);
  }

  #sendWaiting(): RadiusEffect[] {
    const effects: RadiusEffect[] = [];
    for (const homeAddress of this.#waiting) {
      const asked = this.#serverToAsk();
      if (asked === undefined) break;
      this.#waiting.delete(homeAddress);
      effects.push(this.#send(asked, homeAddress));
    }
    return effects;
  }

  /** In their order; one that is busy is worth waiting for, one that is silent is not. */
  #serverToAsk(): AskedServer | undefined {
    for (const asked of this.#servers) {
      const readiness = asked.readiness(this.#nowMs);
      if (readiness !== 'aside') return readiness === 'ready' ? asked : undefined;
    }
    return undefined;
  }

  #send(asked: AskedServer, homeAddress: Ipv4Address): RadiusEffect {
    const { identifier, authenticator, octets } = this.#request(asked, homeAddress, true);
    const { timeoutMs } = asked.server;
    const times = { attempt: 1, askedAtMs: this.#nowMs, retryAtMs: this.#nowMs + timeoutMs };
    asked.put({ homeAddress, identifier, authenticator, octets, ...times });
    return send(asked, octets);
  }

  #request(asked: AskedServer, homeAddress: Ipv4Address, isSigned: boolean) {
    const identifier = asked.newIdentifier();
    const authenticator = this.#unforeseen();
    const userName = utf8Octets(formatIpv4(homeAddress));
    const constant = { password: PASSWORD, nasIdentifier: NAS_IDENTIFIER, nasAddress: this.#nasAddress };
    const fields = { identifier, authenticator, userName, isSigned, ...constant };
    return { identifier, authenticator, octets: encodeAccessRequest(fields, asked.server.secret, this.#digests) };
  }

  /** RFC 2865 §2.5: repeated as it was, so that a server can tell. */
  #unanswered(asked: AskedServer, question: RadiusQuestion): RadiusEffect[] {
    const { identifier, homeAddress, attempt, askedAtMs, octets } = question;
    const { tries, timeoutMs } = asked.server;
    if (attempt < tries) {
      asked.put({ ...question, attempt: attempt + 1, retryAtMs: this.#nowMs + timeoutMs });
      return [send(asked, octets)];
    }
    if (asked.answeredAtMs < askedAtMs) return this.#failed(asked, asked.hasOtherSecret ? 'wrongSecret' : 'silent');
    // It answers, but not this question: it will not be better by asking on and on, nor by asking nothing else.
    asked.delete(identifier);
    return [...this.#store(homeAddress, [], 0), { kind: 'unusable', homeAddress, fault: 'noAnswer' }];
  }

  #failed(asked: AskedServer, state: RadiusServerState): RadiusEffect[] {
    const before = asked.state;
    const questions = asked.failed(state, this.#nowMs);
    for (const { homeAddress } of questions) this.#wait(homeAddress);
    const [first] = questions;
    const probe = state === 'silent' && first !== undefined ? [this.#probe(asked, first.homeAddress)] : [];
    // Until the probe says otherwise, what it said last time holds.
    if (state === before || (state === 'silent' && before === 'wrongSecret')) {
      asked.state = before;
      return probe;
    }
    return [serverChanged(asked), ...probe];
  }

  /** A server drops what is signed with another secret; what is not signed it answers, and so tells what is wrong. */
  #probe(asked: AskedServer, homeAddress: Ipv4Address): RadiusEffect {
    const { identifier, authenticator, octets } = this.#request(asked, homeAddress, false);
    this.#probes.set(asked, { identifier, authenticator });
    return send(asked, octets);
  }

  #probeAnswered(asked: AskedServer, message: RadiusMessage): RadiusEffect[] {
    const probe = this.#probes.get(asked);
    if (probe?.identifier !== message.identifier) return [discarded('notAsked')];
    this.#probes.delete(asked);
    if (isAnswerAuthentic(message, probe.authenticator, asked.server.secret, this.#digests)) {
      return [...this.#alive(asked), ...this.#sendWaiting()];
    }
    if (asked.state === 'wrongSecret') return [];
    asked.state = 'wrongSecret';
    return [serverChanged(asked)];
  }

  #alive(asked: AskedServer): RadiusEffect[] {
    const before = asked.state;
    asked.answered(this.#nowMs);
    return before === 'answers' ? [] : [serverChanged(asked)];
  }

  #answered(homeAddress: Ipv4Address, message: RadiusMessage): RadiusEffect[] {
    if (message.code === RADIUS_CODE.accessReject) return this.#store(homeAddress, [], 0);
    if (message.code !== RADIUS_CODE.accessAccept) {
      return [...this.#store(homeAddress, [], 0), { kind: 'unusable', homeAddress, fault: 'noAccess' }];
    }
    const { associations, faults } = readMobileIpPairs(message);
    const age = attributeNumber(message, RADIUS_ATTRIBUTE.sessionTimeout) ?? USUAL_AGE_SECONDS;
    const ageSeconds = Math.min(Math.max(age, LEAST_AGE_SECONDS), LONGEST_AGE_SECONDS);
    const fault = faults[0] ?? (associations.length === 0 ? 'noPair' : undefined);
    const stored = this.#store(homeAddress, associations, ageSeconds * 1000);
    return fault === undefined ? stored : [...stored, { kind: 'unusable', homeAddress, fault }];
  }

  #store(homeAddress: Ipv4Address, associations: readonly SecurityAssociation[], ageMs: number): RadiusEffect[] {
    const isNews = this.#answers.store(homeAddress, associations, ageMs, this.#nowMs);
    return isNews ? [{ kind: 'answered', homeAddress, hasKey: associations.length > 0 }] : [];
  }

  /** RFC 2865 §3: nobody must be able to foretell it. */
  #unforeseen(): Uint8Array {
    const octets = new Uint8Array(16);
    for (let offset = 0; offset < octets.length; offset += 4) {
      viewOf(octets).setUint32(offset, Math.floor(this.#random() * 2 ** 32));
    }
    return octets;
  }
}

function send({ server }: AskedServer, octets: Uint8Array): RadiusEffect {
  return { kind: 'send', octets, address: server.address, port: server.port };
}

function rowOf({ server: { address, port }, state }: AskedServer): RadiusServerRow {
  return { address, port, state };
}

function serverChanged(asked: AskedServer): RadiusEffect {
  return { kind: 'serverChanged', row: rowOf(asked) };
}

function discarded(reason: Extract<RadiusEffect, { readonly kind: 'discarded' }>['reason']): RadiusEffect {
  return { kind: 'discarded', reason };
}
