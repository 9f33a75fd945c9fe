// The client with servers that answer, are silent, or have another secret. The real ones are in free-radius.test.ts.

import { describe, expect, test } from 'vitest';
import { RadiusClient, type RadiusEffect } from '../../src/clients/radius-client.ts';
import type { RadiusServer } from '../../src/clients/radius-server.ts';
import { formatIpv4, type Ipv4Address } from '../../src/octets/address.ts';
import { utf8Octets, utf8Text } from '../../src/octets/octets.ts';
import { decodeRadiusMessage, RADIUS_ATTRIBUTE } from '../../src/wire/radius.ts';
import { ip } from '../addresses.ts';
import { digests } from '../digests.ts';
import { seededRandom } from '../random.ts';
import { type AnswerFields, ciscoAvPair, radiusAnswer, sessionTimeout } from '../wire/radius-answers.ts';

const SECRET = utf8Octets('between us');
const PHONE = ip('10.1.0.77');
const OTHER = ip('10.1.0.78');
const KEY = [ciscoAvPair('mobileip:spi#0=spi 100 key ascii 0987654 algorithm md5 mode hmac')];
const ASSOCIATION = { spi: 0x100, key: utf8Octets('0987654'), algorithm: 'hmac-md5' };
const REJECT = { code: 3 };

const first: RadiusServer = { address: ip('192.0.2.1'), port: 1812, secret: SECRET, timeoutMs: 3000, tries: 3 };
const second: RadiusServer = { ...first, address: ip('192.0.2.2') };

type Sent = Extract<RadiusEffect, { readonly kind: 'send' }>;

class Scene {
  readonly client = new RadiusClient(digests, seededRandom(1));

  constructor(...servers: readonly RadiusServer[]) {
    this.client.configure(servers, ip('10.2.0.1'));
  }

  /** Somebody looks for these keys. */
  want(ms: number, ...addresses: readonly Ipv4Address[]): RadiusEffect[] {
    for (const address of addresses) this.client.find(address);
    return this.client.ask(ms);
  }

  answer(ms: number, sent: Sent, fields: Partial<AnswerFields> & { readonly from?: Ipv4Address } = {}): RadiusEffect[] {
    const message = decodeRadiusMessage(radiusAnswer(sent.octets, { secret: SECRET, ...fields }));
    return this.client.received(message, { sourceAddress: fields.from ?? sent.address, sourcePort: sent.port }, ms);
  }

  /** Time goes on from deadline to deadline; all that happened until then. */
  until(ms: number): RadiusEffect[] {
    const effects: RadiusEffect[] = [];
    for (let next = this.client.nextDeadline(); next !== undefined && next <= ms; next = this.client.nextDeadline()) {
      effects.push(...this.client.deadlineReached(next));
    }
    return effects;
  }

  states(): string[] {
    return this.client.servers().map(({ state }) => state);
  }
}

const sentOf = (effects: readonly RadiusEffect[]): Sent[] => effects.filter((effect) => effect.kind === 'send');
const othersOf = (effects: readonly RadiusEffect[]) => effects.filter((effect) => effect.kind !== 'send');
const only = (effects: readonly RadiusEffect[]): Sent => {
  const sent = sentOf(effects);
  if (sent.length !== 1 || sent[0] === undefined) throw new Error(`${sent.length} were sent`);
  return sent[0];
};
const userNameOf = ({ octets }: Sent) => {
  const { attributes } = decodeRadiusMessage(octets);
  return utf8Text(attributes.find(({ type }) => type === RADIUS_ATTRIBUTE.userName)?.data ?? new Uint8Array(0));
};
const isSigned = ({ octets }: Sent) => decodeRadiusMessage(octets).attributes[0]?.type === 80;

