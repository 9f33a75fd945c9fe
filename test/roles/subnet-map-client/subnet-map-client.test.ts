import { expect, test } from 'vitest';
import type {
  SubnetMapClientConfiguration,
  SubnetMapClientEffect,
} from '../../../src/roles/subnet-map-client/events.ts';
import { SubnetMapClient } from '../../../src/roles/subnet-map-client/subnet-map-client.ts';
import { decodeMapMessage, type MapBody, type MapMessage } from '../../../src/wire/subnet-map.ts';
import { encodeMapMessage, helloKey, sessionKey } from '../../../src/wire/subnet-map-keys.ts';
import { ip } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { hex } from '../../hex.ts';
import { AUTHORITY, REPORTER, record, reporterNumber } from '../../wire/map-messages.ts';
import { at } from '../moments.ts';

const [FIRST, SECOND] = [ip('192.0.2.1'), ip('192.0.2.2')];
const secret = hex('00112233445566778899aabbccddeeff');
const configuration: SubnetMapClientConfiguration = {
  accessPoint: REPORTER,
  secret,
  authorities: [FIRST, SECOND],
  claims: record.claims,
  isDirectoryUsed: true,
  mostRecords: 3,
};
const others = [2, 3, 4].map((number) => ({ ...record, reporter: reporterNumber(number) }));

/** A client, and an authoritative access point whose words are written down here. */
class Talk {
  readonly client = new SubnetMapClient(digests, () => 0.5);
  #key: Uint8Array = helloKey(secret, digests);
  #session = 0n;
  #sequence = 0;

  constructor(changes: Partial<SubnetMapClientConfiguration> = {}) {
    this.client.handle({ kind: 'configured', configuration: { ...configuration, ...changes } }, at(0));
  }

  wake(ms: number): SubnetMapClientEffect[] {
    return this.client.handle({ kind: 'deadlineReached' }, at(ms));
  }

  open(ms: number): SubnetMapClientEffect[] {
    const nonce = 0x8000000080000000n;
    const body = { kind: 'challenge', session: 5n } as const;
    const header = { sender: AUTHORITY, isOfCalled: true, isOfAuthority: false, session: nonce, sequence: 0 };
    const octets = encodeMapMessage(header, body, helloKey(secret, digests), digests);
    this.#session = 5n;
    this.#sequence = 0;
    this.#key = sessionKey(secret, { caller: REPORTER, called: AUTHORITY, nonce, session: 5n }, digests);
    return this.client.handle({ kind: 'mapMessageReceived', message: read(octets), sourceAddress: FIRST }, at(ms));
  }

