// Stand-in for the ubus command, where a machine has none: what it asks, prints and exits with, without a socket. Its
// texts and exit statuses are those that the real one was recorded with. There is no `monitor`.

import type { BlobmsgElement } from '../../../src/ubus-js/blobmsg.ts';
import type { UbusClient } from '../../../src/ubus-js/client.ts';
import type { FoundObject, UbusEffect } from '../../../src/ubus-js/effects.ts';
import { formatStatus, STATUS } from '../../../src/ubus-js/status.ts';
import { formatElement, formatTable, parseJsonTable } from './ubus-json.ts';

export type Options = {
  readonly socket: string | undefined;
  readonly timeoutMs: number;
  readonly isSimple: boolean;
  readonly isVerbose: boolean;
  readonly words: readonly string[];
};

export type Outcome =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'complain'; readonly text: string }
  | { readonly kind: 'exit'; readonly status: number }
  | UbusEffect<string>;

const DEFAULT_TIMEOUT_MS = 30_000;
/** `-t 0` waits for ever. */
const FOR_EVER_MS = 10 * 365 * 86_400_000;

/** main() returns these for wrong words, and where the connection or a registration failed. */
const WRONG_USE = -2;
const FAILED = -1;

export const USAGE = `Usage: ubus [<options>] <command> [arguments...]
Options:
 -s <socket>:\t\tSet the unix domain socket to connect to
 -t <timeout>:\t\tSet the timeout (in seconds) for a command to complete
 -S:\t\t\tUse simplified output (for scripts)
 -v:\t\t\tMore verbose output
 -m <type>:\t\t(for monitor): include a specific message type
\t\t\t(can be used more than once)
 -M <r|t>\t\t(for monitor): only capture received or transmitted traffic

Commands:
 - list [<path>]\t\t\tList objects
 - call <path> <method> [<message>]\tCall an object method
 - subscribe <path> [<path>...]\tSubscribe to object(s) notifications
 - listen [<path>...]\t\t\tListen for events
 - send <type> [<message>]\t\tSend an event
 - wait_for <object> [<object>...]\tWait for multiple objects to appear on ubus
 - monitor\t\t\t\tMonitor ubus traffic

`;

/** As musl's getopt: options end at the first word that is none. undefined: wrong use. */
export function parseOptions(argv: readonly string[]): Options | undefined {
  const words = [...argv];
  let socket: string | undefined;
  let timeoutMs = DEFAULT_TIMEOUT_MS;
  let flags = '';
  while (words[0] !== undefined && /^-./.test(words[0])) {
    const word = words.shift() ?? '';
    if (word === '--') break;
    const [found, switches = '', option, attached] = /^-([Sv]*)(?:([stmM])(.*))?$/.exec(word) ?? [];
    if (found === undefined) return undefined;
    flags += switches;
    if (option === undefined) continue;
    const value = attached || words.shift();
    if (value === undefined) return undefined;
    if (option === 's') socket = value;
    if (option === 't') timeoutMs = secondsToMs(value);
  }
  if (words.length === 0) return undefined;
  return { socket, timeoutMs, isSimple: flags.includes('S'), isVerbose: flags.includes('v'), words };
}

function secondsToMs(text: string): number {
  const seconds = Number.parseInt(text, 10);
  return seconds > 0 ? seconds * 1000 : FOR_EVER_MS;
}

export class UbusCommand {
  readonly #options: Options;
  readonly #client: UbusClient<string>;
  readonly #command: string;
  readonly #words: readonly string[];
  /** `subscribe`: what is still to be subscribed to. `wait_for`: what has not appeared yet. `listen`: patterns left. */
  #pending: string[];
  #message: BlobmsgElement[] = [];
  #isListening = false;
  #giveUpAtMs: number | undefined;

  constructor(options: Options, client: UbusClient<string>) {
    const [command = '', ...words] = options.words;
    this.#options = options;
    this.#client = client;
    this.#command = command;
    this.#words = words;
    this.#pending = [...words];
  }

