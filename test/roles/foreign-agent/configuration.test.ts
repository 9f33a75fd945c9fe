import { expect, test } from 'vitest';
import { settingsOf } from '../../../src/roles/foreign-agent/configuration.ts';
import { configuration } from './scene.ts';

test('what the configuration says counts, and what it leaves out is usual', () => {
  const settings = settingsOf({ ...configuration, isGreServed: true });
  expect(settings).toMatchObject({ isGreServed: true, mostVisitors: 3, reverseTunnel: 'offered' });
  expect(settings.mostPendingRequests).toBeGreaterThanOrEqual(5);
  expect(
    settings.agentAssociations.forPeer('foreign-home', configuration.ownAddresses[0] ?? (0 as never)),
  ).toBeUndefined();
});
