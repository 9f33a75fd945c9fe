import { describe, expect, test } from 'vitest';
import { Resolver, type ResolverEffect } from '../../src/clients/resolver.ts';
import { formatIpv4, type Ipv4Address } from '../../src/octets/address.ts';
import { join, utf8Octets } from '../../src/octets/octets.ts';
import { decodeDnsMessage } from '../../src/wire/dns.ts';
import { ip } from '../addresses.ts';
import { hex } from '../hex.ts';
import { seededRandom } from '../random.ts';

const SERVER = '192.0.2.53';
const OTHER_SERVER = '192.0.2.54';
const NO_HOSTS = '127.0.0.1 localhost\n';
const CODE = { noError: 0, serverFailure: 2, nameError: 3, refused: 5 };

type Sent = Extract<ResolverEffect, { readonly kind: 'send' }>;
type Answer = {
  readonly addresses?: readonly string[];
  readonly ttlSeconds?: number;
  readonly code?: number;
  readonly from?: string;
  readonly port?: number;
};

/** A name server that answers what a test tells it to; all that the resolver wants is written down in words. */
class Scene {
  readonly resolver = new Resolver(seededRandom(1));
  hosts = NO_HOSTS;
  configuration = `nameserver ${SERVER}\n`;
  now = 0;
  sent: Sent[] = [];

  configure(...names: readonly string[]): string[] {
    return this.#said(this.resolver.configure(names, this.now));
  }

  doubt(name: string): string[] {
    return this.#said(this.resolver.doubt(name, this.now));
  }

  /** From deadline to deadline. */
  until(ms: number): string[] {
    const said: string[] = [];
    for (
      let next = this.resolver.nextDeadline();
      next !== undefined && next <= ms;
      next = this.resolver.nextDeadline()
    ) {
      this.now = Math.max(this.now, next);
      said.push(...this.#said(this.resolver.deadlineReached(this.now)));
    }
    this.now = ms;
    return said;
  }

  /** To the latest question. */
  answer({ addresses = [], ttlSeconds = 600, code = CODE.noError, from, port = 53 }: Answer): string[] {
    const sent = this.sent.at(-1);
    if (sent === undefined) throw new Error('nobody has asked');
    const records = addresses.map((address) => {
      const record = hex('c00c 0001 0001 00000000 0004 00000000');
      new DataView(record.buffer).setUint32(6, ttlSeconds);
      new DataView(record.buffer).setUint32(12, ip(address));
      return record;
    });
    const octets = join([sent.octets, ...records]);
    octets.set([0x81, 0x80 + code], 2);
    octets[7] = records.length;
    const source = { sourceAddress: from === undefined ? sent.address : ip(from), sourcePort: port };
    const effects = this.resolver.received(decodeDnsMessage(octets), source, this.now);
    return effects === 'notAsked' ? [effects] : this.#said(effects);
  }

  unreachable(address: string): string[] {
    return this.#said(this.resolver.unreachable(ip(address), this.now));
  }

  #said(effects: readonly ResolverEffect[]): string[] {
    return effects.flatMap((effect) => {
      if (effect.kind === 'filesWanted') {
        const files = [this.hosts, this.configuration].map(utf8Octets) as [Uint8Array, Uint8Array];
        return this.#said(this.resolver.filesRead(...files, this.now));
      }
      if (effect.kind === 'send') this.sent.push(effect);
      return [wordsOf(effect)];
    });
  }
}

function wordsOf(effect: Exclude<ResolverEffect, { readonly kind: 'filesWanted' }>): string {
  const at = (address: Ipv4Address) => formatIpv4(address);
  switch (effect.kind) {
    case 'open':
    case 'close':
      return effect.kind;
    case 'send':
      return `${at(effect.address)}: ${decodeDnsMessage(effect.octets).questions[0]?.name}?`;
    case 'found':
      return `${effect.hostName} is ${at(effect.address)}${effect.isOther ? '' : ', as before'}`;
    case 'notFound':
      return `${effect.hostName}: ${effect.fault}`;
  }
}

const asked = (name: string, server = SERVER) => `${server}: ${name}?`;

