// Numbers of 64 bits whose highest bit is set, as all of today's Identifications: here QuickJS differs from other engines.

import type { Ipv4Address } from '../../src/octets/address.ts';
import { identificationRow, readIdentificationRow } from '../../src/roles/home-agent/binding-rows.ts';
import { identificationAfter, identificationAt, isLater, unixMsOf } from '../../src/wire/identification.ts';
import { revocationTimestampAt } from '../../src/wire/revocation-support.ts';
import { check, run, same } from './harness.ts';

const UNIX_MS = 1_795_646_186_308;
const SECONDS_SINCE_1900 = 4_004_634_986;

check('a time becomes an Identification that is positive, and comes back', () => {
  const identification = identificationAt(UNIX_MS);
  same(Number(identification >> 32n), SECONDS_SINCE_1900);
  same(unixMsOf(identification), UNIX_MS);
  same(isLater(identificationAfter(identification), identification), true);
  same(identificationAfter((1n << 64n) - 1n) === 0n, true);
});

check('the timestamp of a revocation is a number of 32 bits without a sign', () => {
  same(revocationTimestampAt(UNIX_MS), SECONDS_SINCE_1900);
});

check('an Identification that was kept over a restart is the same afterwards', () => {
  for (const identification of [identificationAt(UNIX_MS), (1n << 64n) - 1n, 1n << 63n]) {
    const row = JSON.parse(JSON.stringify(identificationRow(0x0a01004d as Ipv4Address, identification)));
    same(readIdentificationRow(row)?.identification === identification, true);
  }
});

run();
