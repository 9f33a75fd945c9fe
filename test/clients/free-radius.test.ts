// The client against a real FreeRADIUS, and tshark as the judge of what both said: it hides and signs by the same secret.

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RadiusClient, type RadiusEffect } from '../../src/clients/radius-client.ts';
import { formatIpv4, type Ipv4Address } from '../../src/octets/address.ts';
import { utf8Octets } from '../../src/octets/octets.ts';
import { encodeUdpFrame } from '../../src/wire/frames.ts';
import { decodeRadiusMessage } from '../../src/wire/radius.ts';
import { ip, mac } from '../addresses.ts';
import { digests } from '../digests.ts';
import { hex } from '../hex.ts';
import { seededRandom } from '../random.ts';
import { isTsharkInstalled, pcap, tshark } from '../wire/captures.ts';

const SCRIPT = fileURLToPath(new URL('../lab/lib/free-radius.sh', import.meta.url));
const SECRET = 'a secret of two';
const LOOPBACK = ip('127.0.0.1');
const KNOWN = ip('10.1.0.77');
const UNKNOWN = ip('10.1.0.78');
const WITHOUT_KEY = ip('10.1.0.79');
const KEY = '00112233445566778899aabbccddeeff';
const PATIENCE_MS = 20_000;

const isInstalled = spawnSync('freeradius', ['-v']).status === 0;
if (!isInstalled)
  console.warn('freeradius is not installed: the client was not tried with it (`make lab-prerequisites`)');