describe('a name', () => {
  test('in /etc/hosts is asked of nobody, and looked up there again', () => {
    const scene = new Scene();
    scene.hosts = '10.255.2.2 ap2.campus\n';
    expect(scene.configure('ap2.campus')).toEqual(['ap2.campus is 10.255.2.2']);
    scene.hosts = '10.255.2.9 ap2.campus\n';
    expect(scene.until(299_999)).toEqual([]);
    expect(scene.until(300_000)).toEqual(['ap2.campus is 10.255.2.9']);
  });

  test('is asked of the name server, on a socket that is there only for that', () => {
    const scene = new Scene();
    expect(scene.configure('ap2.campus')).toEqual(['open', asked('ap2.campus')]);
    expect(scene.answer({ addresses: ['10.255.2.2'] })).toEqual(['ap2.campus is 10.255.2.2', 'close']);
    expect(scene.resolver.address('ap2.campus')).toBe(ip('10.255.2.2'));
  });

  test.each([
    ['as long as its time says', 600, 600],
    ['not for less than half a minute', 0, 30],
    ['not for more than an hour', 86_400, 3600],
  ])('that was found is believed %s', (_what, ttlSeconds, seconds) => {
    const scene = new Scene();
    scene.configure('ap2.campus');
    scene.answer({ addresses: ['10.255.2.2'], ttlSeconds });
    expect(scene.until(seconds * 1000 - 1)).toEqual([]);
    expect(scene.until(seconds * 1000)).toEqual(['open', asked('ap2.campus')]);
    expect(scene.answer({ addresses: ['10.255.2.2'] })).toEqual(['close']);
  });

  test('without a dot may be short for others; one with a dot is asked for as it stands first', () => {
    const scene = new Scene();
    scene.configuration = `search campus lan\nnameserver ${SERVER}\n`;
    expect(scene.configure('ap2')).toEqual(['open', asked('ap2.campus')]);
    expect(scene.answer({ code: CODE.nameError })).toEqual([asked('ap2.lan')]);
    expect(scene.answer({})).toEqual([asked('ap2')]);
    expect(scene.answer({ addresses: ['10.255.2.2'] })).toEqual(['ap2 is 10.255.2.2', 'close']);
    expect(scene.configure('a.b')).toEqual(['open', asked('a.b')]);
    expect(scene.answer({ code: CODE.nameError })).toEqual([asked('a.b.campus')]);
  });

  test('with several addresses keeps the one it has; else the lowest is taken, so that all take the same', () => {
    const scene = new Scene();
    scene.configure('ap2.campus');
    scene.answer({ addresses: ['10.255.2.2', '10.1.0.3', '127.0.0.1', '0.0.0.0'], ttlSeconds: 60 });
    expect(scene.resolver.address('ap2.campus')).toBe(ip('10.1.0.3'));
    scene.until(60_000);
    expect(scene.answer({ addresses: ['10.1.0.2', '10.1.0.3'], ttlSeconds: 60 })).toEqual(['close']);
    scene.until(120_000);
    expect(scene.answer({ addresses: ['10.1.0.2'] })).toEqual(['ap2.campus is 10.1.0.2', 'close']);
  });

  test('that is not wanted any more is forgotten with all that was under way', () => {
    const scene = new Scene();
    scene.configure('ap2.campus');
    expect(scene.configure()).toEqual(['close']);
    expect(scene.resolver.nextDeadline()).toBeUndefined();
    expect(scene.answer({ addresses: ['10.255.2.2'] })).toEqual(['notAsked']);
  });
});

