import { expect, test } from 'vitest';
import { type Knowledge, Teller } from '../../../src/roles/authoritative-access-point/teller.ts';
import { MapLink } from '../../../src/roles/map-link.ts';
import { decodeMapMessage, type MapBody, MOST_MESSAGE_OCTETS } from '../../../src/wire/subnet-map.ts';
import type { MapRecord } from '../../../src/wire/subnet-map-records.ts';
import { ip } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { AUTHORITY, REPORTER, record, reporterNumber, station } from '../../wire/map-messages.ts';

class Scene {
  readonly teller: Teller;
  readonly records = new Map<number, MapRecord>();
  readonly knowledge: Knowledge = {
    isSettled: true,
    recordOf: (reporter) => this.records.get(reporter),
    stationOf: (mac, nowMs) => (mac === station.mac ? { ...station, ageMs: nowMs } : undefined),
  };

  constructor(count: number) {
    const ends = { own: AUTHORITY, peer: REPORTER, address: ip('192.0.2.1'), source: undefined };
    const session = { isOfCalled: true, isOfAuthority: false, session: 1n, key: new Uint8Array(16) };
    this.teller = new Teller(new MapLink({ ...ends, ...session }, digests, 0), 'moved');
    for (let number = 1; number <= count; number++) {
      this.records.set(reporterNumber(number), { ...record, reporter: reporterNumber(number) });
    }
  }

  all = () => [...this.records.values()].map(({ reporter }) => reporter);

  say(nowMs: number): MapBody[] {
    return this.teller.say(this.knowledge, nowMs).map((octets) => {
      expect(octets.length).toBeLessThanOrEqual(MOST_MESSAGE_OCTETS);
      const message = decodeMapMessage(octets);
      if (message.kind !== 'mapMessage') throw new Error(message.kind);
      this.sequence = message.header.sequence;
      return message.body;
    });
  }

  sequence = 0;

  answer(): void {
    const kind = this.teller.link.answered(this.sequence);
    if (kind !== undefined) this.teller.answered(kind);
  }
}

test('a whole map goes in pages, one after the other, that begin and end once', () => {
  const scene = new Scene(60);
  scene.teller.tellWhole(scene.all());
  const pages: Extract<MapBody, { kind: 'records' }>[] = [];
  for (let [body] = scene.say(0); body !== undefined; [body] = scene.say(0)) {
    if (body.kind === 'records') pages.push(body);
    expect(scene.say(0)).toEqual([]);
    scene.answer();
  }
  expect(pages.flatMap(({ records }) => records.map(({ reporter }) => reporter))).toEqual(scene.all());
  expect(pages.map(({ begins }) => begins)).toEqual([true, false, false, false]);
  expect(pages.map(({ ends }) => ends)).toEqual([false, false, false, true]);
  expect(scene.teller.isAtRest()).toBe(true);
});

test('an empty map is one page', () => {
  const scene = new Scene(0);
  scene.teller.tellWhole([]);
  expect(scene.say(0)).toEqual([{ kind: 'records', begins: true, ends: true, isSettled: true, records: [] }]);
});

test('what changes while a message is under way goes with the next one', () => {
  const scene = new Scene(3);
  scene.teller.recordChanged(reporterNumber(1));
  const told = (body: MapBody | undefined) =>
    body?.kind === 'records' ? body.records.map(({ reporter }) => reporter) : [];
  expect(told(scene.say(0)[0])).toEqual([reporterNumber(1)]);
  scene.teller.recordChanged(reporterNumber(1));
  scene.teller.recordChanged(reporterNumber(2));
  expect(scene.say(1)).toEqual([]);
  expect(scene.teller.isAtRest()).toBe(false);
  scene.answer();
  expect(told(scene.say(2)[0])).toEqual([reporterNumber(1), reporterNumber(2)]);
});

test('what has grown since the first try is told later, and nothing is too long', () => {
  const scene = new Scene(20);
  for (const reporter of scene.all()) scene.teller.recordChanged(reporter);
  const [first] = scene.say(0);
  const count = first?.kind === 'records' ? first.records.length : 0;
  for (const [reporter, each] of scene.records)
    scene.records.set(reporter, { ...each, claims: [...each.claims, ...each.claims] });
  const [octets] = scene.teller.link.repeat(400);
  const again = decodeMapMessage(octets ?? new Uint8Array());
  expect(octets?.length).toBeLessThanOrEqual(MOST_MESSAGE_OCTETS);
  if (again.kind !== 'mapMessage' || again.body.kind !== 'records') throw new Error('no records');
  expect(again.body.records.length).toBeLessThan(count);
  scene.sequence = again.header.sequence;
  scene.answer();
  const seen = new Set(again.body.records.map(({ reporter }) => reporter));
  for (let [body] = scene.say(500); body?.kind === 'records'; [body] = scene.say(500)) {
    for (const { reporter } of body.records) seen.add(reporter);
    scene.answer();
  }
  expect(seen.size).toBe(20);
});

test('stations are told as they are at each try; one that is forgotten meanwhile is left out', () => {
  const scene = new Scene(0);
  scene.teller.stationChanged(station.mac);
  scene.teller.stationChanged(REPORTER);
  expect(scene.say(70)).toEqual([{ kind: 'moved', stations: [{ ...station, ageMs: 70 }] }]);
});
