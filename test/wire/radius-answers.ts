// Answers as a RADIUS server makes them, and Cisco's attributes in them.

import { join, utf8Octets, viewOf } from '../../src/octets/octets.ts';
import { decodeRadiusMessage } from '../../src/wire/radius.ts';
import { digests } from '../digests.ts';
import { hex } from '../hex.ts';

export type AnswerFields = {
  readonly secret: Uint8Array;
  readonly code?: number;
  readonly attributes?: readonly Uint8Array[];
  readonly isSigned?: boolean;
};

/** The answer to this request. */
export function radiusAnswer(
  request: Uint8Array,
  { secret, code = 2, attributes = [], isSigned }: AnswerFields,
): Uint8Array {
  const { identifier, authenticator } = decodeRadiusMessage(request);
  const signature = isSigned ? [Uint8Array.of(80, 18), new Uint8Array(16)] : [];
  const head = join([Uint8Array.of(code, identifier, 0, 0), authenticator]);
  const message = join([head, ...signature, ...attributes]);
  viewOf(message).setUint16(2, message.length);
  if (isSigned) message.set(digests.hmac('md5', secret, message), 22);
  message.set(digests.digest('md5', join([message, secret])), 4);
  return message;
}

export function ciscoAvPair(text: string): Uint8Array {
  const octets = utf8Octets(text);
  return join([Uint8Array.of(26, octets.length + 8), hex('00000009'), Uint8Array.of(1, octets.length + 2), octets]);
}

export function sessionTimeout(seconds: number): Uint8Array {
  const attribute = hex('1b 06 00000000');
  viewOf(attribute).setUint32(2, seconds);
  return attribute;
}
