import { execFileSync, spawnSync } from 'node:child_process';
import { join, viewOf } from '../../src/octets/octets.ts';
import { hex } from '../hex.ts';

export function isTsharkInstalled(): boolean {
  return spawnSync('tshark', ['--version']).status === 0;
}

/** The classic capture format: version 2.4, Ethernet. */
export function pcap(packets: readonly Uint8Array[]): Uint8Array {
  const records = packets.map((packet) => {
    const header = new Uint8Array(16);
    viewOf(header).setUint32(8, packet.length);
    viewOf(header).setUint32(12, packet.length);
    return join([header, packet]);
  });
  return join([hex('a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001'), ...records]);
}

/** What tshark prints of a capture file. */
export function tshark(file: string, options: readonly string[]): string {
  const checks = ['-o', 'udp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
  return execFileSync('tshark', ['-n', '-r', file, ...checks, ...options], {
    encoding: 'utf8',
    // It warns of being root.
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, TZ: 'UTC' },
  });
}

/** One row for each packet; of a field that comes several times, all values with commas between. */
export function fieldValues(file: string, fields: readonly string[]): Record<string, string>[] {
  const lines = tshark(file, ['-T', 'fields', '-E', 'separator=|', ...fields.flatMap((field) => ['-e', field])]);
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => {
      const values = line.split('|');
      return Object.fromEntries(fields.map((field, index) => [field, values[index] ?? '']));
    });
}
