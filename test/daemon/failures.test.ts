import { expect, test } from 'vitest';
import { failureNews } from '../../src/daemon/failures.ts';
import { ip } from '../addresses.ts';

test('an interface that was shut for a moment is counted, not told', () => {
  const news = failureNews({ kind: 'frames', interfaceName: 'phy0-ap0' }, { code: 'ENETDOWN', message: 'down' });
  expect(news).toEqual({ kind: 'count', name: 'networkDown.frames' });
});

test('a taken port 434 is told with what to do', () => {
  const news = failureNews(
    { kind: 'registrationSocket' },
    { code: 'EADDRINUSE', message: 'bind: Address already in use' },
  );
  expect(news).toMatchObject({ kind: 'problem', part: 'registration' });
  expect(news.kind === 'problem' && news.text).toMatch(/port 434 .*Address already in use.*end what uses it/);
});

test('that changes of nf_tables cannot be heard is counted', () => {
  const news = failureNews({ kind: 'netlink', channel: 'tables' }, { code: 'EPERM', message: 'not permitted' });
  expect(news).toEqual({ kind: 'count', name: 'tablesUnheard.EPERM' });
});

test('each part of the world that says no has its own problem', () => {
  const failure = { code: 'EPERM', message: 'Operation not permitted' };
  const parts = [
    { kind: 'netlink', channel: 'route' },
    { kind: 'netlink', channel: 'netfilter' },
    { kind: 'registrationSend', destination: ip('10.1.0.1') },
    { kind: 'frames', interfaceName: 'phy0-ap0' },
    { kind: 'groups', interfaceName: 'br-lan' },
    { kind: 'state' },
  ] as const;
  const names = parts.map((part) => failureNews(part, failure)).map((news) => news.kind === 'problem' && news.part);
  expect(new Set(names).size).toBe(parts.length);
  expect(names).not.toContain(false);
});
