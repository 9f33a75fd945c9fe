import { expect, test } from 'vitest';
import { denied, discarded, replyDiscarded, revocationDiscarded } from '../../../src/roles/foreign-agent/reports.ts';
import { reportsOf } from '../messages.ts';
import { homeAddress } from './scene.ts';

test('each report names the node, and the role where another one has the like', () => {
  expect(
    reportsOf([
      denied(homeAddress, 66),
      discarded(homeAddress, 'badSPI'),
      replyDiscarded(homeAddress, 'noPendingRequest'),
      revocationDiscarded(homeAddress, 'reflected'),
    ]),
  ).toEqual([
    { kind: 'requestDenied', by: 'foreignAgent', homeAddress, code: 66 },
    { kind: 'requestDiscarded', by: 'foreignAgent', homeAddress, reason: 'badSPI' },
    { kind: 'replyDiscarded', homeAddress, reason: 'noPendingRequest' },
    { kind: 'revocationDiscarded', by: 'foreignAgent', homeAddress, reason: 'reflected' },
  ]);
});
