// On the processors of routers, in emulation: big-endian MIPS and 32-bit ARM. `make test` builds engine and module for them
// before. qemu-user knows no AF_PACKET option, no nfnetlink and no ICMP filter, and passes netlink on with a wrong byte order
// here and there; so what needs these is seen on this machine's processor alone, and here that the daemon bears it.

import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleProgram, bundleTests, portableTests } from './portable-tests.ts';

type Outcome = { readonly title?: string; readonly error?: string; readonly cases?: number };
type Report = {
  readonly count: number;
  readonly failures: readonly { readonly title: string; readonly error: string }[];
};

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PATIENCE_MS = 300_000;
const PROCESSORS = [
  { processor: 'mips', triplet: 'mips-linux-gnu', facts: 'big-endian, 32 bits, mips errno' },
  { processor: 'arm', triplet: 'arm-linux-gnueabihf', facts: 'little-endian, 32 bits, generic errno' },
];
/** What these programs ask of the kernel reaches it through qemu-user, but for these cases. */
const ENGINE_PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  arguments: [],
  digests: [],
  // It is the emulator's name that stands there.
  files: ['a file of /proc, which tells no length, is read'],
  streams: ['every descriptor is opened non-blocking and close-on-exec'],
};
const CONFIGURATION = `config pmip 'main'
	option enabled '1'
config bridge 'lan'
	option device 'br-lan'
	list ssid 'PMIP'
config secure_node
	option start '10.1.0.2'
	option spi '102'
	option ascii '0987654'
	option colour 'blue'
`;

const isBuilt = PROCESSORS.every(({ processor }) => existsSync(join(placeOf(processor), 'dist/quickjs-ffi.so')));
if (!isBuilt) console.warn('nothing is built for other processors, so nothing was tried on them (`make processors`)');

describe.skipIf(!isBuilt).each(PROCESSORS)('on $processor', ({ processor, triplet, facts }) => {
  const place = placeOf(processor);
  const directory = mkdtempSync(join(tmpdir(), 'pmip-processor-'));

  beforeAll(async () => {
    const tests = await portableTests(['octets', 'wire']);
    await bundleTests(tests, join(place, 'build/tests.js'), '../dist/quickjs-ffi.so');
    await bundleProgram('src/main.ts', join(place, 'dist/pmip.js'), './quickjs-ffi.so');
    for (const name of Object.keys(ENGINE_PROGRAMS)) {
      const outfile = join(place, `build/engine/${name}.js`);
      await bundleProgram(`test/engine/${name}.engine.ts`, outfile, '../../dist/quickjs-ffi.so');
    }
    // The emulator looks here first.
    const configuration = join(place, 'compiler/usr', triplet, 'etc/config/pmip');
    mkdirSync(dirname(configuration), { recursive: true });
    writeFileSync(configuration, CONFIGURATION);
  }, PATIENCE_MS);

  afterAll(() => rmSync(directory, { recursive: true }));

  test('the engine is for that processor, and the module knows it', async () => {
    const program = join(place, 'build/facts.js');
    writeFileSync(
      program,
      `import { errnoNumbers } from '../dist/quickjs-ffi.so';
      const isLittle = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
      print(isLittle ? 'little-endian' : 'big-endian', '32 bits', errnoNumbers + ' errno');`,
    );
    expect((await run(place, [program])).trim().split(' ').join(' ')).toBe(facts.replaceAll(',', ''));
  });

  test(
    'whatever of the wire does not need Node.js reads and writes as it does here',
    async () => {
      const { count, failures } = JSON.parse(await run(place, [join(place, 'build/tests.js')])) as Report;
      expect(failures).toEqual([]);
      expect(count).toBeGreaterThan(800);
    },
    PATIENCE_MS,
  );

  test.each(Object.entries(ENGINE_PROGRAMS))(
    'the module does what %s.engine.ts asks of it',
    async (name, exceptions) => {
      const output = await run(place, [join(place, `build/engine/${name}.js`), directory]);
      const outcomes = output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Outcome);
      const cases = outcomes.filter(({ title }) => title !== undefined && !exceptions.includes(title));
      expect(cases.filter(({ error }) => error !== undefined)).toEqual([]);
      expect(cases.length).toBeGreaterThan(4);
      expect(outcomes.at(-1)?.cases).toBe(outcomes.length - 1);
    },
    PATIENCE_MS,
  );

  test(
    'the daemon starts, says what is wrong and what is missing, goes on, and ends when it is told to',
    async () => {
      const { status, text } = await daemonOn(place);
      expect(text).toContain('pmip.@secure_node[0].colour: unknown option');
      expect(text).toContain('ubusd does not answer');
      expect(text).toContain('netlink (netfilter) does not work');
      expect(text).not.toContain('an error in pmip itself');
      expect(text).toContain('stopping: taking back what the kernel was given');
      expect([0, 1]).toContain(status);
    },
    PATIENCE_MS,
  );
});

function placeOf(processor: string): string {
  return join(ROOT, 'build/processors', processor);
}

/** What the program prints. It has a network of its own. */
function run(place: string, program: readonly string[]): Promise<string> {
  const network = [...namespace(), 'sh', '-c', 'ip link set lo up; exec "$0" "$@"'];
  const command = [...network, join(place, 'run'), '--no-unhandled-rejection', '-m', ...program];
  return new Promise((resolve, reject) => {
    execFile('unshare', command, { timeout: PATIENCE_MS, maxBuffer: 2 ** 24 }, (failure, stdout, stderr) => {
      if (failure === null) resolve(stdout);
      else reject(new Error(`${failure.message}\n${stderr}\n${stdout.slice(-500)}`));
    });
  });
}

/** Told to end as soon as it has said that ubusd is missing, which is when it has started. */
function daemonOn(place: string): Promise<{ status: number | null; text: string }> {
  const bridge =
    'ip link set lo up; ip link add br-lan type bridge; ip addr add 10.1.0.1/24 dev br-lan; ip link set br-lan up';
  const command = [...namespace(), 'sh', '-c', `${bridge}; exec "$0" -m "$1" daemon`];
  const daemon = spawn('unshare', [...command, join(place, 'run'), join(place, 'dist/pmip.js')]);
  return new Promise((resolve) => {
    let text = '';
    let isTold = false;
    daemon.stderr.on('data', (octets) => {
      text += octets;
      if (isTold || !text.includes('ubusd does not answer')) return;
      isTold = true;
      setTimeout(() => daemon.kill(), 3000);
    });
    daemon.on('close', (status) => resolve({ status, text }));
  });
}

function namespace(): string[] {
  return [...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--net'];
}
