import { expect, test } from 'vitest';
import { outcomeOf } from '../../luci/src/questions.ts';

test.each([
  ['RPC call to pmip/status failed with error -32000: Object not found', 'notRunning'],
  ['RPC call to pmip/status failed with ubus code 4: Resource not found', 'notRunning'],
  ['RPC call to pmip/status failed with error -32002: Access denied', 'notPermitted'],
  ['RPC call to pmip/status failed with ubus code 6: Permission denied', 'notPermitted'],
])('"%s" means %s', (message, kind) => {
  expect(outcomeOf(new Error(`${message}\n  at somewhere`))).toEqual({ kind });
});

test('any other failure is told in its own words, without the stack that LuCI adds', () => {
  expect(outcomeOf(new Error('XHR request timed out\n  at somewhere'))).toEqual({
    kind: 'failed',
    text: 'XHR request timed out',
  });
  expect(outcomeOf('odd')).toEqual({ kind: 'failed', text: 'odd' });
});
