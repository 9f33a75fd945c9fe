import { expect, test } from 'vitest';
import { formatHex } from '../../src/octets/octets.ts';
import { readExtensions } from '../../src/wire/extensions.ts';
import {
  appendRevocationSupport,
  isLaterTimestamp,
  latestTimestamp,
  nextRevocationTimestamp,
  readRevocationSupport,
  revocationTimestampAt,
} from '../../src/wire/revocation-support.ts';
import { hex, windowed } from '../hex.ts';

test.each([
  ['89 06 8000 e8fe8a00', { informSupported: true, timestamp: 0xe8fe8a00 }],
  ['89 06 0000 0000002a', { informSupported: false, timestamp: 42 }],
])('%s is read and written', (digits, support) => {
  const [extension] = readExtensions(windowed(hex(digits)), 0);
  expect(extension && readRevocationSupport(extension)).toEqual(support);
  expect(formatHex(appendRevocationSupport(hex('aabb'), support))).toBe(formatHex(hex('aabb', digits)));
});

test('reserved bits, and what a longer extension holds, are ignored (RFC 3543 §3.2)', () => {
  const [extension] = readExtensions(hex('89 08 7fff 0000002a ffff'), 0);
  expect(extension && readRevocationSupport(extension)).toEqual({ informSupported: false, timestamp: 42 });
});

test('a timestamp counts the seconds since 1900', () => {
  expect(revocationTimestampAt(Date.parse('2023-11-14T22:13:20.999Z'))).toBe(0xe8fe6f80);
});

test('a timestamp is later than the last one, within a second and where the clock was set back', () => {
  const unixMs = Date.parse('2023-11-14T22:13:20Z');
  const now = revocationTimestampAt(unixMs);
  expect(nextRevocationTimestamp(undefined, unixMs)).toBe(now);
  expect(nextRevocationTimestamp(now - 5, unixMs)).toBe(now);
  expect(nextRevocationTimestamp(now, unixMs)).toBe(now + 1);
  expect(nextRevocationTimestamp(now + 60, unixMs)).toBe(now + 61);
  expect(nextRevocationTimestamp(0xffffffff, Date.parse('2036-02-07T06:28:15Z'))).toBe(0);
});

test('later is told by the difference, for the field begins again', () => {
  expect(isLaterTimestamp(2, 1)).toBe(true);
  expect(isLaterTimestamp(1, 1)).toBe(false);
  expect(isLaterTimestamp(1, 2)).toBe(false);
  expect(isLaterTimestamp(0, 0xffffffff)).toBe(true);
  expect(isLaterTimestamp(0xffffffff, 0)).toBe(false);
  expect(isLaterTimestamp(0x80000001, 1)).toBe(false);
});

test('the latest is the later one of those that there are', () => {
  expect(latestTimestamp(1, 2)).toBe(2);
  expect(latestTimestamp(0, 0xffffffff)).toBe(0);
  expect(latestTimestamp(undefined, 2)).toBe(2);
  expect(latestTimestamp(1, undefined)).toBe(1);
  expect(latestTimestamp(undefined, undefined)).toBeUndefined();
});
