// What our tests use of vitest, for QuickJS: the same test files then run on a router's processor. Whatever they use that is
// not here is a compile error or fails loudly.

type Body = (...values: never[]) => unknown;
type Case = { readonly title: string; readonly body: () => unknown };
type Register = (title: string, body: Body) => void;

const cases: Case[] = [];
const groups: string[] = [];

export const test = withVariants((title: string, body: Body) => {
  cases.push({ title: [...groups, title].join(' > '), body: body as () => unknown });
});

export const describe = withVariants((title: string, body: Body) => {
  groups.push(title);
  (body as () => unknown)();
  groups.pop();
});

/** Runs all of them but those with such titles; the failures, and how many there were. */
export async function report(
  without: RegExp,
): Promise<{ count: number; failures: { title: string; error: string }[] }> {
  const failures: { title: string; error: string }[] = [];
  const wanted = cases.filter(({ title }) => !without.test(title));
  for (const { title, body } of wanted) {
    try {
      await body();
    } catch (error) {
      failures.push({ title, error: error instanceof Error ? `${error}\n${error.stack}` : String(error) });
    }
  }
  return { count: wanted.length, failures };
}

function withVariants(register: Register) {
  const each = (rows: readonly unknown[]) => (title: string, body: Body) => {
    for (const [index, row] of rows.entries()) {
      const values = (Array.isArray(row) ? row : [row]) as never[];
      register(`${title} (${index + 1})`, () => body(...values));
    }
  };
  const skipIf = (isSkipped: boolean): Register => (isSkipped ? () => {} : register);
  return Object.assign(register, { each, skipIf });
}

class Asymmetric {
  readonly matches: (value: unknown) => boolean;

  constructor(matches: (value: unknown) => boolean) {
    this.matches = matches;
  }
}

export const expect = Object.assign((actual: unknown, note?: string) => matchers(actual, true, note), {
  any: (kind: { readonly name: string }) =>
    new Asymmetric((value) => typeof value === kind.name.toLowerCase() || Object(value).constructor === kind),
  stringContaining: (part: string) => new Asymmetric((value) => String(value).includes(part)),
  stringMatching: (pattern: RegExp) => new Asymmetric((value) => pattern.test(String(value))),
  objectContaining: (part: object) => new Asymmetric((value) => isEqual(value, part, true)),
  arrayContaining: (parts: readonly unknown[]) =>
    new Asymmetric((value) => parts.every((part) => (value as unknown[]).some((each) => isEqual(each, part)))),
  fail: (why: string) => {
    throw new Error(why);
  },
});

function matchers(actual: unknown, wanted: boolean, note: string | undefined): object {
  const hold = (isSo: boolean, what: string, expected?: unknown) => {
    if (isSo === wanted) return;
    throw new Error(`${note ?? ''} ${text(actual)} ${wanted ? 'is not' : 'is'} ${what} ${text(expected)}`);
  };
  const all = {
    toBe: (expected: unknown) => hold(Object.is(actual, expected), 'the same as', expected),
    toEqual: (expected: unknown) => hold(isEqual(actual, expected), 'equal to', expected),
    toMatchObject: (expected: unknown) => hold(isEqual(actual, expected, true), 'like', expected),
    toBeUndefined: () => hold(actual === undefined, 'undefined'),
    toBeDefined: () => hold(actual !== undefined, 'defined'),
    toHaveLength: (length: number) => hold((actual as unknown[]).length === length, 'of the length', length),
    toContain: (part: never) => hold((actual as unknown[]).includes(part), 'with', part),
    toContainEqual: (part: unknown) =>
      hold(
        [...(actual as unknown[])].some((each) => isEqual(each, part)),
        'with',
        part,
      ),
    toMatch: (pattern: RegExp | string) => hold(new RegExp(pattern).test(actual as string), 'like', String(pattern)),
    toHaveProperty: (name: string) => hold(name in (actual as object), 'with the property', name),
    toBeInstanceOf: (kind: never) =>
      hold((actual as object) instanceof (kind as typeof Object), 'an instance of', kind),
    toBeGreaterThan: (limit: number) => hold((actual as number) > limit, 'above', limit),
    toBeGreaterThanOrEqual: (limit: number) => hold((actual as number) >= limit, 'at least', limit),
    toBeLessThan: (limit: number) => hold((actual as number) < limit, 'below', limit),
    toBeLessThanOrEqual: (limit: number) => hold((actual as number) <= limit, 'at most', limit),
    toThrow: (expected?: unknown) => hold(throws(actual as () => unknown, expected), 'throwing', String(expected)),
  };
  return {
    ...all,
    get not() {
      return matchers(actual, !wanted, note);
    },
  };
}

function throws(call: () => unknown, expected: unknown): boolean {
  try {
    call();
  } catch (error) {
    if (expected === undefined) return true;
    if (typeof expected === 'function') return error instanceof (expected as typeof Error);
    const { message } = error as Error;
    if (expected instanceof Error) return message === expected.message;
    return expected instanceof RegExp ? expected.test(message) : message.includes(String(expected));
  }
  return false;
}

/** As vitest's toEqual: properties that are undefined do not count. `isPartial`: as its toMatchObject. */
function isEqual(actual: unknown, expected: unknown, isPartial = false): boolean {
  if (expected instanceof Asymmetric) return expected.matches(actual);
  if (Object.is(actual, expected)) return true;
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) return false;
  if (Array.isArray(expected) || ArrayBuffer.isView(expected))
    return areListsEqual(actual, expected as never, isPartial);
  if (expected instanceof Map || expected instanceof Set) {
    return (
      actual.constructor === expected.constructor && areListsEqual([...(actual as Set<unknown>)], [...expected], false)
    );
  }
  if (Array.isArray(actual) || ArrayBuffer.isView(actual)) return false;
  if (expected instanceof Error) return actual instanceof Error && actual.message === expected.message;
  const [left, right] = [actual as Record<string, unknown>, expected as Record<string, unknown>];
  const names = isPartial ? Object.keys(right) : [...Object.keys(left), ...Object.keys(right)];
  return names.every((name) => isEqual(left[name], right[name], isPartial));
}

function areListsEqual(actual: object, expected: readonly unknown[], isPartial: boolean): boolean {
  const list = actual as readonly unknown[];
  if (Array.isArray(actual) !== Array.isArray(expected) || list.length !== expected.length) return false;
  for (let index = 0; index < expected.length; index++) {
    if (!isEqual(list[index], expected[index], isPartial)) return false;
  }
  return true;
}

function text(value: unknown): string {
  const shown = JSON.stringify(value, (_, part) => {
    if (typeof part === 'bigint') return `${part}n`;
    if (part instanceof Uint8Array)
      return `octets ${Array.from(part, (octet) => octet.toString(16).padStart(2, '0')).join('')}`;
    if (part instanceof Map || part instanceof Set) return [...part];
    return part;
  });
  return String(shown).slice(0, 500);
}
