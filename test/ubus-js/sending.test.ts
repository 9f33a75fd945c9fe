import { expect, test } from 'vitest';
import { encodeBlobmsg, fromPlain } from '../../src/ubus-js/blobmsg.ts';
import { decodeMessage, encodeMessage, MESSAGE_TYPE } from '../../src/ubus-js/messages.ts';
import { foundObjects, readReplies, send } from '../../src/ubus-js/sending.ts';

const dataMessage = (attributes: Parameters<typeof encodeMessage>[0]['attributes']) =>
  decodeMessage(encodeMessage({ type: MESSAGE_TYPE.data, sequence: 1, peer: 0, attributes }));

test('a body of exactly 1 MiB is sent, four octets more are not', () => {
  const message = (length: number) => ({
    type: MESSAGE_TYPE.data,
    sequence: 1,
    peer: 0,
    attributes: { data: new Uint8Array(length) },
  });
  expect(send(message(0x100000 - 8))?.octets).toHaveLength(0x100008);
  expect(send(message(0x100000 - 4))).toBeUndefined();
});

test('replies that make no sense are left out, and told', () => {
  const good = dataMessage({ data: encodeBlobmsg(fromPlain({ a: 1 })) });
  expect(readReplies([good, dataMessage({ objectId: 5 })])).toMatchObject({ malformed: false });
  expect(readReplies([good, dataMessage({ data: new Uint8Array(3) })])).toEqual({
    replies: [[{ name: 'a', type: 'int32', value: 1 }]],
    malformed: true,
  });
});

test('an object is found by path and id; a signature that makes no sense is an empty one', () => {
  const signature = encodeBlobmsg([{ name: 'm', type: 'table', value: [] }]);
  expect(
    foundObjects([
      dataMessage({ objectPath: 'a', objectId: 5, signature }),
      dataMessage({ objectPath: 'b', objectId: 6, signature: new Uint8Array(5) }),
      dataMessage({ objectPath: 'c' }),
    ]),
  ).toEqual([
    { path: 'a', objectId: 5, signature: [{ name: 'm', type: 'table', value: [] }] },
    { path: 'b', objectId: 6, signature: [] },
  ]);
});
