// SystemLog against a socket like logd's: what arrives there, and what goes to standard error instead.

import * as ffi from 'quickjs-ffi';
import { utf8Text } from '../../src/octets/octets.ts';
import { SystemLog } from '../../src/runtime/quickjs/system-log.ts';
import { check, directory, run, same } from './harness.ts';

function logd(path: string): { take: () => string | undefined; stop: () => void } {
  const descriptor = ffi.unixDatagram(path, null);
  const buffer = new Uint8Array(256);
  return {
    take: () => {
      const length = ffi.receive(descriptor, buffer);
      return length === undefined ? undefined : utf8Text(buffer.subarray(0, length));
    },
    stop: () => ffi.close(descriptor),
  };
}

check('a line arrives with the priority of its level and the name of the service', () => {
  const path = `${directory}/log`;
  const { take, stop } = logd(path);
  const log = new SystemLog(path);
  for (const level of ['error', 'warning', 'notice', 'info', 'debug'] as const) log.write(level, `of ${level}`);
  same(take(), '<27>pmip: of error');
  same(take(), '<28>pmip: of warning');
  same(take(), '<29>pmip: of notice');
  same(take(), '<30>pmip: of info');
  same(take(), '<31>pmip: of debug');
  same(take(), undefined);
  stop();
});

check('several lines are one fact, and arrive as one', () => {
  const path = `${directory}/lines`;
  const { take, stop } = logd(path);
  new SystemLog(path).write('error', 'an error\n    at somewhere');
  same(take(), '<27>pmip: an error     at somewhere');
  stop();
});

check('a logd that was started anew is found again', () => {
  const path = `${directory}/again`;
  const first = logd(path);
  const log = new SystemLog(path);
  log.write('notice', 'one');
  first.stop();
  const second = logd(path);
  log.write('notice', 'two');
  same(second.take(), '<29>pmip: two');
  second.stop();
});

check('without logd the line goes to standard error, and nothing is thrown', () => {
  new SystemLog(`${directory}/nobody`).write('notice', 'nobody listens');
});

await run();