describe('a key that is looked for', () => {
  test('is awaited, asked for once, and found when the server has answered', () => {
    const scene = new Scene(first, second);
    expect(scene.client.find(PHONE)).toBe('awaited');
    const sent = only(scene.want(0, PHONE));
    expect([sent.address, sent.port, userNameOf(sent)]).toEqual([first.address, 1812, '10.1.0.77']);
    expect(scene.want(1, PHONE)).toEqual([]);
    expect(scene.states()).toEqual(['unasked', 'unasked']);
    expect(scene.answer(10, sent, { attributes: KEY })).toEqual([
      { kind: 'serverChanged', row: { address: first.address, port: 1812, state: 'answers' } },
      { kind: 'answered', homeAddress: PHONE, hasKey: true },
    ]);
    expect(scene.client.find(PHONE)).toEqual([ASSOCIATION]);
    expect(scene.want(20, PHONE)).toEqual([]);
    expect(scene.client.nextDeadline()).toBeUndefined();
  });

  test('that the server does not have is not there, and asked for again after five minutes only if it is still wanted', () => {
    const scene = new Scene(first);
    expect(othersOf(scene.answer(10, only(scene.want(0, PHONE)), REJECT))).toContainEqual({
      kind: 'answered',
      homeAddress: PHONE,
      hasKey: false,
    });
    expect(scene.client.find(PHONE)).toEqual([]);
    expect(scene.want(299_000, PHONE)).toEqual([]);
    expect(scene.until(300_010)).toEqual([{ kind: 'outdated', homeAddress: PHONE }]);
    expect(scene.client.ask(300_020)).toEqual([]);
    const again = only(scene.want(300_030, PHONE));
    expect(scene.client.find(PHONE)).toEqual([]);
    expect(scene.answer(300_040, again, REJECT)).toEqual([]);
    expect(scene.until(600_039)).toEqual([]);
    expect(scene.until(600_040)).toEqual([{ kind: 'outdated', homeAddress: PHONE }]);
  });

  test.each([
    ['an hour where the server says nothing', [], 3600],
    ["the server's Session-Timeout", [sessionTimeout(120)], 120],
    ['a minute at least', [sessionTimeout(1)], 60],
    ['a day at most', [sessionTimeout(0xffffffff)], 86_400],
  ])('is asked for again after %s, and holds until then', (_what, attributes, seconds) => {
    const scene = new Scene(first);
    scene.answer(0, only(scene.want(0, PHONE)), { attributes: [...KEY, ...attributes] });
    expect(scene.want(seconds * 1000 - 1, PHONE)).toEqual([]);
    const again = only(scene.want(seconds * 1000, PHONE));
    expect(scene.client.find(PHONE)).toEqual([ASSOCIATION]);
    expect(scene.answer(seconds * 1000 + 10, again, { attributes: KEY })).toEqual([]);
    const other = [ciscoAvPair('mobileip:spi#0=spi 101 key ascii other')];
    const third = only(scene.want(2 * 86_400_000, PHONE));
    expect(othersOf(scene.answer(2 * 86_400_010, third, { attributes: other }))).toEqual([
      { kind: 'answered', homeAddress: PHONE, hasKey: true },
    ]);
    expect(scene.client.find(PHONE)).toMatchObject([{ spi: 0x101 }]);
  });

  test('that was known holds while no server answers', () => {
    const scene = new Scene(first);
    scene.answer(0, only(scene.want(0, PHONE)), { attributes: KEY });
    scene.want(3_600_000, PHONE);
    scene.until(3_700_000);
    expect(scene.states()).toEqual(['silent']);
    expect(scene.client.find(PHONE)).toEqual([ASSOCIATION]);
  });

  test.each([
    ['no pair', { attributes: [] }, 'noPair'],
    ['a pair that makes no sense', { attributes: [ciscoAvPair('mobileip:spi#0=spi 100')] }, 'key'],
    ['a challenge', { code: 11 }, 'noAccess'],
  ])('is of no use with %s', (_what, fields, fault) => {
    const scene = new Scene(first);
    const effects = scene.answer(10, only(scene.want(0, PHONE)), fields);
    expect(effects).toContainEqual({ kind: 'unusable', homeAddress: PHONE, fault });
    expect(scene.client.find(PHONE)).toEqual([]);
  });
});

