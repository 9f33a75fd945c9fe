// Stories of a simulated campus as text: a command a line, and below it, behind `>`, what it made happen. Running a story
// writes it anew; where the two differ, the roles do something else than they did.
//
//   sites ap ap+1 router+2         a router with a radio; one with an access point beside it; one without a radio, with two
//   stations 2                     at home in the sites in turn; also: lifetime 60, encapsulation gre, revocation, reverse never
//   associate station1 ap2 [silently]   without a word to the access point that it was with
//   leave station1                 the access point hears of it
//   say station1                   it asks for its gateway
//   advance 3s
//   lose 2 messages of ap2         the next ones; also: delay 1 message of ap2 by 5s, double 3 messages of ap2
//   cut ap1 ap2, mend ap1 ap2
//   kill ap1, stop ap1, fail ap1, start ap1    the daemon, the daemon by its user, the machine
//   clock ap1 -3600s               how wrong it is from now on
//   replay messages of ap2         all that it has sent, once more

import type { Carried } from './backbone.ts';
import type { Box } from './box.ts';
import { Invariants } from './invariants.ts';
import { type Plan, RADIOS, type SitePlan } from './plan.ts';
import type { Station } from './station.ts';
import { Transcript } from './transcript.ts';
import { World } from './world.ts';

const SEED = 1;
/** hostapd asks a silent station after so long. */
const INACTIVITY_MS = 300_000;
const SAYS_AFTER_MS = 20;

const USUAL: Plan = {
  sites: [],
  stations: 1,
  lifetimeSeconds: 300,
  encapsulation: 'ipip',
  reverseTunneling: 'never',
  isRevocationServed: false,
  advertisementIntervalSeconds: 10,
};

type Fate = { left: number; readonly delaysMs: readonly number[] };

/** The story as it goes now. */
export function told(text: string): string {
  const lines: string[] = [];
  const story = new Story((line) => lines.push(`> ${line.trimEnd()}`));
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith('>')) continue;
    lines.push(line);
    if (line.trim() !== '' && !line.startsWith('#')) story.command(line.trim().split(/\s+/));
  }
  return `${lines.join('\n')}\n`;
}

class Story {
  readonly #say: (line: string) => void;
  readonly #fates = new Map<Box, Fate[]>();
  readonly #sent: Carried[] = [];
  #plan = USUAL;
  #begun: World | undefined;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  command(words: readonly string[]): void {
    const [verb = '', ...rest] = words;
    if (this.#begun === undefined && this.#planned(verb, rest)) return;
    const world = this.#world();
    switch (verb) {
      case 'associate':
        return this.#associate(world, rest);
      case 'leave':
        return world.leave(station(world, rest[0]), 0);
      case 'say':
        return say(world, station(world, rest[0]));
      case 'advance':
        return world.wait(milliseconds(rest[0]));
      case 'lose':
        return this.#fate(world.box(rest.at(-1) ?? ''), Number(rest[0]), []);
      case 'double':
        return this.#fate(world.box(rest.at(-1) ?? ''), Number(rest[0]), [5, 6]);
      case 'delay':
        return this.#fate(world.box(rest[3] ?? ''), Number(rest[0]), [milliseconds(rest.at(-1))]);
      case 'cut':
      case 'mend': {
        const [site = 0, other = 0] = rest.map((name) => world.box(name).plan.site.number);
        return world.backbone[verb](site, other);
      }
      case 'replay':
        return this.#replay(world, world.box(rest.at(-1) ?? ''));
      case 'clock':
        return world.box(rest[0] ?? '').setClock(milliseconds(rest[1]));
      default:
        return this.#toBox(world, verb, world.box(rest[0] ?? ''));
    }
  }

  #planned(verb: string, rest: readonly string[]): boolean {
    const [value = ''] = rest;
    switch (verb) {
      case 'sites':
        this.#plan = { ...this.#plan, sites: rest.map(site) };
        return true;
      case 'stations':
        this.#plan = { ...this.#plan, stations: Number(value) };
        return true;
      case 'lifetime':
        this.#plan = { ...this.#plan, lifetimeSeconds: Number(value) };
        return true;
      case 'encapsulation':
        this.#plan = { ...this.#plan, encapsulation: value === 'gre' ? 'gre' : 'ipip' };
        return true;
      case 'reverse':
        this.#plan = { ...this.#plan, reverseTunneling: value === 'always' ? 'always' : 'never' };
        return true;
      case 'revocation':
        this.#plan = { ...this.#plan, isRevocationServed: true };
        return true;
      default:
        return false;
    }
  }

  /** All boxes run, and have said hello, before the story begins. */
  #world(): World {
    if (this.#begun !== undefined) return this.#begun;
    const world = new World(this.#plan, SEED);
    this.#begun = world;
    world.watch(new Invariants(world));
    for (const box of world.boxes) box.start();
    world.wait(1000);
    world.watch(new Transcript(world, this.#say));
    world.watch({ sent: (carried) => this.#sent.push(carried) });
    world.backbone.fate = (from) => this.#takeFate(from);
    return world;
  }

  #associate(world: World, [name, box, ...how]: readonly string[]): void {
    const who = station(world, name);
    const detachAfterMs = how.includes('silently') ? INACTIVITY_MS : 100;
    world.associate(who, { box: world.box(box ?? ''), interfaceName: RADIOS[0] }, { attachAfterMs: 10, detachAfterMs });
    world.after(SAYS_AFTER_MS, () => say(world, who));
  }

  #fate(box: Box, left: number, delaysMs: readonly number[]): void {
    this.#fates.set(box, [...(this.#fates.get(box) ?? []), { left, delaysMs }]);
  }

  #takeFate(from: Box): readonly number[] | undefined {
    const fates = this.#fates.get(from) ?? [];
    const fate = fates.find(({ left }) => left > 0);
    if (fate === undefined) return undefined;
    fate.left -= 1;
    return fate.delaysMs;
  }

  #replay(world: World, box: Box): void {
    for (const carried of this.#sent.filter(({ from }) => from === box)) world.backbone.deliver(carried);
  }

  #toBox(world: World, verb: string, box: Box): void {
    switch (verb) {
      case 'kill':
        return box.kill();
      case 'stop':
        return box.stop();
      case 'fail':
        return world.fail(box);
      case 'start':
        return box.start();
      default:
        throw new Error(`nobody knows how to ${verb}`);
    }
  }
}

function say(world: World, who: Station): void {
  world.speak(who, who.askForGateway());
}

function station(world: World, name: string | undefined): Station {
  const found = world.stations.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

function site(text: string): SitePlan {
  const [router, more = '0'] = text.split('+');
  return { hasRouterRadio: router === 'ap', accessPoints: Number(more) };
}

function milliseconds(text = ''): number {
  const seconds = /^([+-]?[\d.]+)s$/.exec(text)?.[1];
  if (seconds === undefined) throw new Error(`no time: ${text}`);
  return Number(seconds) * 1000;
}
