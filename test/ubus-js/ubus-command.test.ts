// The stand-in for the ubus command, held against the real one: given the recorded words and the recorded answers of
// ubusd it must send the same octets, print the same texts and exit with the same status.

import { describe, expect, test } from 'vitest';
import { formatHex } from '../../src/octets/octets.ts';
import { fromPlain } from '../../src/ubus-js/blobmsg.ts';
import { UbusClient } from '../../src/ubus-js/client.ts';
import { type Options, type Outcome, parseOptions, UbusCommand, USAGE } from '../lab/stand-ins/ubus-command.ts';
import { UbusdCore, type UbusdEffect } from '../lab/stand-ins/ubusd-core.ts';
import { type Command, conversation, octetsOf, type Recorded } from './recordings.ts';

/** A command that runs; what it prints is kept. */
class Run {
  readonly client = new UbusClient<string>();
  readonly command: UbusCommand;
  readonly sent: Uint8Array[] = [];
  stdout = '';
  stderr = '';
  exit: number | undefined;

  constructor(argv: readonly string[]) {
    this.command = new UbusCommand(parseOptions(argv) as Options, this.client);
    this.client.start();
    this.client.connected(0);
  }

  perform(outcomes: readonly Outcome[], now: number): void {
    for (const outcome of outcomes) {
      if (this.exit !== undefined) return;
      if (outcome.kind === 'print') this.stdout += outcome.text;
      else if (outcome.kind === 'complain') this.stderr += outcome.text;
      else if (outcome.kind === 'exit') this.exit = outcome.status;
      else if (outcome.kind === 'send') this.sent.push(outcome.octets);
      else this.perform(this.command.handle(outcome, now), now);
    }
  }

  received(octets: Uint8Array, now: number): void {
    this.perform(this.client.received(octets, now), now);
  }

  /** Lets time pass, up to ten seconds. */
  wait(): void {
    for (const now of [1000, 5000, 10_000]) {
      this.perform(this.client.deadlineReached(now), now);
      this.perform(this.command.deadlineReached(now), now);
    }
  }
}

/** Connections of programs other than the ubus command, or of commands that were ended by hand. */
const OTHERS =
  /^(object.*|late-object|listener|libubus-listener|subscriber-.*|cli-subscribe(-simple)?|cli-listen-.*|cli-monitor.*)$/;

const FILES = [
  '01-hello-lookup-empty.json',
  '02-add-object-lookup.json',
  '03-invoke-all-types.json',
  '04-status-codes.json',
  '07-subscribe-notify.json',
  '08-cli-subscribe.json',
  '09-events.json',
  '10-monitor.json',
];

type Recording = { readonly command: Command; readonly entries: readonly Recorded[] };

/** One connection for each command, in the same order. */
function recordings(file: string): Recording[] {
  const { commands, messages } = conversation(file);
  const names = [...new Set(messages.map(({ conn }) => conn))].filter((name) => !OTHERS.test(name));
  expect(names).toHaveLength(commands.length);
  return commands
    .map((command, index) => ({ command, entries: messages.filter(({ conn }) => conn === names[index]) }))
    .filter(({ command: { argv } }) => argv[0] === 'ubus' && !argv.includes('subscribe'));
}

describe.each(FILES)('%s', (file) => {
  for (const { command, entries } of recordings(file)) {
    test(`${command.argv.join(' ')}`, () => {
      const run = new Run(command.argv.slice(1));
      const octets = entries.filter((entry) => entry.hex !== undefined);
      for (const entry of octets.filter(({ dir }) => dir === 'ubusd->client')) {
        run.received(octetsOf(entry.hex ?? ''), 0);
      }
      run.wait();
      const { exit, stdout, stderr } = run;
      expect({ exit, stdout, stderr }).toEqual({
        exit: command.exit,
        stdout: command.stdout,
        stderr: command.stderr,
      });
      expect(run.sent.map(formatHex)).toEqual(
        octets.filter(({ dir }) => dir === 'client->ubusd').map(({ hex }) => hex),
      );
    });
  }
});

/** Commands and plain clients on one stand-in of ubusd. */
function bus() {
  let nextId = 0x10000000;
  const core = new UbusdCore(() => nextId++);
  const members = new Map<number, { flush(): void; received(octets: Uint8Array): void }>();
  const deliver = (effects: readonly UbusdEffect[]): void => {
    for (const effect of effects) {
      if (effect.kind !== 'send') continue;
      members.get(effect.client)?.received(effect.octets);
      members.get(effect.client)?.flush();
    }
  };
  const join = (
    member: (send: (octets: Uint8Array) => void) => { flush(): void; received(octets: Uint8Array): void },
  ) => {
    const { client, effects } = core.connected();
    members.set(
      client,
      member((octets) => deliver(core.received(client, octets))),
    );
    deliver(effects);
    return () => deliver(core.disconnected(client));
  };
  const command = (...argv: string[]) => {
    const run = new Run(argv);
    const leave = join((send) => ({
      received: (octets) => run.received(octets, 0),
      flush: () => {
        for (let octets = run.sent.shift(); octets !== undefined; octets = run.sent.shift()) send(octets);
      },
    }));
    return { run, leave };
  };
  const service = (path: string) => {
    const client = new UbusClient<string>();
    client.start();
    client.connected(0);
    client.addObject({ path, methods: { get: {} } }, 0);
    let send = (_: Uint8Array): void => undefined;
    const perform = (effects: ReturnType<typeof client.received>) => {
      for (const effect of effects) if (effect.kind === 'send') send(effect.octets);
    };
    const leave = join((given) => {
      send = given;
      return { received: (octets) => perform(client.received(octets, 0)), flush: () => undefined };
    });
    return { client, perform, leave };
  };
  return { command, service };
}

