import { expect, test } from 'vitest';
import { conflictText, subnetMapLine } from '../../src/daemon/subnet-map-text.ts';
import { ip, prefix } from '../addresses.ts';

test('a wrong tag says what to compare', () => {
  const report = { kind: 'mapMessageDiscarded', sourceAddress: ip('192.0.2.1'), reason: 'badAuthenticator' } as const;
  expect(subnetMapLine(report)).toEqual({
    level: 'warning',
    text: "subnet map message from 192.0.2.1 discarded: its tag is wrong: is 'aap_key' the same on both",
  });
});

test('a conflict names who else claims what', () => {
  const other = {
    network: prefix('10.1.0.0/16'),
    homeAgent: ip('10.1.0.9'),
    reporters: [ip('192.0.2.1'), ip('192.0.2.2')],
  };
  expect(conflictText([other])).toBe(
    'also claimed: 10.1.0.0/16 of home agent 10.1.0.9, reported by 192.0.2.1, 192.0.2.2',
  );
  expect(conflictText([])).toBeUndefined();
});
