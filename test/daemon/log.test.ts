import { expect, test } from 'vitest';
import { Log, ROUTINE } from '../../src/daemon/log.ts';
import { reportLine } from '../../src/daemon/report-text.ts';
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

test.each(ROUTINE)('%s is said where its level is logged, and no word is made of it elsewhere', (kind) => {
  const renewal = { kind, homeAddress: ip('10.1.0.77'), homeAgent: ip('10.1.0.1'), lifetimeSeconds: 600 } as Report;
  expect(reportLine(renewal).level).toBe('info');
  expect(logFrom('info').report(renewal, 0)).toHaveLength(1);
  const untold = { kind } as Report;
  expect(logFrom('warning').report(untold, 0)).toEqual([]);
});
