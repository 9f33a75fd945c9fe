import { expect, test } from 'vitest';
import { Log } from '../../src/daemon/log.ts';
import type { Report } from '../../src/roles/report.ts';
import { ip } from '../addresses.ts';

const denied: Report = { kind: 'requestDenied', by: 'homeAgent', homeAddress: ip('10.1.0.77'), code: 131 };

function logFrom(least: 'warning' | 'info'): Log {
  const log = new Log();
  log.least = least;
  return log;
}

test('lines below the level are not said', () => {
  const log = logFrom('warning');
  const lines = [
    { level: 'info', text: 'small' },
    { level: 'error', text: 'great' },
  ] as const;
  expect(log.lines(lines)).toEqual([{ kind: 'log', level: 'error', text: 'great' }]);
});

test('what anybody can provoke is said ten times in ten seconds, and then again', () => {
  const log = logFrom('info');
  const said = Array.from({ length: 1000 }, (_, index) => log.report(denied, index)).flat();
  expect(said).toHaveLength(11);
  expect(said.at(-1)).toMatchObject({ text: expect.stringContaining('not said for a while') });
  expect(log.report(denied, 10_000)).toHaveLength(1);
});

test('what stations and agents do in earnest is always said', () => {
  const log = logFrom('info');
  const report: Report = { kind: 'stationAttached', mac: 0x020000000001 as never, interfaceName: 'phy0-ap0' };
  expect(Array.from({ length: 50 }, () => log.report(report, 0)).flat()).toHaveLength(50);
});
