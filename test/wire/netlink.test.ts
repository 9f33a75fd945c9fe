import { describe, expect, test } from 'vitest';
import { join } from '../../src/octets/octets.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import {
  attributeIpv4,
  attributeNumber,
  attributeText,
  decodeNetlinkAnswer,
  decodeNetlinkMessages,
  MessageWriter,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  readAttributeList,
  readAttributes,
} from '../../src/wire/netlink.ts';
import { ip } from '../addresses.ts';
import { hex, windowed } from '../hex.ts';
import { attack, BYTE_ORDERS, body, REFUSAL } from './netlink-recordings.ts';

describe('messages', () => {
  test('the octets of a message are in the order of the host, those of an address are not', () => {
    const write = (littleEndian: boolean) => {
      const writer = new MessageWriter(0x18, 0x505, littleEndian);
      writer.fixed(4).setUint8(0, 2);
      writer.networkNumber32(1, ip('10.1.0.77'));
      writer.number32(4, 3);
      writer.number16(21, 2);
      writer.number8(4, 64);
      writer.text(3, 'br-lan');
      return writer.finish();
    };
    expect(write(true)).toEqual(
      hex(
        '40000000 1800 0505 00000000 00000000 02000000',
        '08000100 0a01004d 08000400 03000000 06001500 02000000 05000400 40000000 0b000300 62722d6c616e0000',
      ),
    );
    expect(write(false)).toEqual(
      hex(
        '00000040 0018 0505 00000000 00000000 02000000',
        '00080001 0a01004d 00080004 00000003 00060015 00020000 00050004 40000000 000b0003 62722d6c616e0000',
      ),
    );
  });

  test('a nested attribute is marked, its length is that of all it holds, and an unmarked one is not marked', () => {
    const writer = new MessageWriter(0, 0, true);
    writer.nested(2, () => writer.nestedUnmarked(1, () => writer.number8(5, 7)));
    expect(body(writer.finish())).toEqual(hex('10000280 0c000100 05000500 07000000'));
  });

  test('a message that grows beyond its first buffer loses nothing', () => {
    const writer = new MessageWriter(0, 0, true);
    const values = Array.from({ length: 100 }, (_, index) => new Uint8Array(index).fill(index));
    for (const value of values) writer.octets(1, value);
    expect(readAttributeList(body(writer.finish()), true, 'test')).toEqual(values);
  });

  test.each(BYTE_ORDERS)('several messages of a $order datagram are read one by one', ({ littleEndian }) => {
    const first = new MessageWriter(20, 2, littleEndian);
    first.text(3, 'odd');
    const second = new MessageWriter(3, 2, littleEndian);
    const messages = decodeNetlinkMessages(windowed(join([first.finish(), second.finish()])), littleEndian);
    expect(messages.map(({ type, flags }) => [type, flags])).toEqual([
      [20, 2],
      [3, 2],
    ]);
  });

  test('a message cut anywhere is malformed', () => {
    for (let length = 1; length < REFUSAL.length; length++) {
      expect(() => decodeNetlinkMessages(REFUSAL.subarray(0, length), true)).toThrow(Malformed);
    }
    expect(decodeNetlinkMessages(new Uint8Array(0), true)).toEqual([]);
  });

  test('a length shorter than the header is malformed and not read for ever', () => {
    expect(() => decodeNetlinkMessages(hex('00000000 0200 0000 00000000 00000000'), true)).toThrow(
      'netlink message: length 0, 16 octets left',
    );
  });

  test('a message of the other byte order is malformed', () => {
    expect(() => decodeNetlinkMessages(REFUSAL, false)).toThrow(Malformed);
  });
});

describe('attributes', () => {
  test('the last of two attributes counts, and the nested flag is no part of the type', () => {
    const attributes = readAttributes(hex('05000180 01000000 05000100 02'), 0, true, 'test');
    expect(attributeNumber(attributes, 1, true)).toBe(2);
  });

  test('an attribute shorter than its header, or longer than its message, is malformed', () => {
    for (const octets of [hex('03000100'), hex('0c000100 00000000'), hex('040001')]) {
      expect(() => readAttributes(octets, 0, true, 'test')).toThrow(Malformed);
    }
  });

  test('a number of three octets and an address of five are malformed', () => {
    const attributes = readAttributes(hex('07000100 01020300 09000200 0102030405'), 0, true, 'test');
    expect(() => attributeNumber(attributes, 1, true)).toThrow(Malformed);
    expect(() => attributeIpv4(attributes, 2)).toThrow(Malformed);
  });

  test('text ends at its NUL, or where the attribute does', () => {
    const attributes = readAttributes(hex('0a000100 6272006c616e 0000 06000200 6272'), 0, true, 'test');
    expect([attributeText(attributes, 1), attributeText(attributes, 2), attributeText(attributes, 3)]).toEqual([
      'br',
      'br',
      undefined,
    ]);
  });
});

describe('answers', () => {
  test("the kernel's refusal is its positive error number", () => {
    const [message] = decodeNetlinkMessages(REFUSAL, true);
    expect(message && decodeNetlinkAnswer(message, true)).toEqual({ errno: 19, message: undefined });
  });

  test.each([
    { how: 'behind the whole request', flags: NLM_F_ACK_TLVS, length: '18000000', request: '0000000000000000' },
    { how: 'behind its header alone', flags: NLM_F_ACK_TLVS | NLM_F_CAPPED, length: '18000000', request: '' },
  ])("the kernel's words are found $how", ({ flags, length, request }) => {
    const payload = hex(`a1ffffff ${length} 10000506 05000000 00000000`, request, '08000100 6e6f2100');
    expect(decodeNetlinkAnswer({ type: 2, flags, sequence: 5, payload }, true)).toEqual({ errno: 95, message: 'no!' });
  });

  test('the end of a dump may say that the dump failed', () => {
    const done = { type: 3, flags: 2, sequence: 5, payload: hex('f0ffffff') };
    expect(decodeNetlinkAnswer(done, true)).toEqual({ errno: 16, message: undefined });
    expect(decodeNetlinkAnswer({ ...done, payload: hex('') }, true).errno).toBe(0);
  });

  test('an answer cut or mutated is read or malformed', () => {
    const read = (octets: Uint8Array) => {
      for (const message of decodeNetlinkMessages(octets, true)) decodeNetlinkAnswer(message, true);
    };
    const { taken, malformed } = attack(REFUSAL, read);
    expect([taken > 100, malformed > 100]).toEqual([true, true]);
  });
});
