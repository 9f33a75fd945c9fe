import { describe, expect, test } from 'vitest';
import { formatHex, join } from '../../src/octets/octets.ts';
import { type BlobmsgElement, decodeBlobmsg, encodeBlobmsg } from '../../src/ubus-js/blobmsg.ts';
import { Malformed } from '../../src/ubus-js/malformed.ts';
import {
  type Attributes,
  decodeMessage,
  encodeMessage,
  LONGEST_BODY,
  MESSAGE_TYPE,
  type Message,
  MessageStream,
} from '../../src/ubus-js/messages.ts';
import {
  CONVERSATION_FILES,
  conversation,
  octetsOf,
  type Recorded,
  type RecordedAttribute,
  rawCases,
  seededRandom,
} from './recordings.ts';

const ATTRIBUTE_NAMES: Record<string, keyof Attributes> = {
  STATUS: 'status',
  OBJPATH: 'objectPath',
  OBJID: 'objectId',
  METHOD: 'method',
  OBJTYPE: 'objectType',
  SIGNATURE: 'signature',
  DATA: 'data',
  TARGET: 'target',
  ACTIVE: 'active',
  NO_REPLY: 'noReply',
  SUBSCRIBERS: 'subscribers',
  USER: 'user',
  GROUP: 'group',
};

type RecordedMessage = Recorded & { readonly hex: string; readonly body: readonly RecordedAttribute[] };

function isWhole(entry: Recorded): entry is RecordedMessage {
  return entry.hex !== undefined && Array.isArray(entry.body);
}

/** int64 is recorded as a decimal string. */
function typed(elements: readonly { type: string; value: unknown; name: string }[]): BlobmsgElement[] {
  return elements.map((element) => {
    const nested = Array.isArray(element.value) ? typed(element.value) : element.value;
    return { ...element, value: element.type === 'int64' ? BigInt(nested as string) : nested } as BlobmsgElement;
  });
}

function isBlobmsg(value: unknown): value is { type: string; value: unknown; name: string }[] {
  return Array.isArray(value) && value.every((item) => item.not_extended !== true);
}

function attributesIn(message: Message): [string, unknown][] {
  return Object.entries(message.attributes).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? decodeBlobmsg(value) : value,
  ]);
}

function encodedAgain(message: Message): string {
  const attributes = Object.fromEntries(
    Object.entries(message.attributes).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? encodeBlobmsg(decodeBlobmsg(value)) : value,
    ]),
  );
  return formatHex(encodeMessage({ ...message, attributes }));
}

/** Recorded, but not in a form that is compared: their DATA is no blobmsg, or they are numbered differently. */
function isExceptional(entry: RecordedMessage): boolean {
  return entry.type === 'MONITOR' || entry.body.some(({ attr, value }) => attr === 'DATA' && !isBlobmsg(value));
}

const recorded = CONVERSATION_FILES.map((file) => {
  const messages = conversation(file).messages;
  return { file, messages, whole: messages.filter(isWhole) };
});

describe.each(recorded)('the messages of $file', ({ whole }) => {
  const ordinary = whole.filter((entry) => !isExceptional(entry));

  test('decode to what was recorded', () => {
    for (const entry of ordinary) {
      const message = decodeMessage(octetsOf(entry.hex));
      expect([message.version, message.type, message.sequence, message.peer]).toEqual([
        entry.version,
        entry.type_id,
        entry.seq,
        entry.peer,
      ]);
      const body = entry.body.map(({ attr, value }) => [
        ATTRIBUTE_NAMES[attr],
        attr === 'DATA' || attr === 'SIGNATURE'
          ? typed(value as { type: string; value: unknown; name: string }[])
          : value,
      ]);
      expect(attributesIn(message)).toEqual(body);
    }
  });

  test('encode to the same octets', () => {
    for (const entry of ordinary) expect(encodedAgain(decodeMessage(octetsOf(entry.hex)))).toBe(entry.hex);
  });
});

