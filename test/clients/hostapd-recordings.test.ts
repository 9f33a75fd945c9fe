// HostapdClient held against all recorded runs of hostapd.

import { describe, expect, test } from 'vitest';
import { Listener, Recording, RUNS, type Run } from './hostapd-recordings.ts';

const FIRST = '02:00:00:00:02:00';
const SECOND = '02:00:00:00:03:00';

/** Who is attached at the end of each step, as its description says: first or second client, 2.4 or 5 GHz. */
const ATTACHED: Readonly<Record<string, string>> = {
  start: '',
  'idle-queries': '',
  'unsubscribed-association': '',
  subscribe: '',
  'associate-2g': 'first:2',
  traffic: 'first:2',
  'roam-2g-to-5g': 'first:5',
  'after-roam': 'first:5',
  'roam-5g-to-2g': 'first:2',
  'roam-again-quick': 'first:2',
  'reassociate-same-bss': 'first:2',
  'second-client': 'first:2 second:5',
  'client-deauth': 'second:5',
  'associate-again': 'first:2 second:5',
  'client-disassoc': 'first:2 second:5',
  'del-client-deauth': 'first:2 second:5',
  'del-client-disassoc': 'first:2 second:5',
  'del-client-unknown': 'first:2 second:5',
  inactivity: 'second:5',
  'inactivity-back': 'first:2 second:5',
  'silent-roam': 'first:5 second:5',
  'wrong-key': 'first:5 second:5',
  'notify-response': 'first:5 second:5',
  'bss-transition': 'first:5 second:5',
  'beacon-request': 'first:5 second:5',
  'channel-switch': 'first:5 second:5',
  reload: 'first:5 second:5',
  'config-remove': 'first:5 second:5',
  'config-set-changed': '',
  'config-set-channel': '',
  'config-unset': '',
  'config-set-back': '',
  'subscribe-anew': 'first:5 second:5',
  stop: '',
  'start-again': 'first:5 second:5',
  kill: '',
};

/** In this run the second client had given up by then, after its attempts at the BSS with another SSID. */
const GIVEN_UP: Readonly<Record<string, string>> = { 'subscribe-anew': 'first:5', 'start-again': 'first:5' };

function expected(run: string, step: string): string[] {
  const text = (run === '24.10-psk' ? GIVEN_UP[step] : undefined) ?? ATTACHED[step] ?? 'unknown step';
  const [slow, fast] = run < '23' ? ['wlan0', 'wlan1'] : ['phy0-ap0', 'phy1-ap0'];
  const written = text.split(' ').filter((word) => word !== '');
  return written.map((word) =>
    word.replace('first', FIRST).replace('second', SECOND).replace(':2', ` ${slow}`).replace(':5', ` ${fast}`),
  );
}

/** The clients reassociate, or appear elsewhere: nobody is away for long. */
const WITHOUT_DEPARTURE =
  /^(roam|after-roam|silent-roam|reassociate|traffic|second|del-client-dis|bss|beacon|channel|reload)/;

/** What a client that listens from the end of step `first` on has as attached at the end of each. */
function attachedAfterEach(run: Run, first: number): string[][] {
  const recording = new Recording(run);
  if (first > 0) recording.skipTo(recording.endOf(first - 1));
  const listener = new Listener(recording);
  listener.start();
  return run.steps.slice(first).map((step, index) => {
    listener.playTo(recording.endOf(first + index));
    return [step.name, ...listener.attached().sort()];
  });
}

describe.each(RUNS)('hostapd as recorded, $name:', (run) => {
  const truth = run.steps.map(({ name }) => [name, ...expected(run.name, name).sort()]);

  test('at the end of each step exactly those stations are attached that are there', () => {
    expect(attachedAfterEach(run, 0)).toEqual(truth);
  });

  test('whoever begins to listen at a later step knows as much', () => {
    for (const first of run.steps.keys()) expect(attachedAfterEach(run, first)).toEqual(truth.slice(first));
  });

  test('no roam and no reassociation looks like a departure', () => {
    const recording = new Recording(run);
    const listener = new Listener(recording);
    listener.start();
    const departed: string[] = [];
    for (const [index, { name }] of run.steps.entries()) {
      listener.playTo(recording.endOf(index));
      if (listener.departures.splice(0).length > 0 && WITHOUT_DEPARTURE.test(name)) departed.push(name);
    }
    expect(departed).toEqual([]);
  });

  test('a new ubusd in any step makes nobody depart, and those that are there are attached at its end', () => {
    const recording = new Recording(run);
    const listener = new Listener(recording);
    listener.start();
    for (const [index, { name }] of run.steps.entries()) {
      // hostapd ends in these before it can have come back to the bus.
      if (name !== 'stop' && name !== 'kill') {
        recording.bus.stop();
        recording.bus.start();
      }
      listener.playTo(recording.endOf(index));
      expect([name, ...listener.attached().sort()]).toEqual(truth[index]);
      const departures = listener.departures.splice(0);
      if (WITHOUT_DEPARTURE.test(name)) expect([name, departures]).toEqual([name, []]);
    }
  });

  test('the lists that the client is given are those recorded', () => {
    const recording = new Recording(run);
    recording.skipTo(Number.MAX_SAFE_INTEGER);
    expect(recording.surprises).toEqual([]);
  });

  test('a roam is told within 150 ms of the association request', () => {
    const recording = new Recording(run);
    const listener = new Listener(recording);
    listener.start();
    listener.playTo(recording.endOf(run.steps.length - 1));
    const delays = roams(run).map(({ atMs, attachment }) => {
      const told = listener.attachments.find((one) => one.attachment === attachment && one.atMs >= atMs);
      return (told?.atMs ?? Number.POSITIVE_INFINITY) - atMs;
    });
    expect(delays.length).toBe(4);
    expect(Math.max(...delays)).toBeLessThanOrEqual(150);
  });
});

/** When the first client asked for association in the steps where it roams, and where. */
function roams(run: Run): { atMs: number; attachment: string }[] {
  return run.steps
    .filter(({ name }) => name.startsWith('roam'))
    .flatMap(({ events }) => events)
    .flatMap((event) => {
      if (event.kind !== 'notification' || event.type !== 'assoc') return [];
      return [{ atMs: event.t_ms, attachment: `${FIRST} ${event.object.replace('hostapd.', '')}` }];
    });
}
