import { expect, test } from 'vitest';
import {
  areSameTerms,
  isSameAgent,
  type RegistrationTerms,
} from '../../../src/roles/access-point/registration-terms.ts';
import { ip, mac } from '../../addresses.ts';
import { association } from '../messages.ts';
import { terms } from './scene.ts';

const changes: Partial<RegistrationTerms>[] = [
  { homeAddress: ip('10.1.0.78') },
  { homeAgent: ip('10.1.0.2') },
  { careOfAddress: ip('10.2.0.9') },
  { lifetimeSeconds: 601 },
  { greEncapsulation: true },
  { reverseTunneling: false },
  { association: { ...association, spi: 0x101 } },
  { association: { ...association, key: new Uint8Array(16) } },
  { association: { ...association, algorithm: 'keyed-md5' } },
  { association: { ...association, replayProtection: 'nonce' } },
  { foreignAgentAssociation: association },
  { agent: { ...terms.agent, bridge: 'br-guest' } },
  { agent: { ...terms.agent, mac: mac('02:00:00:00:99:99') } },
  { agent: { ...terms.agent, address: ip('10.2.0.9') } },
  { agent: { ...terms.agent, isLocal: false } },
];

test('terms are the same when all they ask for and whom they ask is the same, also in other objects', () => {
  const copy = { ...terms, agent: { ...terms.agent }, association: { ...association, key: association.key.slice() } };
  expect(areSameTerms(terms, copy)).toBe(true);
  expect(areSameTerms(undefined, undefined)).toBe(true);
  expect(areSameTerms(terms, undefined)).toBe(false);
  expect(areSameTerms(undefined, terms)).toBe(false);
});

test.each(changes.map((change) => [Object.entries(change).flat()[0], change] as const))(
  'terms with another %s are others',
  (_name, change) => {
    expect(areSameTerms(terms, { ...terms, ...change })).toBe(false);
    if (change.agent !== undefined) expect(isSameAgent(terms.agent, change.agent)).toBe(false);
  },
);