  /** When `wait_for` has waited long enough. */
  nextDeadline(): number | undefined {
    return this.#giveUpAtMs;
  }

  deadlineReached(now: number): Outcome[] {
    if (this.#giveUpAtMs === undefined || now < this.#giveUpAtMs) return [];
    return this.#ended(STATUS.timeout);
  }

  handle(news: UbusEffect<string>, now: number): Outcome[] {
    switch (news.kind) {
      case 'ready':
        return this.#begin(now);
      case 'lost':
        return this.#lost();
      case 'found':
        return this.#found(news.status, news.objects, now);
      case 'answered':
        return this.#answered(news.status, news.replies, now);
      case 'notified':
        return [print(`{ "${news.notification}": ${formatTable(news.data)} }\n`)];
      case 'event':
        return this.#event(news.name, news.data);
      default:
        return [];
    }
  }

  #begin(now: number): Outcome[] {
    const [first] = this.#words;
    switch (this.#command) {
      case 'list':
        return this.#words.length > 1 ? this.#ended(WRONG_USE) : this.#client.lookup(first, '', now);
      case 'call':
        return this.#beginCall(now);
      case 'send':
        return this.#beginSend(now);
      case 'listen':
        if (this.#pending.length === 0) this.#pending = ['*'];
        return this.#client.registerEvent(this.#pending[0] ?? '', '', now);
      case 'subscribe':
        if (first === undefined) return this.#failed('You need to specify an object to subscribe to\n');
        return this.#client.lookup(first, '', now);
      case 'wait_for':
        if (first === undefined) return this.#ended(WRONG_USE);
        return this.#client.registerEvent('ubus.object.add', '', now);
      default:
        return this.#ended(WRONG_USE);
    }
  }

  #beginCall(now: number): Outcome[] {
    const [path = '', , text = '{}'] = this.#words;
    if (this.#words.length < 2 || this.#words.length > 3) return this.#ended(WRONG_USE);
    const message = parseJsonTable(text);
    if (message === undefined) return this.#callFailed(STATUS.parseError);
    this.#message = message;
    return this.#client.lookup(path, '', now);
  }

  #beginSend(now: number): Outcome[] {
    const [name = '', text = '{}'] = this.#words;
    if (this.#words.length < 1 || this.#words.length > 2) return this.#ended(WRONG_USE);
    const message = parseJsonTable(text);
    return message === undefined ? this.#ended(STATUS.parseError) : this.#client.sendEvent(name, message, '', now);
  }

  #lost(): Outcome[] {
    if (this.#isListening) return [{ kind: 'exit', status: 0 }];
    if (this.#client.isReady) return [];
    return this.#failed('Failed to connect to ubus\n');
  }

  #found(status: number, objects: readonly FoundObject[], now: number): Outcome[] {
    switch (this.#command) {
      case 'list':
        return [...objects.map((object) => print(this.#listed(object))), ...this.#ended(status)];
      case 'call':
        return this.#foundCalled(status, objects[0], now);
      case 'subscribe':
        return this.#foundTarget(status, objects[0], now);
      case 'wait_for':
        return status === STATUS.ok
          ? this.#appeared(
              objects.map(({ path }) => path),
              now,
            )
          : this.#ended(status);
      default:
        return [];
    }
  }

  #listed({ path, objectId, signature }: FoundObject): string {
    if (this.#options.isSimple || !this.#options.isVerbose) return `${path}\n`;
    const methods = signature.map((method) => `\t${formatElement(method, undefined, typeName)}\n`);
    return `'${path}' @${objectId.toString(16).padStart(8, '0')}\n${methods.join('')}`;
  }

  #foundCalled(status: number, object: FoundObject | undefined, now: number): Outcome[] {
    if (status !== STATUS.ok || object === undefined) return this.#ended(status || STATUS.notFound);
    const [, method = ''] = this.#words;
    const { timeoutMs } = this.#options;
    return this.#client.call(
      { objectId: object.objectId, method, arguments: this.#message, purpose: '', timeoutMs },
      now,
    );
  }

  #foundTarget(status: number, object: FoundObject | undefined, now: number): Outcome[] {
    if (status !== STATUS.ok || object === undefined) return this.#notRegistered(status || STATUS.notFound);
    return this.#client.subscribe(object.objectId, '', now);
  }

  #answered(status: number, replies: readonly (readonly BlobmsgElement[])[], now: number): Outcome[] {
    switch (this.#command) {
      case 'call': {
        const printed = replies.map((reply) =>
          print(`${formatTable(reply, this.#options.isSimple ? undefined : 0)}\n`),
        );
        return [...printed, ...(status === STATUS.ok ? this.#ended(STATUS.ok) : this.#callFailed(status))];
      }
      case 'listen':
      case 'subscribe':
        return this.#registered(status, now);
      case 'wait_for':
        return status === STATUS.ok ? this.#client.lookup(undefined, '', now) : this.#ended(status);
      default:
        return this.#ended(status);
    }
  }

  #registered(status: number, now: number): Outcome[] {
    if (status !== STATUS.ok) return this.#notRegistered(status);
    this.#pending.shift();
    const [next] = this.#pending;
    this.#isListening = next === undefined;
    if (next === undefined) return [];
    return this.#command === 'listen' ? this.#client.registerEvent(next, '', now) : this.#client.lookup(next, '', now);
  }

  #notRegistered(status: number): Outcome[] {
    return this.#failed(`Error while registering for event '${this.#pending[0]}': ${formatStatus(status)}\n`);
  }