const { listen_all_stdout, listen_patterns_stdout } = conversation('09-events.json');
const { subscribe_stdout, subscribe_S_stdout } = conversation('08-cli-subscribe.json');

describe('listening', () => {
  test.each([
    ['everything', ['listen'], listen_all_stdout],
    ['patterns', ['listen', 'net.*', 'exact'], listen_patterns_stdout],
  ])('%s prints what the real command printed', (_, argv, stdout) => {
    const { command } = bus();
    const { run } = command(...argv);
    for (const recorded of conversation('09-events.json').commands) {
      if (recorded.argv[0] === 'ubus') command(...recorded.argv.slice(1));
    }
    command('send', 'config.change', '{"package":"pmip"}');
    expect(run.stdout).toBe(stdout);
    expect(run.exit).toBeUndefined();
  });

  test('when ubusd goes it ends well', () => {
    const { run } = bus().command('listen');
    run.perform(run.client.disconnected('end of stream', 0), 0);
    expect([run.exit, run.stderr]).toEqual([0, '']);
  });

  test('an empty pattern is refused', () => {
    const { run } = bus().command('listen', '');
    expect([run.exit, run.stderr]).toEqual([255, "Error while registering for event '': Permission denied\n"]);
  });
});

describe('subscribing', () => {
  test.each([
    [['subscribe', 'test.obj'], subscribe_stdout],
    [['-S', 'subscribe', 'test.obj'], subscribe_S_stdout],
  ])('%s prints what the real command printed', (argv, stdout) => {
    const { command, service } = bus();
    const object = service('test.obj');
    const { run } = command(...argv);
    const station = fromPlain({ address: '02:00:00:00:01:00', freq: 2412, arr: [1, 2] });
    object.perform(object.client.notify('test.obj', 'assoc', station));
    object.perform(object.client.notify('test.obj', 'auth', []));
    expect(run.stdout).toBe(stdout);
    object.leave();
    expect(run.exit).toBeUndefined();
  });

  test('several objects may be named', () => {
    const { command, service } = bus();
    const [one, other] = [service('one'), service('other')];
    const { run } = command('subscribe', 'one', 'other');
    one.perform(one.client.notify('one', 'a', []));
    other.perform(other.client.notify('other', 'b', []));
    expect(run.stdout).toBe('{ "a": {} }\n{ "b": {} }\n');
  });

  test.each(conversation('08-cli-subscribe.json').commands.slice(2))('$argv fails as recorded', (recorded) => {
    const { run } = bus().command(...recorded.argv.slice(1));
    expect([run.exit, run.stdout, run.stderr]).toEqual([recorded.exit, recorded.stdout, recorded.stderr]);
  });
});

describe('waiting for objects', () => {
  const [, timedOut] = conversation('12-large-reply-wait-for.json').commands;

  test('it ends when the last one has appeared', () => {
    const { command, service } = bus();
    service('early.obj');
    const { run } = command('-t', '5', 'wait_for', 'late.obj', 'early.obj');
    expect(run.exit).toBeUndefined();
    service('late.obj');
    expect([run.exit, run.stdout, run.stderr]).toEqual([0, '', '']);
  });

  test('after its time it fails as recorded', () => {
    const { run } = bus().command(...(timedOut?.argv.slice(1) ?? []));
    expect(run.command.nextDeadline()).toBe(1000);
    run.wait();
    expect([run.exit, run.stderr]).toEqual([timedOut?.exit, timedOut?.stderr]);
  });
});

describe('words', () => {
  test.each([[[]], [['-x', 'list']], [['-s']], [['-t']], [['-S']], [['--']]])('%j are wrong use', (argv) => {
    expect(parseOptions(argv)).toBeUndefined();
  });

  test('options end at the first word that is none', () => {
    expect(parseOptions(['-Svs/tmp/s', '-t', '3', 'call', 'a', 'b', '-S'])).toEqual({
      socket: '/tmp/s',
      timeoutMs: 3000,
      isSimple: true,
      isVerbose: true,
      words: ['call', 'a', 'b', '-S'],
    });
    expect(parseOptions(['--', '-list'])).toMatchObject({ words: ['-list'], timeoutMs: 30_000 });
  });

  test.each([[['nonsense']], [['list', 'a', 'b']], [['call', 'a']], [['send']], [['wait_for']], [['monitor']]])(
    '%j prints the usage',
    (argv) => {
      const { run } = bus().command(...argv);
      expect([run.exit, run.stderr]).toEqual([254, USAGE]);
    },
  );

  test('without ubusd it fails', () => {
    const run = new Run(['list']);
    run.perform(run.client.disconnected('ENOENT', 0), 0);
    expect([run.exit, run.stderr]).toEqual([255, 'Failed to connect to ubus\n']);
  });

  test('with -S nothing is complained about', () => {
    const { run } = bus().command('-S', 'call', 'nosuch', 'get');
    expect([run.exit, run.stderr]).toEqual([4, '']);
  });
});
