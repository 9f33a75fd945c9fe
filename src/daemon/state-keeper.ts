// What of the agents outlives this daemon: when it is written, what of it when the daemon is stopped, and that it is taken up
// once.

import type { Moment } from '../roles/role.ts';
import { decodeKeptState, encodeKeptState, type KeptState, type Remembered } from './kept-state.ts';
import { KEEP_MS, KEEP_MS_PER_ROW } from './timers.ts';

/** The agents, as far as they are remembered. */
export type Rememberers = {
  /** Changes whenever the snapshot does. */
  revision(): number;
  snapshot(now: Moment): Remembered;
};

export class StateKeeper {
  readonly #agents: Rememberers;
  /** What a former daemon remembered, until it can be taken up: nothing may be written over it before. */
  #former: KeptState | undefined;
  /** Written when the daemon was stopped: what the agents then take back is not forgotten. */
  #last: string | undefined;
  #revision: number;
  #rows = 0;

  constructor(agents: Rememberers) {
    this.#agents = agents;
    this.#revision = agents.revision();
  }

  get isBehind(): boolean {
    return this.#last === undefined && this.#agents.revision() !== this.#revision;
  }

  get waitMs(): number {
    return KEEP_MS + KEEP_MS_PER_ROW * this.#rows;
  }

  read(octets: Uint8Array | undefined): void {
    this.#former = decodeKeptState(octets);
  }

  /** Once; undefined where there is nothing. */
  takeUp(): KeptState | undefined {
    const former = this.#former;
    this.#former = undefined;
    return former !== undefined && former.bindings.length + former.visitors.length > 0 ? former : undefined;
  }

  /** For a daemon that ends unasked, or makes way for the next one. */
  state(now: Moment): Iterable<string> {
    if (this.#last !== undefined) return [this.#last];
    this.#revision = this.#agents.revision();
    return this.#counted(this.#former ?? this.#agents.snapshot(now));
  }

  /** For one that is stopped: bindings hold until their time is over, visits are ended at their home agents. */
  stateOfStopped(now: Moment): Iterable<string> {
    const { bindings } = this.#former ?? this.#agents.snapshot(now);
    this.#last = [...encodeKeptState({ bindings, visitors: [] })].join('');
    return [this.#last];
  }

  *#counted(remembered: Remembered): Iterable<string> {
    this.#rows = yield* encodeKeptState(remembered);
  }
}
