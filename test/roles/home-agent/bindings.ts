// A mobility binding that revocation was agreed on for.

import type { RevokedBinding } from '../../../src/roles/home-agent/revocations.ts';
import { EPOCH_UNIX_MS } from '../moments.ts';
import { FOREIGN_AGENT, HOME_ADDRESS, HOME_AGENT } from './scene.ts';

export const binding: RevokedBinding = {
  homeAddress: HOME_ADDRESS,
  careOfAddress: FOREIGN_AGENT,
  homeAgent: HOME_AGENT,
  sourceAddress: FOREIGN_AGENT,
  lifetimeSeconds: 60,
  expiresAtMs: 60_000,
  acceptedAtMs: 0,
  acceptedAtUnixMs: EPOCH_UNIX_MS,
  identification: 0xe8fe8a00_80000000n,
  encapsulation: 'ipip',
  reverseTunneling: true,
  interfaceIndex: 7,
  revocation: { isInformNegotiated: false, foreignTimestamp: 100, ownTimestamp: 200 },
};