test('the exceptions are the MONITOR messages, and the two calls that start a monitor', () => {
  const exceptions = recorded.flatMap(({ file, whole }) =>
    whole.filter(isExceptional).map((entry) => `${file} ${entry.type}`),
  );
  expect(new Set(exceptions)).toEqual(new Set(['10-monitor.json MONITOR', '10-monitor.json INVOKE']));
  expect(exceptions.filter((exception) => exception.endsWith('INVOKE'))).toHaveLength(2);
});

test('the calls that start a monitor keep their DATA as octets', () => {
  for (const { whole } of recorded) {
    for (const entry of whole.filter((one) => isExceptional(one) && one.type === 'INVOKE')) {
      expect(formatHex(encodeMessage(decodeMessage(octetsOf(entry.hex))))).toBe(entry.hex);
    }
  }
});

describe('a stream', () => {
  const streams = recorded.flatMap(({ file, whole }) => {
    const groups = new Map<string, RecordedMessage[]>();
    for (const entry of whole) {
      const name = `${file} ${entry.conn} ${entry.dir}`;
      groups.set(name, [...(groups.get(name) ?? []), entry]);
    }
    return [...groups.values()];
  });

  test.each([1, 3, 12, 13, 4096])('in pieces of %i octets gives the same messages', (piece) => {
    for (const entries of streams) {
      const octets = join(entries.map((entry) => octetsOf(entry.hex)));
      const stream = new MessageStream();
      const messages: Message[] = [];
      for (let offset = 0; offset < octets.length; offset += piece) {
        messages.push(...stream.push(octets.subarray(offset, offset + piece)));
      }
      expect(messages.map((message) => formatHex(message.octets))).toEqual(entries.map((entry) => entry.hex));
      expect(stream.broken).toBeUndefined();
    }
  });

  test.each([0, 1, 3, LONGEST_BODY + 4, 0xffffff])('with a body length of %i is broken', (length) => {
    const stream = new MessageStream();
    const header = octetsOf(`0003000100000000${length.toString(16).padStart(8, '0')}`);
    expect(stream.push(header)).toEqual([]);
    expect(stream.broken).toContain(`${length} octets`);
    expect(stream.push(octetsOf('000300010000000000000004'))).toEqual([]);
  });

  test('gives the messages that came before the broken one', () => {
    const stream = new MessageStream();
    const messages = stream.push(octetsOf('000300010000000000000004000300020000000000000000000300030000000000000004'));
    expect(messages.map((message) => message.sequence)).toEqual([1]);
    expect(stream.broken).toBeDefined();
  });

  test('passes a body of exactly 1 MiB, in pieces', () => {
    const octets = new Uint8Array(8 + LONGEST_BODY);
    octets.set(octetsOf('000300010000000000100000070ffffc'));
    const stream = new MessageStream();
    let messages: Message[] = [];
    for (let offset = 0; offset < octets.length; offset += 65536) {
      messages = messages.concat(stream.push(octets.subarray(offset, offset + 65536)));
    }
    expect(messages).toHaveLength(1);
    expect(messages[0]?.attributes.data).toHaveLength(LONGEST_BODY - 8);
  });
});

