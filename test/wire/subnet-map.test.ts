import { describe, expect, test } from 'vitest';
import { Malformed } from '../../src/wire/malformed.ts';
import {
  decodeMapMessage,
  encodeUnsigned,
  type MapBody,
  MOST_MESSAGE_OCTETS,
  TAG_LENGTH,
} from '../../src/wire/subnet-map.ts';
import { hex } from '../hex.ts';
import { bodies, header } from './map-messages.ts';

function encoded(body: MapBody): Uint8Array {
  const unsigned = encodeUnsigned(header, body);
  const octets = new Uint8Array(unsigned.length + TAG_LENGTH);
  octets.set(unsigned);
  return octets;
}

test('a hello is the header and the tag', () => {
  const octets = hex(
    '01 01 0028', //            version, hello, length 40
    '020000000101 c000', //     sender, by the called one, the caller is an AAP
    '0102030405060708', //      session: the caller's random number
    '00000009', //              sequence
    '00000000000000000000000000000000',
  );
  const message = decodeMapMessage(octets);
  expect(message).toMatchObject({
    header: { ...header, isOfCalled: true, isOfAuthority: true },
    body: { kind: 'hello' },
  });
});

test('an acknowledgment has the number and the generation where the text says', () => {
  const octets = encoded({ kind: 'acknowledgment', acknowledged: 0x0a0b0c0d, generation: 0x01020304 });
  expect(octets.slice(0, 32)).toEqual(
    hex('01 05 0030', '020000000101 0000', '0102030405060708', '00000009', '0a0b0c0d', '01020304'),
  );
});

describe.each(bodies.map((body, index) => ({ name: `${body.kind} (${index})`, body })))('$name', ({ body }) => {
  const octets = encoded(body);

  test('is read as it was written', () => {
    expect(decodeMapMessage(octets)).toEqual({ kind: 'mapMessage', header, body, octets });
  });

  test('is malformed when cut anywhere', () => {
    for (let length = 0; length < octets.length; length++) {
      expect(() => decodeMapMessage(octets.subarray(0, length))).toThrow(Malformed);
    }
  });

  test('is malformed when cut or prolonged with a length that says so', () => {
    for (let length = 40; length < octets.length + 20; length++) {
      if (length === octets.length) continue;
      const changed = new Uint8Array(length);
      changed.set(octets.subarray(0, length));
      new DataView(changed.buffer).setUint16(2, length);
      expect(() => decodeMapMessage(changed)).toThrow(Malformed);
    }
  });
});

test('a message of another version is told from a malformed one', () => {
  const octets = encoded({ kind: 'hello' });
  octets[0] = 2;
  expect(decodeMapMessage(octets)).toEqual({ kind: 'otherVersion', version: 2 });
});

test.each([0, 12, 255])('type %i is unknown', (type) => {
  const octets = encoded({ kind: 'hello' });
  octets[1] = type;
  expect(() => decodeMapMessage(octets)).toThrow('unknown type');
});

test('an oversized message is malformed', () => {
  const octets = new Uint8Array(MOST_MESSAGE_OCTETS + 1);
  octets.set(encoded({ kind: 'hello' }));
  new DataView(octets.buffer).setUint16(2, octets.length);
  expect(() => decodeMapMessage(octets)).toThrow(Malformed);
});

test.each(['000000000000', '010000000001'])('a sender named %s is malformed', (sender) => {
  const octets = encoded({ kind: 'hello' });
  octets.set(hex(sender), 4);
  expect(() => decodeMapMessage(octets)).toThrow(Malformed);
});