  #event(name: string, data: readonly BlobmsgElement[]): Outcome[] {
    if (this.#command !== 'wait_for') return [print(`{ "${name}": ${formatTable(data)} }\n`)];
    const path = data.find((element) => element.name === 'path')?.value;
    return typeof path === 'string' ? this.#appeared([path]) : [];
  }

  /** `now`: when the wait begins. */
  #appeared(paths: readonly string[], now?: number): Outcome[] {
    this.#pending = this.#pending.filter((pending) => !paths.includes(pending));
    if (this.#pending.length === 0) return this.#ended(STATUS.ok);
    if (now !== undefined) this.#giveUpAtMs = now + this.#options.timeoutMs;
    return [];
  }

  #callFailed(status: number): Outcome[] {
    const words = ['ubus', ...this.#options.words].join(' ');
    return [...this.#complain(`Command failed: ${words} (${formatStatus(status)})\n`), ...this.#ended(-(status | 0))];
  }

  #failed(text: string): Outcome[] {
    return [...this.#complain(text), { kind: 'exit', status: FAILED & 255 }];
  }

  /** What main() does with the result of a command. That a call refused with status 2 prints the usage too is no slip. */
  #ended(result: number): Outcome[] {
    const complaints = result > 0 ? this.#complain(`Command failed: ${formatStatus(result)}\n`) : [];
    const usage: Outcome[] = result === WRONG_USE ? [{ kind: 'complain', text: USAGE }] : [];
    return [...complaints, ...usage, { kind: 'exit', status: result & 255 }];
  }

  #complain(text: string): Outcome[] {
    return this.#options.isSimple ? [] : [{ kind: 'complain', text }];
  }
}

function print(text: string): Outcome {
  return { kind: 'print', text };
}

const TYPE_NAMES = new Map([
  [1, 'Array'],
  [2, 'Table'],
  [3, 'String'],
  [5, 'Integer'],
  [7, 'Boolean'],
]);

/** An argument in a signature is the number of its type. */
function typeName(element: BlobmsgElement): string | undefined {
  return element.type === 'int32' ? `"${TYPE_NAMES.get(element.value) ?? '(unknown)'}"` : undefined;
}
