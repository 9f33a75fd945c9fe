import { describe, expect, test } from 'vitest';
import { anonymousId, parseUci, parseUciPackages, readUci } from '../../src/config/uci.ts';
import { byteString, octetsOf, UciError } from '../../src/config/uci-words.ts';
import { formatUci, showUci } from '../../src/config/uci-writer.ts';
import { bytesOfRecorded, octetsOfRecorded, type ReadCase, readCases } from './uci-vectors.ts';

function recordedRun(readCase: ReadCase, argv: string) {
  const run = readCase.runs.find((candidate) => candidate.argv.join(' ') === argv);
  if (run === undefined) throw new Error(`${readCase.name} has no ${argv}`);
  return run;
}

function errorOf(file: Uint8Array | string): UciError {
  try {
    parseUci(file);
  } catch (error) {
    if (error instanceof UciError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('every recorded file gives the sections, or the error, that the real uci gave', () => {
  test('there are 52 of them', () => {
    expect(readCases).toHaveLength(52);
  });

  for (const readCase of readCases) {
    const octets = octetsOfRecorded(readCase.file);
    const shown = recordedRun(readCase, 'uci show t');
    const title = `${readCase.name}: ${readCase.description}`;
    if (shown.exit !== 0) {
      test(`${title}: the same error, line and byte`, () => {
        expect(`uci: ${errorOf(octets).message}\n`).toBe(shown.stderr);
      });
    } else {
      test(`${title}: the same sections and values`, () => {
        const sections = parseUci(octets);
        expect(showUci('t', sections)).toBe(bytesOfRecorded(shown.stdout));
        const exported = recordedRun(readCase, 'uci export t');
        expect(`package t\n${formatUci(sections)}`).toBe(bytesOfRecorded(exported.stdout));
      });
    }

    test(`${title}: the same part of it can be read`, () => {
      const run = recordedRun(readCase, 'uci -S show t');
      const { sections, errors } = readUci(octets);
      expect(showUci('t', sections)).toBe(bytesOfRecorded(run.stdout));
      const told = errors.filter((error) => !error.isTolerable).map((error) => `${error.message}\n`);
      expect(told.join('')).toBe(run.stderr);
    });
  }
});

describe('a UCI file', () => {
  test('keeps every octet of a value but 0', () => {
    const values = Array.from({ length: 255 }, (_, index) => index + 1).filter((octet) => octet !== 0x27);
    const file = `config a s\n\toption o '${String.fromCharCode(...values)}'\n`;
    const option = parseUci(octetsOf(file))[0]?.options.get('o');
    expect(option).toMatchObject({ kind: 'option' });
    expect([...octetsOf(option?.kind === 'option' ? option.value : '')]).toEqual(values);
  });

  test('given as text is read as its UTF-8', () => {
    const text = "config a s\n\toption o 'grüß € 📶'\n";
    expect(parseUci(text)).toEqual(parseUci(new Uint8Array(Buffer.from(text))));
    expect(parseUci("config a s\n\toption o '\ud800'\n")).toEqual(parseUci("config a s\n\toption o '\ufffd'\n"));
  });

  test('knows the line of each section and option, and the lines that a later one replaced', () => {
    const file =
      "# head\nconfig a s\n\toption x '1\n2'\n\toption x 3\n\nconfig b\n\tlist l one\n\tlist l two\n\toption x 4\n";
    const [first, second] = parseUci(file);
    expect(first).toMatchObject({ type: 'a', name: 's', id: 's', line: 2 });
    expect(first?.options.get('x')).toEqual({ kind: 'option', value: '3', line: 5, replacedLines: [3] });
    expect(second).toMatchObject({ type: 'b', name: undefined, line: 7 });
    expect(second?.options.get('l')).toEqual({ kind: 'list', values: ['one', 'two'], line: 8, replacedLines: [] });
    expect(second?.options.get('x')).toMatchObject({ line: 10 });
  });

  test('tells of an open quote where it was opened as well as where the file ends', () => {
    const error = errorOf("config a s\n\toption o 'abc\n\toption p v\n\n");
    expect(error).toMatchObject({ reason: "EOF with unterminated '", line: 4, commandLine: 2 });
  });

  test('goes on behind a semicolon only where white space or a quote is before it', () => {
    const shown = (file: string) => showUci('t', parseUci(file));
    expect(shown('config a s ; option o v ; option p w\n')).toBe("t.s=a\nt.s.o='v'\nt.s.p='w'\n");
    expect(shown("config a 's'; option o 'v'; option p w\n")).toBe("t.s=a\nt.s.o='v'\nt.s.p='w'\n");
    expect(shown('config a s; option o v\n')).toBe('t.s=a\n');
  });

  test('needs white space behind its keywords', () => {
    expect(errorOf('config')).toMatchObject({ reason: 'config without name', line: 0, byte: 0, commandLine: 1 });
    expect(errorOf('config a\noption').reason).toBe('option without name');
    expect(errorOf('package').reason).toBe('package without name');
    expect(errorOf('config \n').reason).toBe('insufficient arguments');
  });

  test('does not give to a section what follows one that cannot be read', () => {
    const { sections } = readUci("config a s\n\toption o v\nconfig a 'my-name'\n\toption o w\n");
    expect(showUci('t', sections)).toBe("t.s=a\nt.s.o='v'\n");
  });

  test('of one open quote and many lines is refused in no time', () => {
    const file = `config a s\n\toption o 'x\n${'option p w\n'.repeat(100_000)}`;
    expect(errorOf(octetsOf(file)).reason).toBe("EOF with unterminated '");
    expect(errorOf(octetsOf(file.replace("'", '"'))).reason).toBe('EOF with unterminated "');
  });
});

describe('a text of several packages', () => {
  test('is split at its package lines', () => {
    const packages = parseUciPackages('package one\n\nconfig a s\n\noption o v\n\npackage two\n\nconfig a s\n');
    expect(packages.map(({ name, sections }) => showUci(name, sections))).toEqual([
      "one.s=a\none.s.o='v'\n",
      'two.s=a\n',
    ]);
  });

  test('must begin with one', () => {
    const reason = 'attempting to import a file without a package name';
    expect(() => parseUciPackages('config a s\n')).toThrow(reason);
  });
});

test('an anonymous section is called by its number and the hash of its type', () => {
  expect(anonymousId('host', 1)).toBe('cfg01fe63');
  expect(anonymousId('device', 3)).toBe('cfg030f15');
  expect(anonymousId('host', 300)).toBe('cfg12cfe63');
});

describe('a damaged file gives sections or a UciError, and nothing else', () => {
  const files = readCases.filter((readCase) => readCase.name !== 'long').map(({ file }) => octetsOfRecorded(file));

  test('cut at every length', () => {
    let refused = 0;
    for (const octets of files) {
      for (let length = 0; length < octets.length; length++) refused += countRefused(octets.subarray(0, length));
    }
    expect(refused).toBeGreaterThan(100);
  });

  test('with octets changed, taken out and put in by chance', () => {
    const random = seededRandom(20251123);
    const interesting = octetsOf('\'"\\#;\n\r\t \0=.cofigptnls\xff');
    let refused = 0;
    for (let round = 0; round < 100; round++) {
      for (const octets of files) {
        const damaged = [...octets];
        for (let damage = 0; damage <= random(4); damage++) {
          damaged.splice(random(damaged.length + 1), random(2), interesting[random(interesting.length)] ?? 0);
        }
        refused += countRefused(Uint8Array.from(damaged));
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });

  test('what could be read is read again the same from what is written', () => {
    for (const octets of files) {
      const written = formatUci(readUci(octets).sections);
      expect(formatUci(parseUci(octetsOf(written)))).toBe(written);
    }
  });
});

/**
 * 1 where the file is refused. All that can be read of it is also written and read again, but for types that libuci
 * takes and writes without the quotes they would need.
 */
function countRefused(octets: Uint8Array): number {
  const { sections, errors } = readUci(octets);
  if (!sections.some((section) => /['"\\#;]/.test(section.type))) {
    const written = formatUci(sections);
    expect(formatUci(parseUci(octetsOf(written)))).toBe(written);
  }
  if (errors[0] === undefined) {
    expect(parseUci(octets)).toEqual(sections);
    return 0;
  }
  expect(errorOf(octets).message).toBe(errors[0].message);
  expect(byteString(octets).split('\n').length).toBeGreaterThanOrEqual(errors[0].commandLine);
  return 1;
}

/** Whole numbers below a limit, the same in every run. */
function seededRandom(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
