import { expect, test } from 'vitest';
import { KernelConnections } from '../../src/clients/kernel-connections.ts';
import {
  decodeConnection,
  encodeConnectionRemoval,
  encodeConnectionsDump,
} from '../../src/wire/nfnetlink-conntrack.ts';
import { ip } from '../addresses.ts';
import { body, message, typeAndFlags } from '../wire/netlink-recordings.ts';
import { CONNECTION, MASQUERADED_CONNECTION } from '../wire/nfnetlink-conntrack-recordings.ts';

const MOVED = ip('10.1.0.77');
const OTHER = ip('10.1.0.78');
const TOLD = message(0x100, CONNECTION);

function answers(connections: KernelConnections, count: number): Uint8Array[] {
  return Array.from({ length: count }, () => connections.answered([TOLD])).flat();
}

test('both ends and the answering one are asked for, then each connection found is removed once', () => {
  const connections = new KernelConnections(true);
  connections.forget(MOVED);
  const asked = (['original source', 'original destination', 'reply source'] as const).map((text) => {
    const [direction, side] = text.split(' ') as ['original' | 'reply', 'source' | 'destination'];
    expect(connections.question()).toEqual(encodeConnectionsDump(MOVED, { direction, side }, true));
    return connections.answered([TOLD]);
  });
  expect(asked.map((removals) => removals.map((octets) => typeAndFlags(octets)))).toEqual([[], [], [[0x102, 1]]]);
  expect(connections.question()).toBeUndefined();
});

test('what an old kernel tells of others is left alone', () => {
  const connections = new KernelConnections(true);
  connections.forget(OTHER);
  expect(answers(connections, 3)).toEqual([]);
});

test('a masqueraded connection is kept: without it the answers from outside would be for the router', () => {
  const connections = new KernelConnections(true);
  connections.forget(MOVED);
  const told = [message(0x100, MASQUERADED_CONNECTION), TOLD];
  const removals = [0, 1, 2].flatMap(() => connections.answered(told));
  const other = decodeConnection(TOLD, true);
  expect(removals).toEqual(other && [encodeConnectionRemoval(other, true)]);
});

test('addresses wait for their turn, and a lost answer gives up the first one only', () => {
  const connections = new KernelConnections(true);
  for (const address of [MOVED, OTHER, MOVED]) connections.forget(address);
  connections.answered([TOLD]);
  connections.lost();
  const question = encodeConnectionsDump(OTHER, { direction: 'original', side: 'source' }, true);
  expect(body(connections.question() ?? new Uint8Array())).toEqual(body(question));
  expect(answers(connections, 3)).toEqual([]);
  expect(connections.question()).toBeUndefined();
});

test('an answer that nobody waits for is nothing', () => {
  const connections = new KernelConnections(true);
  expect(connections.answered([TOLD])).toEqual([]);
  connections.lost();
  expect(connections.question()).toBeUndefined();
});