  says(body: MapBody, ms: number): SubnetMapClientEffect[] {
    this.#sequence += 1;
    const session = this.#session;
    const header = { sender: AUTHORITY, isOfCalled: true, isOfAuthority: false, session, sequence: this.#sequence };
    const message = read(encodeMapMessage(header, body, this.#key, digests));
    return this.client.handle({ kind: 'mapMessageReceived', message, sourceAddress: FIRST }, at(ms));
  }
}

function read(octets: Uint8Array): MapMessage {
  const message = decodeMapMessage(octets);
  if (message.kind !== 'mapMessage') throw new Error(message.kind);
  return message;
}

function sent(effects: readonly SubnetMapClientEffect[]): [string, number][] {
  return effects.flatMap((effect): [string, number][] =>
    effect.kind === 'mapMessageSent' ? [[read(effect.octets).body.kind, effect.destination & 255]] : [],
  );
}

const page = (changes: Partial<Extract<MapBody, { kind: 'records' }>>) =>
  ({ kind: 'records', begins: false, ends: false, isSettled: true, records: [], ...changes }) as const;

test('asks the first one three times, then the second, then rests', () => {
  const talk = new Talk();
  const asked = [0, 400, 1200, 2800, 3200, 4000, 5600, 7600].map((ms) => sent(talk.wake(ms)));
  expect(asked).toEqual([
    [],
    [['hello', 1]],
    [['hello', 1]],
    [['hello', 2]],
    [['hello', 2]],
    [['hello', 2]],
    [],
    [['hello', 1]],
  ]);
});

test('reports at once when it is answered, and every half minute', () => {
  const talk = new Talk();
  const opened = talk.open(5);
  expect(opened).toContainEqual({ kind: 'report', report: { kind: 'authorityReached', address: FIRST } });
  expect(sent(opened)).toEqual([['report', 1]]);
  talk.says({ kind: 'acknowledgment', acknowledged: 1, generation: 1 }, 6);
  expect(talk.client.nextDeadline()).toBe(30_005);
  expect(sent(talk.wake(30_005))).toEqual([['report', 1]]);
  expect(talk.client.authority()).toEqual({ address: FIRST, answers: true });
});

test('without an answer to its report it turns to the next one, and says so', () => {
  const talk = new Talk();
  talk.open(5);
  for (const ms of [405, 1205]) talk.wake(ms);
  const effects = talk.wake(2805);
  expect(effects).toContainEqual({ kind: 'report', report: { kind: 'authorityLost', address: FIRST } });
  expect(sent(effects)).toEqual([['hello', 2]]);
});

test('takes a whole map in pages; what is not in it goes an hour later', () => {
  const talk = new Talk();
  talk.client.handle({ kind: 'mapRestored', records: others.slice(0, 1) }, at(1));
  talk.open(5);
  const effects = talk.says(page({ begins: true, records: others.slice(1, 2) }), 6);
  expect(effects.map(({ kind }) => kind)).toEqual(['mapMessageSent', 'mapChanged']);
  talk.says(page({ ends: true, records: others.slice(2, 3) }), 7);
  const known = () => [...talk.client.records()].map(({ reporter }) => reporter);
  expect(known()).toEqual([reporterNumber(2), reporterNumber(3), reporterNumber(4)]);
  talk.says({ kind: 'acknowledgment', acknowledged: 1, generation: 1 }, 8);
  talk.wake(3_599_000);
  talk.says({ kind: 'acknowledgment', acknowledged: 4, generation: 1 }, 3_599_001);
  expect(known().length).toBe(3);
  talk.wake(3_640_000);
  expect(known()).toEqual([reporterNumber(3), reporterNumber(4)]);
});

test('of two words of a reporter under one number the one counts that is told now', () => {
  const talk = new Talk();
  talk.open(5);
  const [one] = others;
  if (one === undefined) throw new Error('no record');
  const other = { ...one, claims: [] };
  for (const [index, told] of [one, other, one].entries()) {
    const effects = talk.says(page({ records: [told] }), 6 + index);
    expect(effects.map(({ kind }) => kind)).toContain('mapChanged');
    expect(talk.client.table().get(one.reporter)).toEqual(told);
  }
  expect(talk.says(page({ records: [one] }), 10).map(({ kind }) => kind)).not.toContain('mapChanged');
});

test('of one that is not settled, what it does not know is no news', () => {
  const talk = new Talk();
  talk.client.handle({ kind: 'mapRestored', records: others.slice(0, 1) }, at(1));
  talk.open(5);
  talk.says(page({ begins: true, ends: true, isSettled: false }), 6);
  talk.says({ kind: 'acknowledgment', acknowledged: 1, generation: 1 }, 8);
  talk.wake(3_700_000);
  expect([...talk.client.records()].length).toBe(1);
});

test('a full table leaves others out, and says so', () => {
  const talk = new Talk({ mostRecords: 2 });
  talk.open(5);
  const effects = talk.says(page({ records: others }), 6);
  expect(effects).toContainEqual({ kind: 'report', report: { kind: 'subnetMapFull' } });
  expect([...talk.client.records()].length).toBe(2);
});

test('outdone by its own record, it reports with a higher number at once', () => {
  const talk = new Talk();
  talk.open(5);
  talk.says({ kind: 'acknowledgment', acknowledged: 1, generation: 1 }, 6);
  const effects = talk.says(page({ records: [{ ...record, generation: 1_800_000_000, claims: [] }] }), 7);
  const reports = effects.flatMap((effect) => {
    const body = effect.kind === 'mapMessageSent' ? read(effect.octets).body : undefined;
    return body?.kind === 'report' ? [body.generation] : [];
  });
  expect(reports).toEqual([1_800_000_001]);
});

test('who is told of the map in a session that it does not know refuses it, but not for ever', () => {
  const talk = new Talk();
  talk.open(5);
  const header = { sender: AUTHORITY, isOfCalled: true, isOfAuthority: false, session: 99n, sequence: 1 };
  const message = read(encodeMapMessage(header, page({}), secret, digests));
  const effects = Array.from({ length: 30 }, () =>
    talk.client.handle({ kind: 'mapMessageReceived', message, sourceAddress: SECOND }, at(6)),
  ).flat();
  expect(sent(effects)).toEqual(Array.from({ length: 10 }, () => ['refusal', 2]));
});

test('without authoritative access points there is no map, and nothing to wait for', () => {
  const talk = new Talk();
  talk.open(5);
  talk.says(page({ records: others }), 6);
  const effects = talk.client.handle({ kind: 'configured', configuration: undefined }, at(7));
  expect(effects).toEqual([{ kind: 'mapChanged' }]);
  expect(talk.client.rows()).toEqual([]);
  expect(talk.client.nextDeadline()).toBeUndefined();
});

test('while none is known by an address, the map is kept, and nobody is called', () => {
  const talk = new Talk();
  talk.open(5);
  talk.says(page({ records: others }), 6);
  const rows = talk.client.rows();
  const unknown = { ...configuration, authorities: [] };
  expect(talk.client.handle({ kind: 'configured', configuration: unknown }, at(7))).toEqual([]);
  expect([talk.client.rows(), talk.client.authority(), talk.client.nextDeadline()]).toEqual([
    rows,
    undefined,
    undefined,
  ]);
  expect(sent(talk.client.handle({ kind: 'configured', configuration }, at(8)))).toEqual([['hello', 1]]);
});

test('who does not answer is said to be silent each time that the next one is asked', () => {
  const talk = new Talk();
  const silent = [400, 1200, 2800, 3200, 4000, 5600, 7600, 8000, 8800, 10_400].map((ms) => {
    const effects = talk.wake(ms);
    return effects.flatMap((effect) => (effect.kind === 'authoritySilent' ? [effect.address & 255] : []));
  });
  expect(silent).toEqual([[], [], [1], [], [], [2], [], [], [], [1]]);
});

test('an authoritative access point that has another address now is called there', () => {
  const talk = new Talk();
  talk.open(5);
  const moved = { ...configuration, authorities: [ip('192.0.2.77')] };
  expect(sent(talk.client.handle({ kind: 'configured', configuration: moved }, at(6)))).toEqual([['hello', 77]]);
});