describe('raw messages are read as ubusd reads them', () => {
  const cases = rawCases('20-raw-and-malformed.json').cases;

  function first(name: string): Attributes {
    const write = cases.find((one) => one.name === name)?.log.find((entry) => entry.write_hex !== undefined);
    return decodeMessage(octetsOf(write?.write_hex ?? '')).attributes;
  }

  test.each([
    ['lookup-unterminated-path', {}],
    ['lookup-empty-path', { objectPath: '' }],
    ['lookup-embedded-nul', { objectPath: 'test.obj' }],
    ['attr-length-past-end', {}],
    ['attr-length-zero', {}],
    ['attr-unknown', { objectPath: 'test.obj' }],
    ['attr-duplicate', { objectPath: 'test.obj' }],
    ['attr-padding-garbage', { objectPath: 'test.obj' }],
    ['attr-extended-bit', { objectPath: 'test.obj' }],
    ['body-not-padded', {}],
  ])('%s', (name, attributes) => {
    expect(first(name)).toEqual(attributes);
  });

  test('an attribute of the wrong size counts as absent', () => {
    expect(first('attr-wrong-size')).toEqual({ method: 'echo', data: new Uint8Array(0) });
  });

  test('whatever is written, the stream gives messages or is broken, and every DATA is blobmsg or malformed', () => {
    for (const { log } of cases) {
      for (const entry of log) {
        const hex = entry.write_hex ?? entry.hex;
        if (hex === undefined || !/^[0-9a-f]+$/.test(hex)) continue;
        for (const message of new MessageStream().push(octetsOf(hex))) readAll(message);
      }
    }
  });

  test('every message of ubusd encodes to the same octets, but for the two with id bits in the body and other versions', () => {
    const different: string[] = [];
    for (const { name, log } of cases) {
      for (const entry of log) {
        if (entry.dir !== 'ubusd->client' || entry.hex === undefined || !Array.isArray(entry.body)) continue;
        if (formatHex(encodeMessage(decodeMessage(octetsOf(entry.hex)))) !== entry.hex) different.push(name);
      }
    }
    expect(different).toEqual(['version-1', 'version-255', 'body-id-bits', 'body-id-bits']);
  });
});

describe('a cut message', () => {
  const examples = recorded.flatMap(({ whole }) => whole.filter((_, index) => index % 25 === 0));

  test('is malformed at every length', () => {
    for (const entry of examples) {
      const octets = octetsOf(entry.hex);
      for (let length = 0; length < octets.length; length++) {
        expect(() => decodeMessage(octets.subarray(0, length))).toThrow(Malformed);
      }
    }
  });

  test('is not given out by the stream', () => {
    const octets = octetsOf(examples[1]?.hex ?? '');
    for (let length = 0; length < octets.length; length++) {
      expect(new MessageStream().push(octets.subarray(0, length))).toEqual([]);
    }
  });
});

test('mutated messages are messages, broken streams or malformed, and never anything else', () => {
  const random = seededRandom(5944);
  const all = recorded.flatMap(({ whole }) => whole).map((entry) => octetsOf(entry.hex));
  const outcomes = { messages: 0, broken: 0, malformed: 0 };
  for (let round = 0; round < 20000; round++) {
    const octets = (all[Math.floor(random() * all.length)] ?? new Uint8Array()).slice();
    const changes = 1 + Math.floor(random() * 4);
    for (let change = 0; change < changes; change++) {
      octets[Math.floor(random() * octets.length)] = Math.floor(random() * 256);
    }
    const stream = new MessageStream();
    for (const message of stream.push(octets)) {
      outcomes.messages += 1;
      outcomes.malformed += readAll(message);
    }
    if (stream.broken !== undefined) outcomes.broken += 1;
  }
  for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(100);
});

/** Reads what a client would read; the number of parts that are malformed. */
function readAll(message: Message): number {
  let malformed = 0;
  for (const octets of [message.attributes.data, message.attributes.signature]) {
    if (octets === undefined) continue;
    try {
      encodeBlobmsg(decodeBlobmsg(octets));
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      malformed += 1;
    }
  }
  encodeMessage(message);
  return malformed;
}

test('attributes are written in the order given', () => {
  const attributes = { noReply: 1, objectId: 0x8e365cea, subscribers: [1, 2], method: 'auth' };
  const octets = encodeMessage({ type: MESSAGE_TYPE.notify, sequence: 7, peer: 0x01020304, attributes });
  expect(formatHex(octets)).toBe(
    [
      '00 0a 0007 01020304', //       version, type, sequence, peer
      '00000034', //                  body, 52 octets
      '0a000005 01000000', //         NO_REPLY 1
      '03000008 8e365cea', //         OBJID
      '0b000014 00000008 00000001', // SUBSCRIBERS: 1,
      '00000008 00000002', //          2
      '04000009 61757468 00000000', // METHOD auth
    ]
      .join('')
      .replaceAll(' ', ''),
  );
  expect(Object.keys(decodeMessage(octets).attributes)).toEqual(Object.keys(attributes));
});