describe('a server that is silent', () => {
  test('gets the same octets thrice, then one question that is not signed; then the next server is asked', () => {
    const scene = new Scene(first, second);
    const sent = only(scene.want(0, PHONE));
    expect(scene.client.nextDeadline()).toBe(3000);
    expect(scene.until(6000)).toEqual([sent, sent]);
    const effects = scene.until(9000);
    const [probe, next] = sentOf(effects);
    expect(othersOf(effects)).toEqual([
      { kind: 'serverChanged', row: { address: first.address, port: 1812, state: 'silent' } },
    ]);
    expect([probe?.address, next?.address]).toEqual([first.address, second.address]);
    expect([probe, next].map((each) => each && isSigned(each))).toEqual([false, true]);
    expect(next && decodeRadiusMessage(next.octets).authenticator).not.toEqual(
      decodeRadiusMessage(sent.octets).authenticator,
    );
    expect(next && scene.answer(9010, next, { attributes: KEY })).toContainEqual({
      kind: 'answered',
      homeAddress: PHONE,
      hasKey: true,
    });
    expect(scene.states()).toEqual(['silent', 'answers']);
  });

  test('is left alone for half a minute, and then gets one question until it answers', () => {
    const scene = new Scene(first);
    scene.want(0, PHONE, OTHER);
    scene.until(9000);
    expect(scene.want(9001, ip('10.1.0.79'))).toEqual([]);
    expect(scene.client.find(PHONE)).toBe('awaited');
    expect(scene.until(38_999)).toEqual([]);
    const canary = only(scene.until(39_000));
    const rest = scene.answer(39_010, canary, { attributes: KEY });
    expect(othersOf(rest).map(({ kind }) => kind)).toEqual(['serverChanged', 'answered']);
    const names = [canary, ...sentOf(rest)].map(userNameOf).sort();
    expect(names).toEqual(['10.1.0.77', '10.1.0.78', '10.1.0.79']);
  });

  test('where nothing listens is known at once', () => {
    const scene = new Scene(first, second);
    scene.want(0, PHONE);
    const effects = scene.client.unreachable(first.address, 1812, 5);
    expect(only(effects).address).toBe(second.address);
    expect(scene.states()).toEqual(['unreachable', 'unasked']);
    expect(scene.client.unreachable(first.address, 1812, 6)).toEqual([]);
    expect(scene.client.unreachable(ip('192.0.2.9'), 1812, 7)).toEqual([]);
  });

  test('to one question but not to others is asked for the others, and that one has no key', () => {
    const scene = new Scene(first);
    scene.want(0, PHONE);
    scene.answer(5000, only(scene.want(4000, OTHER)), { attributes: KEY });
    expect(othersOf(scene.until(9000))).toEqual([
      { kind: 'answered', homeAddress: PHONE, hasKey: false },
      { kind: 'unusable', homeAddress: PHONE, fault: 'noAnswer' },
    ]);
    expect(scene.states()).toEqual(['answers']);
  });
});

describe('another secret', () => {
  test('of a server that drops what is signed with it shows in what it says to a question that is not', () => {
    const scene = new Scene(first);
    scene.want(0, PHONE);
    const probe = sentOf(scene.until(9000)).find((each) => !isSigned(each));
    if (probe === undefined) throw new Error('there was no such question');
    expect(scene.answer(9010, probe, { secret: utf8Octets('not ours'), ...REJECT })).toEqual([
      { kind: 'serverChanged', row: { address: first.address, port: 1812, state: 'wrongSecret' } },
    ]);
    expect(scene.client.find(PHONE)).toBe('awaited');
    // It stays so while nothing else is heard.
    scene.until(60_000);
    expect(scene.states()).toEqual(['wrongSecret']);
    const later = scene.until(80_000);
    const canary = sentOf(later).find(isSigned);
    expect(canary && othersOf(scene.answer(80_010, canary, { attributes: KEY })).map(({ kind }) => kind)).toEqual([
      'serverChanged',
      'answered',
    ]);
  });

  test('of a server that answers all the same is never believed, and told when the tries are over', () => {
    const scene = new Scene(first);
    const sent = only(scene.want(0, PHONE));
    for (const code of [2, 3]) {
      expect(scene.answer(10, sent, { secret: utf8Octets('not ours'), code, attributes: KEY })).toEqual([
        { kind: 'discarded', reason: 'badAuthenticator' },
      ]);
    }
    expect(scene.client.find(PHONE)).toBe('awaited');
    expect(scene.states()).toEqual(['unasked']);
    expect(othersOf(scene.until(9000))).toMatchObject([{ kind: 'serverChanged', row: { state: 'wrongSecret' } }]);
  });

  test('a good answer to the question that is not signed brings no key, but the server is asked again', () => {
    const scene = new Scene(first);
    scene.want(0, PHONE);
    const probe = sentOf(scene.until(9000)).find((each) => !isSigned(each));
    const effects = probe === undefined ? [] : scene.answer(9010, probe, { attributes: KEY });
    expect(scene.client.find(PHONE)).toBe('awaited');
    expect(isSigned(only(effects))).toBe(true);
    expect(scene.states()).toEqual(['answers']);
  });
});

