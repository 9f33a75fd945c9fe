// A stand-in of LuCI's browser runtime, as far as the pages use it: the loader with its rules, rpc, poll, and the view. It is told
// apart from the real one by being short; where the two could differ, the tests run with both (LUCI_ROOT).

import * as form from './form.ts';
import { Rpc } from './rpc.ts';
import { statusOverview } from './status-overview.ts';
import { Uci } from './uci.ts';
import { Ui } from './ui.ts';
import { standInView } from './view.ts';

type Environment = {
  readonly scriptname: string;
  readonly pollinterval: number;
  readonly ubuspath: string;
  readonly resource: string;
  readonly sessionid: string;
  readonly nodespec: { readonly satisfied: boolean; readonly readonly: boolean };
};

type Factory = (window: Window, document: Document, luci: LuCI, ...modules: unknown[]) => new () => unknown;

/** LuCI reads no further than to the first string that is neither of these. */
const DIRECTIVE = /^(?:\s|\/\/.*|\/\*[\s\S]*?\*\/|;)*(?:'([^']*)'|"([^"]*)")/;

class LuCI {
  readonly env: Environment;
  readonly #poll: Poll;
  readonly #modules = new Map<string, Promise<unknown>>();

  constructor(environment: Environment) {
    this.env = environment;
    const rpc = new Rpc(environment.ubuspath, environment.sessionid);
    const uci = new Uci(rpc);
    const ui = new Ui(this, uci);
    this.#poll = pollOf(environment.pollinterval);
    const own: Record<string, unknown> = {
      rpc,
      uci,
      ui,
      poll: this.#poll,
      view: standInView(this, ui),
      baseclass: { extend: classOf },
    };
    form.useModules({ uci, rpc, ui });
    own.form = form;
    for (const [name, module] of Object.entries(own)) this.#modules.set(name, Promise.resolve(module));
  }

  require(name: string): Promise<unknown> {
    const known = this.#modules.get(name);
    if (known !== undefined) return known;
    const loaded = this.#load(name);
    this.#modules.set(name, loaded);
    return loaded;
  }

  url(...parts: string[]): string {
    return [this.env.scriptname, ...parts].join('/');
  }

  hasViewPermission(): boolean | null {
    return this.env.nodespec.satisfied ? !this.env.nodespec.readonly : null;
  }

  async #load(name: string): Promise<unknown> {
    if (name === 'view.status.index') return statusOverview(this, this.#poll);
    const url = `${this.env.resource}/${name.replaceAll('.', '/')}.js`;
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`HTTP error ${answer.status} while loading class file "${url}"`);
    const source = await answer.text();
    const names = requiredModules(source);
    const modules = await Promise.all(names.map((needed) => this.require(needed)));
    const parameters = ['window', 'document', 'L', ...names.map((needed) => needed.replace(/\W/g, '_'))];
    const factory = new Function(...parameters, `${source}\n//# sourceURL=${url}`) as Factory;
    const made = factory(window, document, this, ...modules);
    if (typeof made !== 'function') throw new TypeError(`"${name}" factory yields invalid constructor`);
    return new made();
  }
}

function requiredModules(source: string): string[] {
  const names: string[] = [];
  for (let rest = source; ; ) {
    const found = DIRECTIVE.exec(rest);
    const text = found?.[1] ?? found?.[2] ?? '';
    const name = /^require\s+(\S+)$/.exec(text)?.[1];
    if (found === null || (name === undefined && text !== 'use strict')) return names;
    if (name !== undefined) names.push(name);
    rest = rest.slice(found[0].length);
  }
}

/** LuCI's Class.extend, without inheritance of more than one step. */
export function classOf(members: object): new () => unknown {
  const made = class {};
  Object.assign(made.prototype, members);
  return made;
}

export type Poll = { add(act: () => Promise<unknown>, intervalSeconds?: number): boolean };

function pollOf(defaultSeconds: number): Poll & { remove(act: () => Promise<unknown>): boolean } {
  const timers = new Map<() => Promise<unknown>, ReturnType<typeof setInterval>>();
  return {
    add(act, intervalSeconds = defaultSeconds) {
      if (timers.has(act)) return false;
      timers.set(
        act,
        setInterval(() => void act(), intervalSeconds * 1000),
      );
      return true;
    },
    remove(act) {
      clearInterval(timers.get(act));
      return timers.delete(act);
    },
  };
}

export type { LuCI };

Object.assign(window, { LuCI });
