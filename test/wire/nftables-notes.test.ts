import { expect, test } from 'vitest';
import { encodeNotes, type Note } from '../../src/wire/nftables-notes.ts';
import { hex } from '../hex.ts';
import { BYTE_ORDERS } from './netlink-recordings.ts';

const NOTES: readonly Note[] = [
  [0, 13],
  [1, [[2, 256]]],
];

test.each(BYTE_ORDERS)('a note is its type, its length, and a number $order or notes', ({ littleEndian }) => {
  expect(encodeNotes(NOTES, littleEndian)).toEqual(
    littleEndian ? hex('0004 0d000000 0106 0204 00010000') : hex('0004 0000000d 0106 0204 00000100'),
  );
});
