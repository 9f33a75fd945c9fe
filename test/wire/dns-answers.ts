// Answers of dnsmasq 2.90, recorded, to the question for identifier 1234, and where it stands one made by hand.

import { hex } from '../hex.ts';

const AP2 = '03 617032 06 63616d707573 00 0001 0001';
const AP3 = '03 617033 06 63616d707573 00 0001 0001';
const MAP = '03 6d6170 06 63616d707573 00 0001 0001';
const NO = '02 6e6f 06 63616d707573 00 0001 0001';

export const IDENTIFIER = 0x1234;

/** ap2.campus at 10.255.2.2 for a minute. */
export const ONE_ADDRESS = hex('1234 8580 0001 0001 0000 0000', AP2, 'c00c 0001 0001 0000003c 0004 0aff0202');

/** ap3.campus at 10.255.3.2 and 10.1.0.3. */
export const TWO_ADDRESSES = hex(
  '1234 8580 0001 0002 0000 0000',
  AP3,
  'c00c 0001 0001 0000003c 0004 0aff0302',
  'c00c 0001 0001 0000003c 0004 0a010003',
);

/** map.campus is another name of ap2.campus. */
export const ALIAS = hex(
  '1234 8580 0001 0002 0000 0000',
  MAP,
  'c00c 0005 0001 0000003c 000c 03 617032 06 63616d707573 00',
  'c028 0001 0001 0000003c 0004 0aff0202',
);

/** no.campus. */
export const NO_SUCH_NAME = hex('1234 8183 0001 0000 0000 0000', NO);

/** Of ap2.campus dnsmasq knows no such record, but the name. */
export const NO_ADDRESS = hex('1234 8180 0001 0000 0000 0000', AP2);

/** As dnsmasq answers where it knows no server to ask: here for ap2.campus. */
export const REFUSED = hex('1234 8185 0001 0000 0000 0000', AP2);

/** By hand: an alias and its address with other times, between them records of other types and classes, in capitals. */
export const MIXED = hex(
  '1234 8180 0001 0004 0000 0000',
  MAP,
  'c00c 0010 0001 0000003c 0002 01 78', //                            text
  'c00c 0001 0003 0000003c 0003 010203', //                           an address of another class
  'c00c 0005 0001 0000012c 0006 03 415032 c010', //                   AP2.campus, by a pointer
  '03 617032 06 43414d505553 00 0001 0001 0000002d 0004 0aff0202',
);
