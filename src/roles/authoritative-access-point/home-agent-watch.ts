// Home agents whose last access point is gone: they are asked whether they live, and their rows stay in the map while they
// answer, because stations of theirs may have roamed. The same is asked about the map of before a restart.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import { broadcastOf } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import { lowBits } from '../../wire/identification.ts';
import type { RegistrationReply } from '../../wire/registration.ts';
import type { MapClaim, MapRecord } from '../../wire/subnet-map-records.ts';
import { randomWord } from '../random-word.ts';
import type { Moment, Random } from '../role.ts';
import type { AuthorityEffect } from './events.ts';
import { homeAgentProbes } from './home-agent-probe.ts';

/** After these times without an answer a home agent is asked again, and given up at the last. */
const TRIES_AFTER_MS = [0, 1000, 3000, 7000];
const GIVEN_UP_AFTER_MS = 15_000;
/** One that answers is asked again after this. */
const ROUND_MS = 300_000;

type Question = { readonly claim: MapClaim; readonly homeAgent: Ipv4Address; readonly number: number };

type Watch = {
  readonly record: MapRecord;
  readonly beganAtMs: number;
  readonly tries: number;
  readonly questions: readonly Question[];
  readonly alive: ReadonlySet<MapClaim>;
};

export type Verdict = {
  readonly record: MapRecord;
  readonly alive: readonly MapClaim[];
  readonly dead: readonly MapClaim[];
};

export class HomeAgentWatch {
  readonly #watches = new Map<MacAddress, Watch>();
  readonly #digests: Digests;
  readonly #random: Random;

  constructor(digests: Digests, random: Random) {
    this.#digests = digests;
    this.#random = random;
  }

  isWatching(reporter: MacAddress): boolean {
    return this.#watches.has(reporter);
  }

  begin(record: MapRecord, beginsAtMs: number): void {
    const questions = record.claims.flatMap((claim) =>
      claim.homeAgents.map((homeAgent) => ({ claim, homeAgent, number: randomWord(this.#random) })),
    );
    const watch = { record, beganAtMs: beginsAtMs, tries: 0, questions, alive: new Set<MapClaim>() };
    this.#watches.set(record.reporter, watch);
  }

  /** The access point is back, or somebody else looks after its home agents. */
  end(reporter: MacAddress): void {
    this.#watches.delete(reporter);
  }

  nextDeadline(): number | undefined {
    let earliest: number | undefined;
    for (const watch of this.#watches.values()) {
      const atMs = deadlineOf(watch);
      if (earliest === undefined || atMs < earliest) earliest = atMs;
    }
    return earliest;
  }

  isAwaiting(reply: RegistrationReply, sourceAddress: Ipv4Address): boolean {
    for (const watch of this.#watches.values()) if (questionOf(watch, reply, sourceAddress) !== undefined) return true;
    return false;
  }

  /** Whether the reply answers a question of ours. */
  replyReceived(reply: RegistrationReply, sourceAddress: Ipv4Address): boolean {
    for (const [reporter, watch] of this.#watches) {
      const question = questionOf(watch, reply, sourceAddress);
      if (question === undefined) continue;
      this.#watches.set(reporter, { ...watch, alive: new Set(watch.alive).add(question.claim) });
      return true;
    }
    return false;
  }

  deadlineReached(now: Moment): { readonly effects: AuthorityEffect[]; readonly verdicts: Verdict[] } {
    const effects: AuthorityEffect[] = [];
    const verdicts: Verdict[] = [];
    for (const [reporter, watch] of this.#watches) {
      if (deadlineOf(watch) > now.monotonicMs) continue;
      const unanswered = watch.record.claims.filter((claim) => !watch.alive.has(claim));
      if (watch.tries < TRIES_AFTER_MS.length && unanswered.length > 0) {
        effects.push(...this.#ask(watch, now));
        this.#watches.set(reporter, { ...watch, tries: watch.tries + 1 });
      } else {
        this.#watches.delete(reporter);
        verdicts.push({ record: watch.record, alive: [...watch.alive], dead: unanswered });
      }
    }
    return { effects, verdicts };
  }

  /** When one that has answered is asked again. */
  nextRoundMs(nowMs: number): number {
    return nowMs + ROUND_MS * (0.9 + 0.2 * this.#random());
  }

  #ask({ questions, alive }: Watch, now: Moment): AuthorityEffect[] {
    return questions.flatMap(({ claim, homeAgent, number }): AuthorityEffect[] => {
      if (alive.has(claim)) return [];
      const probes = homeAgentProbes(claim.network, homeAgent, number, now.unixMs, this.#digests);
      return probes.map((octets) => ({ kind: 'homeAgentProbed', homeAgent, octets }));
    });
  }
}

function questionOf({ questions }: Watch, reply: RegistrationReply, source: Ipv4Address): Question | undefined {
  return questions.find(
    ({ claim, homeAgent, number }) =>
      homeAgent === source &&
      BigInt(number) === lowBits(reply.identification) &&
      broadcastOf(claim.network) === reply.homeAddress,
  );
}

function deadlineOf({ beganAtMs, tries }: Watch): number {
  return beganAtMs + (TRIES_AFTER_MS[tries] ?? GIVEN_UP_AFTER_MS);
}