describe.skipIf(!isInstalled)('FreeRADIUS', () => {
  const directory = mkdtempSync(join(tmpdir(), 'pmip-free-radius-'));
  let server: ChildProcess | undefined;
  let port = 0;
  let exchange: Exchange;

  beforeAll(async () => {
    port = await freePort();
    const script = `. ${SCRIPT}
      write_free_radius ${directory} 127.0.0.1 ${port} '${SECRET}'
      free_radius_user ${directory} ${formatIpv4(KNOWN)} \\
        'mobileip:spi#1=spi 101 key ascii second' \\
        'mobileip:spi#0=spi 100 key hex ${KEY} replay timestamp algorithm md5 mode prefix-suffix'
      free_radius_user ${directory} ${formatIpv4(WITHOUT_KEY)}`;
    execFileSync('bash', ['-c', script]);
    server = await started(directory);
    exchange = await Exchange.begin(port);
  }, PATIENCE_MS);

  afterAll(() => {
    server?.kill();
    exchange?.end();
    rmSync(directory, { recursive: true });
  });

  test('gives the keys of an address it knows, and none of others', async () => {
    const client = exchange.client(port, SECRET);
    for (const address of [KNOWN, UNKNOWN, WITHOUT_KEY]) client.find(address);
    const effects = await exchange.run(client, (told) => told.filter(({ kind }) => kind === 'answered').length === 3);
    expect(effects.filter(({ kind }) => kind === 'discarded')).toEqual([]);
    expect(client.find(KNOWN)).toEqual([
      { spi: 0x100, key: hex(KEY), algorithm: 'keyed-md5' },
      { spi: 0x101, key: utf8Octets('second'), algorithm: 'keyed-md5' },
    ]);
    expect([client.find(UNKNOWN), client.find(WITHOUT_KEY)]).toEqual([[], []]);
    expect(effects).toContainEqual({ kind: 'unusable', homeAddress: WITHOUT_KEY, fault: 'noPair' });
    expect(client.servers()).toEqual([{ address: LOOPBACK, port, state: 'answers' }]);
  });

  test.skipIf(!isTsharkInstalled())(
    'and the client speak as tshark expects it of them',
    () => {
      const file = join(directory, 'exchange.pcap');
      writeFileSync(file, pcap(exchange.frames));
      const judge = (secret: string) => {
        const preferences = ['-o', `radius.shared_secret:${secret}`, '-o', 'radius.validate_authenticator:TRUE'];
        const names = ['code', 'User_Password', 'Message_Authenticator', 'authenticator.valid', 'Cisco_AVPair'];
        const fields = names.flatMap((name) => ['-e', `radius.${name}`]);
        const as = ['-d', `udp.port==${port},radius`, '-T', 'fields', '-E', 'separator=|', '-e', '_ws.malformed'];
        return tshark(file, [...preferences, ...as, ...fields])
          .trim()
          .split('\n')
          .sort();
      };
      const question = expect.stringMatching(/^\|1\|cisco\|[0-9a-f:]{32,47}\|\|$/);
      const keys = [`mobileip:spi#1=spi 101 key ascii second`, `mobileip:spi#0=spi 100 key hex ${KEY} replay`];
      const rows = judge(SECRET);
      expect(rows.slice(0, 3)).toEqual([question, question, question]);
      expect(rows.slice(3)).toEqual(['|2|||1|', expect.stringContaining(`|2|||1|${keys.join(',')}`), '|3|||1|']);
      expect(judge('another').filter((row) => row.includes('|||1|'))).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    'with another secret shows that it has one',
    async () => {
      const client = exchange.client(port, 'another secret');
      client.find(KNOWN);
      const effects = await exchange.run(client, (told) =>
        told.some((effect) => effect.kind === 'serverChanged' && effect.row.state === 'wrongSecret'),
      );
      expect(client.find(KNOWN)).toBe('awaited');
      expect(effects.some(({ kind }) => kind === 'answered')).toBe(false);
    },
    PATIENCE_MS,
  );
});

/** The client's octets on a socket, its deadlines on a clock. */
class Exchange {
  readonly frames: Uint8Array[] = [];
  readonly #socket: Socket;
  readonly #port: number;

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
  }

  static async begin(port: number): Promise<Exchange> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new Exchange(socket, port);
  }

  client(port: number, secret: string): RadiusClient {
    const client = new RadiusClient(digests, seededRandom(Date.now()));
    client.configure([{ address: LOOPBACK, port, secret: utf8Octets(secret), timeoutMs: 1000, tries: 2 }], LOOPBACK);
    return client;
  }

  run(client: RadiusClient, isOver: (effects: readonly RadiusEffect[]) => boolean): Promise<readonly RadiusEffect[]> {
    const effects: RadiusEffect[] = [];
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const act = (told: readonly RadiusEffect[]) => {
        for (const effect of told) if (effect.kind === 'send') this.#send(effect.octets);
        effects.push(...told);
        clearTimeout(timer);
        const deadline = client.nextDeadline();
        if (isOver(effects)) {
          this.#socket.removeAllListeners('message');
          resolve(effects);
        } else if (deadline !== undefined) {
          timer = setTimeout(() => act(client.deadlineReached(performance.now())), deadline - performance.now() + 1);
        }
      };
      this.#socket.on('message', (octets, { port: sourcePort }) => {
        this.frames.push(frame(octets, sourcePort, this.#socket.address().port));
        const source = { sourceAddress: LOOPBACK, sourcePort };
        act(client.received(decodeRadiusMessage(octets), source, performance.now()));
      });
      act(client.ask(performance.now()));
    });
  }

  end(): void {
    this.#socket.close();
  }

  #send(octets: Uint8Array): void {
    this.frames.push(frame(octets, this.#socket.address().port, this.#port));
    this.#socket.send(octets, this.#port, '127.0.0.1');
  }
}

function frame(octets: Uint8Array, sourcePort: number, destinationPort: number): Uint8Array {
  const ends = { destinationMac: mac('02:00:00:00:00:01'), sourceMac: mac('02:00:00:00:00:02') };
  const addresses: { source: Ipv4Address; destination: Ipv4Address } = { source: LOOPBACK, destination: LOOPBACK };
  return encodeUdpFrame({ ...ends, ...addresses, sourcePort, destinationPort, timeToLive: 64, octets });
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

function started(directory: string): Promise<ChildProcess> {
  const server = spawn('freeradius', ['-f', '-d', directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let output = '';
    server.stdout?.on('data', (text) => {
      output += text;
      if (output.includes('Ready to process requests')) resolve(server);
    });
    server.on('close', () => reject(new Error(`freeradius ended: ${output}`)));
  });
}