describe('an answer is not believed', () => {
  test('from another address or port, twice, or to nothing', () => {
    const scene = new Scene(first, second);
    const sent = only(scene.want(0, PHONE));
    const notAsked = [{ kind: 'discarded', reason: 'notAsked' }];
    expect(scene.answer(1, sent, { from: second.address, attributes: KEY })).toEqual(notAsked);
    expect(scene.answer(1, sent, { from: ip('192.0.2.3'), attributes: KEY })).toEqual(notAsked);
    expect(scene.answer(1, { ...sent, port: 1813 }, { attributes: KEY })).toEqual(notAsked);
    scene.answer(2, sent, { attributes: KEY });
    expect(scene.answer(3, sent, { attributes: KEY })).toEqual(notAsked);
  });

  test('without a Message-Authenticator once the server has given one, nor with a bad one', () => {
    const scene = new Scene(first);
    scene.answer(10, only(scene.want(0, PHONE)), { attributes: KEY, isSigned: true });
    const sent = only(scene.want(20, OTHER));
    expect(scene.answer(30, sent, { attributes: KEY })).toEqual([
      { kind: 'discarded', reason: 'missingAuthenticator' },
    ]);
    expect(scene.client.find(OTHER)).toBe('awaited');
    expect(othersOf(scene.answer(40, sent, { attributes: KEY, isSigned: true }))).toHaveLength(1);
  });
});

describe('the configuration', () => {
  test('without servers has no keys and asks nobody', () => {
    const scene = new Scene();
    expect(scene.want(0, PHONE)).toEqual([]);
    expect(scene.client.find(PHONE)).toEqual([]);
    expect(scene.client.isConfigured).toBe(false);
  });

  test('with other servers asks them for what was asked, and for what is known when it is wanted', () => {
    const scene = new Scene(first);
    scene.answer(10, only(scene.want(0, PHONE)), { attributes: KEY });
    scene.want(20, OTHER);
    expect(scene.client.configure([first], ip('10.2.0.1'))).toEqual([]);
    expect(scene.want(25, PHONE, OTHER)).toEqual([]);
    expect(scene.client.configure([second], ip('10.2.0.1'))).toEqual([]);
    expect(scene.client.find(PHONE)).toEqual([ASSOCIATION]);
    const sent = sentOf(scene.want(30));
    expect(sent.map((each) => [formatIpv4(each.address), userNameOf(each)]).sort()).toEqual([
      ['192.0.2.2', '10.1.0.77'],
      ['192.0.2.2', '10.1.0.78'],
    ]);
  });

  test('without servers any more forgets all, and says of what', () => {
    const scene = new Scene(first);
    scene.answer(10, only(scene.want(0, PHONE)), { attributes: KEY });
    scene.want(20, OTHER);
    expect(scene.client.configure([], undefined)).toEqual([
      { kind: 'outdated', homeAddress: PHONE },
      { kind: 'outdated', homeAddress: OTHER },
    ]);
    expect(scene.client.find(PHONE)).toEqual([]);
    expect(scene.client.nextDeadline()).toBeUndefined();
  });
});

test('thousands of addresses are asked for a few at a time, and not more than a thousand wait', () => {
  const scene = new Scene(first);
  const addresses = Array.from({ length: 3000 }, (_, index) => (ip('10.3.0.0') + index) as Ipv4Address);
  let sent = sentOf(scene.want(0, ...addresses));
  expect(sent).toHaveLength(64);
  expect(new Set(sent.map(({ octets }) => octets[1])).size).toBe(64);
  let asked = sent.length;
  for (let ms = 10; sent.length > 0; ms += 10) {
    sent = sent.flatMap((each) => sentOf(scene.answer(ms, each, { attributes: KEY })));
    asked += sent.length;
  }
  expect(asked).toBe(1000);
});