describe('a name that is not found', () => {
  test.each([
    ['noServer', 'there is no name server', '', {}],
    ['noSuchName', 'the server knows no such name', undefined, { code: CODE.nameError }],
    ['noAddress', 'the name has no address', undefined, {}],
    ['noAddress', 'the name has a loopback address', undefined, { addresses: ['127.0.1.1'] }],
  ])('%s: %s', (fault, _what, configuration, answer) => {
    const scene = new Scene();
    scene.configuration = configuration ?? scene.configuration;
    const first = scene.configure('ap2.campus');
    expect(configuration === '' ? first : scene.answer(answer)).toContain(`ap2.campus: ${fault}`);
    // It is said once, and asked for again after 2, 4, 8 ... seconds.
    const again = scene.until(2000);
    expect(configuration === '' ? again : scene.answer(answer)).toEqual(configuration === '' ? [] : ['close']);
    expect(scene.resolver.nextDeadline()).toBe(6000);
  });

  test('silent: each server is asked twice, in turn', () => {
    const scene = new Scene();
    scene.configuration = `nameserver ${SERVER}\nnameserver ${OTHER_SERVER}\n`;
    scene.configure('ap2.campus');
    expect(scene.until(7999)).toEqual([
      asked('ap2.campus', OTHER_SERVER),
      asked('ap2.campus'),
      asked('ap2.campus', OTHER_SERVER),
    ]);
    expect(scene.until(8000)).toEqual(['ap2.campus: silent', 'close']);
  });

  test('refused: the next server is asked at once', () => {
    const scene = new Scene();
    scene.configuration = `nameserver ${SERVER}\nnameserver ${OTHER_SERVER}\n`;
    scene.configure('ap2.campus');
    expect(scene.answer({ code: CODE.serverFailure })).toEqual([asked('ap2.campus', OTHER_SERVER)]);
    expect(scene.answer({ code: CODE.refused })).toEqual([asked('ap2.campus')]);
    expect(scene.answer({ code: CODE.refused })).toEqual([asked('ap2.campus', OTHER_SERVER)]);
    expect(scene.answer({ code: CODE.refused })).toEqual(['ap2.campus: refused', 'close']);
  });

  test('a server that is not there is passed over at once, unless it is the only one', () => {
    const scene = new Scene();
    scene.configure('ap2.campus');
    expect(scene.unreachable(SERVER)).toEqual([]);
    scene.configure();
    scene.configuration = `nameserver ${SERVER}\nnameserver ${OTHER_SERVER}\n`;
    scene.configure('ap3.campus');
    expect(scene.unreachable('192.0.2.99')).toEqual([]);
    expect(scene.unreachable(SERVER)).toEqual([asked('ap3.campus', OTHER_SERVER)]);
  });

  test('keeps the address it had, and is told of when it is found again', () => {
    const scene = new Scene();
    scene.configure('ap2.campus');
    scene.answer({ addresses: ['10.255.2.2'], ttlSeconds: 30 });
    expect(scene.until(34_000)).toContain('ap2.campus: silent');
    expect(scene.resolver.address('ap2.campus')).toBe(ip('10.255.2.2'));
    scene.until(36_000);
    expect(scene.answer({ addresses: ['10.255.2.2'] })).toEqual(['ap2.campus is 10.255.2.2, as before', 'close']);
    // The next failure is asked about as soon as the first one was.
    scene.until(36_000 + 600_000);
    scene.answer({ code: CODE.nameError });
    expect(scene.resolver.nextDeadline()).toBe(636_000 + 2000);
  });

  test('rests for five minutes at most', () => {
    const scene = new Scene();
    scene.configuration = '';
    scene.configure('ap2.campus');
    scene.until(10_000_000);
    const next = scene.resolver.nextDeadline() ?? 0;
    expect(next - 10_000_000).toBeLessThanOrEqual(300_000);
    scene.until(next);
    expect(scene.resolver.nextDeadline()).toBe(next + 300_000);
  });
});

describe('what is not believed', () => {
  test.each([
    ['another server', { from: '192.0.2.99' }],
    ['another port', { port: 5353 }],
  ])('an answer from %s', (_what, from) => {
    const scene = new Scene();
    scene.configure('ap2.campus');
    expect(scene.answer({ addresses: ['10.9.9.9'], ...from })).toEqual(['notAsked']);
    expect(scene.resolver.address('ap2.campus')).toBeUndefined();
  });

  test('an answer to an earlier try', () => {
    const scene = new Scene();
    scene.configure('ap2.campus');
    const [first] = scene.sent;
    scene.until(2000);
    expect(first === undefined ? undefined : scene.sent.push(first)).toBe(3);
    expect(scene.answer({ addresses: ['10.9.9.9'] })).toEqual(['notAsked']);
  });
});

describe('a name whose owner does not answer at its address', () => {
  test('is looked up at once, but not again and again', () => {
    const scene = new Scene();
    scene.configure('ap2.campus');
    scene.answer({ addresses: ['10.255.2.2'] });
    scene.until(5000);
    expect(scene.doubt('ap2.campus')).toEqual([]);
    expect(scene.until(9999)).toEqual([]);
    expect(scene.until(10_000)).toEqual(['open', asked('ap2.campus')]);
    expect(scene.doubt('ap2.campus')).toEqual([]);
    expect(scene.answer({ addresses: ['10.255.2.9'] })).toEqual(['ap2.campus is 10.255.2.9', 'close']);
    scene.until(30_000);
    expect(scene.doubt('ap2.campus')).toEqual(['open', asked('ap2.campus')]);
  });

  test('is looked up as soon when the configuration is read again', () => {
    const scene = new Scene();
    scene.hosts = '10.255.2.2 ap2.campus\n';
    scene.configure('ap2.campus');
    scene.hosts = '10.255.2.9 ap2.campus\n';
    scene.until(20_000);
    expect(scene.configure('ap2.campus')).toEqual(['ap2.campus is 10.255.2.9']);
    expect(scene.configure('ap2.campus')).toEqual([]);
  });

  test('of a name that nobody has configured nothing is asked', () => {
    expect(new Scene().doubt('ap2.campus')).toEqual([]);
  });
});
