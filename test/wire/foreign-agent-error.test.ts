import { expect, test } from 'vitest';
import { formatHex } from '../../src/octets/octets.ts';
import { readExtensions } from '../../src/wire/extensions.ts';
import { appendForeignAgentError, readForeignAgentError } from '../../src/wire/foreign-agent-error.ts';
import { hex, windowed } from '../hex.ts';

test('a code of the foreign agent is read and written', () => {
  const [extension] = readExtensions(windowed(hex('2d 02 00 44')), 0);
  expect(extension && readForeignAgentError(extension)).toBe(68);
  expect(formatHex(appendForeignAgentError(hex('aabb'), 68))).toBe(formatHex(hex('aabb 2d020044')));
});

test('another subtype has no code', () => {
  const [extension] = readExtensions(hex('2d 02 01 44'), 0);
  expect(extension && readForeignAgentError(extension)).toBeUndefined();
});
