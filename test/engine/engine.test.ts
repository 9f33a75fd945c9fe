// Runs the programs of this folder in QuickJS, each in a network namespace of its own with a pair of interfaces, and
// reports their cases; then what can only be seen from outside: the compiler's warnings and the guard against another engine.

import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

type Outcome = { readonly title?: string; readonly error?: string; readonly cases?: number };

const { MAKEFLAGS: _, MAKELEVEL: __, QUICKJS: engine = 'build/quickjs', ...environment } = process.env;
const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const ROOT = resolve(FOLDER, '../..');
const QUICKJS = resolve(ROOT, engine);
const MODULE_SOURCES = readdirSync(join(ROOT, 'src/quickjs-ffi'))
  .filter((name) => name.endsWith('.c'))
  .map((name) => join(ROOT, 'src/quickjs-ffi', name));
const PROGRAMS = readdirSync(FOLDER).filter((name) => name.endsWith('.engine.ts'));
const WARNINGS = [
  '-Wall',
  '-Wextra',
  '-Wconversion',
  '-Wsign-conversion',
  '-Wshadow',
  '-Wcast-align=strict',
  '-Werror',
];
// Else the engine ends itself when an async function throws before its first await, although its caller awaits it.
const OPTIONS = ['--no-unhandled-rejection', '-m'];
const directory = mkdtempSync(join(tmpdir(), 'pmip-engine-'));

// The interfaces have no IPv6, whose own messages would be among the frames. Until the kernel has seen the carrier of
// `left`, which it does later than the commands return, its queue drops what is sent without a word.
const IN_NAMESPACE = `
  ulimit -n 4096 || true
  echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 2>/dev/null || true
  set -e
  ip link set lo up
  ip link add left address 02:00:00:00:00:01 type veth peer name right address 02:00:00:00:00:02
  ip link add spare type veth peer name spare-peer
  ip address add 10.9.0.1/24 broadcast + dev left
  ip address add 10.9.1.2/24 dev right
  ip link set left up
  ip link set right up
  ip neigh add 10.9.0.99 lladdr 02:00:00:00:00:63 dev left
  until ip link show left | grep -q 'state UP'; do sleep 0.01; done
  exec "$@"
`;

function runProgram(name: string): Promise<Outcome[]> {
  const own = mkdtempSync(join(directory, 'run-'));
  const script = join(ROOT, 'build/engine', name.replace(/\.ts$/, '.js'));
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const namespace = [...asRoot, '--net', 'sh', '-c', IN_NAMESPACE, 'sh'];
  const command = [...namespace, join(QUICKJS, 'qjs'), ...OPTIONS, script, own];
  return new Promise((resolved) => {
    execFile('unshare', command, { timeout: 600_000 }, (failure, stdout, stderr) => {
      resolved(readOutcomes(stdout, failure === null ? undefined : `${failure.message}\n${stderr}`));
    });
  });
}

/** The program's cases, and as the last one that it came to its end. */
function readOutcomes(stdout: string, failure: string | undefined): Outcome[] {
  const outcomes = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Outcome);
  const cases = outcomes.filter((outcome) => outcome.title !== undefined);
  const end = { title: 'the program runs to its end' };
  if (failure !== undefined) return [...cases, { ...end, error: failure }];
  if (cases.length > 0 && outcomes.at(-1)?.cases === cases.length) return [...cases, end];
  return [...cases, { ...end, error: `${cases.length} cases, then: ${stdout.slice(-200)}` }];
}

function compile(...options: string[]): { status: number | null; stderr: string } {
  const flags = ['-std=gnu11', '-D_GNU_SOURCE', '-O2', '-fPIC', '-isystem', QUICKJS, ...options];
  return spawnSync('gcc', flags, { encoding: 'utf8' });
}

/** Runs a program that imports this copy of the module. */
function load(engine: string, module: string): { status: number | null; stdout: string; stderr: string } {
  const script = join(directory, 'load.js');
  writeFileSync(script, `import { engineVersion } from '${module}';\nprint(engineVersion);\n`);
  return spawnSync(engine, ['-m', script], { encoding: 'utf8' });
}

execFileSync('make', ['--silent', '-C', ROOT, `QUICKJS=${engine}`, 'engine-tests'], {
  env: environment,
  stdio: ['ignore', 'pipe', 'inherit'],
});

afterAll(() => rmSync(directory, { recursive: true }));

const reports = await Promise.all(PROGRAMS.map(async (program) => ({ program, outcomes: await runProgram(program) })));
for (const { program, outcomes } of reports) {
  describe(program, () => {
    for (const { title, error } of outcomes) {
      test(title ?? '', () => expect(error).toBeUndefined());
    }
  });
}

describe('the module, seen from outside', () => {
  const version = readFileSync(join(QUICKJS, 'VERSION'), 'utf8').trim();
  const built = join(ROOT, 'dist/quickjs-ffi.so');
  const qjs = join(QUICKJS, 'qjs');

  test('the module tells the version of the engine that it was compiled for', () => {
    expect(load(qjs, built)).toMatchObject({ status: 0, stdout: `${version}\n` });
  });

  test('a module compiled for another version refuses to load and says what to do', () => {
    const other = join(directory, 'quickjs-ffi.so');
    const sources = ['-shared', '-DQUICKJS_VERSION="1999-12-31"', '-o', other, ...MODULE_SOURCES, '-lmbedcrypto'];
    expect(compile(...sources)).toMatchObject({ status: 0, stderr: '' });
    const { status, stdout, stderr } = load(qjs, other);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(
      'quickjs-ffi.so was compiled for QuickJS 1999-12-31, ' +
        `this engine's version is ${version}: reinstall the pmip package for this QuickJS`,
    );
  });

  test('an engine of another version is told by its own text, and one that names none is refused', () => {
    for (const [text, named] of [
      [`QuickJS version ${version.replace(/./, '1')}`, version.replace(/./, '1')],
      ['QuickJS variant', 'unknown'],
    ] as const) {
      const other = join(directory, 'qjs');
      const image = readFileSync(qjs);
      const at = image.indexOf(`QuickJS version ${version}\n`);
      expect(at).toBeGreaterThan(0);
      image.write(text, at);
      writeFileSync(other, image, { mode: 0o755 });
      const { status, stderr } = load(other, built);
      expect(status).toBe(1);
      expect(stderr).toContain(`this engine's version is ${named}: reinstall`);
    }
  });

  test('the sources compile without a warning', () => {
    const checked = compile('-fsyntax-only', '-DQUICKJS_VERSION="x"', ...WARNINGS, ...MODULE_SOURCES);
    expect(checked).toMatchObject({ status: 0, stderr: '' });
  });

  const has32Bit = compile('-m32', '-fsyntax-only', '-include', 'stdio.h', '-x', 'c', '/dev/null').status === 0;
  test.skipIf(!has32Bit)('the sources compile for 32 bits without a warning', () => {
    const checked = compile('-m32', '-fsyntax-only', '-DQUICKJS_VERSION="x"', ...WARNINGS, ...MODULE_SOURCES);
    expect(checked).toMatchObject({ status: 0, stderr: '' });
  });
});
