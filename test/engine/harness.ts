// Tests that run inside QuickJS: each program of this folder calls `check` for its cases and `run` once. What happened is
// printed as JSON lines, which engine.test.ts reports.

import * as os from 'os';
import * as std from 'std';
import { formatHex } from '../../src/octets/octets.ts';

type Case = { readonly title: string; readonly body: () => void | Promise<void> };

/** What is compared of an error that was thrown. */
export type Refusal = { readonly name: string; readonly code?: string; readonly message?: string };

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const WAIT_MS = 20_000;

const cases: Case[] = [];

/** A directory of this run alone, for socket files. */
export const directory = scriptArgs[1] ?? '/nonexistent';

export function check(title: string, body: () => void | Promise<void>): void {
  cases.push({ title, body });
}

export async function run(): Promise<void> {
  for (const { title, body } of cases) {
    try {
      await body();
      print(JSON.stringify({ title }));
    } catch (error) {
      const text = error instanceof Error ? `${error}\n${error.stack}` : String(error);
      print(JSON.stringify({ title, error: text }));
    }
  }
  print(JSON.stringify({ cases: cases.length }));
  std.out.flush();
}

export function same(actual: unknown, expected: unknown): void {
  const [left, right] = [text(actual), text(expected)];
  if (left !== right) throw new Error(`got ${left}, expected ${right}`);
}

export function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(`not so: ${what}`);
}

/** The error that the call throws. */
export function refusal(call: () => unknown): Error & { code?: string; errno?: number; syscall?: string } {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`threw ${error}, which is no Error`);
  }
  throw new Error('did not throw');
}

export function refuses(call: () => unknown, expected: Refusal): void {
  const { name, code, message } = refusal(call);
  const all = { name, code, message };
  for (const key of ['name', 'code', 'message'] as const) {
    if (expected[key] !== undefined && all[key] !== expected[key]) {
      throw new Error(`threw ${text(all)}, expected ${text(expected)}`);
    }
  }
}

/** Calls `receive` when the descriptor becomes readable, as the daemon's loop does, until it gives an answer. */
export function received<Answer>(descriptor: number, receive: () => Answer | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      os.setReadHandler(descriptor, null);
      os.clearTimeout(timer);
    };
    const timer = os.setTimeout(() => {
      finish();
      reject(new Error('nothing was received'));
    }, WAIT_MS);
    os.setReadHandler(descriptor, () => {
      try {
        const answer = receive();
        if (answer === undefined) return;
        finish();
        resolve(answer);
      } catch (error) {
        finish();
        reject(error);
      }
    });
  });
}

/** Numbers of the host's byte order (netlink), written at fixed offsets. */
export function hostOrder(view: DataView) {
  return {
    setUint16: (offset: number, value: number) => view.setUint16(offset, value, LITTLE_ENDIAN),
    setUint32: (offset: number, value: number) => view.setUint32(offset, value, LITTLE_ENDIAN),
    getUint16: (offset: number) => view.getUint16(offset, LITTLE_ENDIAN),
    getUint32: (offset: number) => view.getUint32(offset, LITTLE_ENDIAN),
    getInt32: (offset: number) => view.getInt32(offset, LITTLE_ENDIAN),
  };
}

/** The text of a file under /proc; std.loadFile asks such a file for its size, which is 0. */
export function procText(path: string): string {
  const file = std.open(path, 'r');
  const content = file?.readAsString() ?? '';
  file?.close();
  return content;
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    if (part instanceof Uint8Array) return `octets ${formatHex(part)}`;
    return part === undefined ? 'undefined' : part;
  });
}
