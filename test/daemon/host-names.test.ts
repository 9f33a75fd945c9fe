import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { HostNames, type HostNamesOutput } from '../../src/daemon/host-names.ts';
import { Log } from '../../src/daemon/log.ts';
import { Problems } from '../../src/daemon/problems.ts';
import { Counters } from '../../src/daemon/status.ts';
import { utf8Octets } from '../../src/octets/octets.ts';
import { ip } from '../addresses.ts';
import { NO_SUCH_NAME, ONE_ADDRESS } from '../wire/dns-answers.ts';

const CONFIGURATION = `config pmip main
\toption enabled 1
\tlist aap 10.255.1.2
\tlist aap AP2.campus
config radius
\toption server no.campus
\toption secret x
`;
const SERVER = ip('192.0.2.53');
// So that the identifier is the one of the recorded answers.
const random = () => 0x1234 / 0x10000;

class Scene {
  readonly problems = new Problems();
  readonly counters = new Counters();
  readonly names: HostNames;
  config = readConfig(CONFIGURATION).config;

  constructor() {
    this.names = new HostNames(random, { problems: this.problems, counters: this.counters, log: new Log() });
  }

  configure(text: string, ms = 0): string[] {
    this.config = readConfig(text).config;
    return wordsOf(this.names.configured(this.config, ms));
  }

  /** Two questions, for the two names in the order of the configuration. */
  ask(resolver = 'nameserver 192.0.2.53\n'): string[] {
    const resolverConfiguration = utf8Octets(resolver);
    return wordsOf(this.names.arrived({ kind: 'nameFiles', hosts: undefined, resolverConfiguration }, 0));
  }

  hear(octets: Uint8Array, ms = 0): string[] {
    return wordsOf(this.names.arrived({ kind: 'dnsReceived', octets, sourceAddress: SERVER, sourcePort: 53 }, ms));
  }

  hosts(): string[] {
    const { main, radiusServers } = this.names.applied(this.config);
    const hosts = [...main.authoritativeAccessPoints, ...radiusServers.map(({ server }) => server)];
    return hosts.map((host) => (host.kind === 'address' ? `${host.address & 0xff} ${host.hostName}` : host.hostName));
  }
}

function wordsOf(outputs: readonly HostNamesOutput[]): string[] {
  return outputs.map((output) => {
    if (output.kind !== 'departs') return output.kind;
    return output.departure.kind === 'log' ? output.departure.text : output.departure.kind;
  });
}

test('a configuration without names is left as it is, and asks nobody', () => {
  const scene = new Scene();
  expect(scene.configure('config pmip main\n\toption enabled 1\n\tlist aap 10.255.1.2\n')).toEqual([]);
  expect(scene.names.applied(scene.config)).toBe(scene.config);
  expect(scene.names.nextDeadline()).toBeUndefined();
});

test('names become addresses as soon as they are known, and what is not found is said with what to do', () => {
  const scene = new Scene();
  expect(scene.configure(CONFIGURATION)).toEqual(['nameFilesRead']);
  expect(scene.ask()).toEqual(['dnsOpen', 'dnsSend', 'dnsSend']);
  expect(scene.hosts()).toEqual(['2 undefined', 'AP2.campus', 'no.campus']);
  expect(scene.hear(ONE_ADDRESS)).toEqual(["host name 'ap2.campus' in 'list aap' is 10.255.2.2", 'hostsChanged']);
  expect(scene.hosts()).toEqual(['2 undefined', '2 AP2.campus', 'no.campus']);
  const problem =
    "host name 'no.campus' in 'option server' is not found: there is no such name: correct it, or make it known to the name server or in /etc/hosts";
  expect(scene.hear(NO_SUCH_NAME)).toEqual([problem, 'dnsClose']);
  expect(scene.problems.all()).toEqual([problem]);
});

test('what was wrong with a name is over when it is found, or not in the configuration any more', () => {
  const scene = new Scene();
  scene.configure(CONFIGURATION);
  scene.ask('');
  expect(scene.problems.all()).toHaveLength(2);
  scene.names.deadlineReached(2000);
  scene.ask();
  expect(scene.hear(ONE_ADDRESS)).toContain("host name 'ap2.campus' in 'list aap' is 10.255.2.2");
  expect(scene.problems.all()).toHaveLength(1);
  scene.configure(CONFIGURATION.replace('no.campus', '192.0.2.1'));
  expect(scene.problems.all()).toEqual([]);
});

test('an address holds while its name is not found, which is said with it', () => {
  const scene = new Scene();
  scene.configure(CONFIGURATION);
  scene.ask();
  scene.hear(ONE_ADDRESS);
  scene.names.deadlineReached(60_000);
  scene.ask('');
  expect(scene.problems.all()[0]).toBe(
    "host name 'ap2.campus' in 'list aap' is not found: /etc/resolv.conf names no name server with an IPv4 address; 10.255.2.2, its last address, is used until then",
  );
  expect(scene.hosts()[1]).toBe('2 AP2.campus');
});

test('who does not answer at the address of a name is looked for', () => {
  const scene = new Scene();
  scene.configure(CONFIGURATION.replace('no.campus', '192.0.2.1'));
  scene.ask();
  scene.hear(ONE_ADDRESS);
  expect(wordsOf(scene.names.silent(ip('10.255.2.9'), 20_000))).toEqual([]);
  expect(wordsOf(scene.names.silent(ip('10.255.2.2'), 20_000))).toEqual(['nameFilesRead']);
});

test('answers that make no sense or that nobody waits for are counted', () => {
  const scene = new Scene();
  scene.configure(CONFIGURATION);
  scene.ask();
  scene.hear(ONE_ADDRESS.subarray(0, 20));
  scene.hear(ONE_ADDRESS);
  scene.hear(ONE_ADDRESS);
  expect(scene.counters.plain()).toEqual({ 'dnsDiscarded.notAsked': 1, 'malformed.dns': 1 });
});

test('where pmip is disabled nothing is asked', () => {
  expect(new Scene().configure(CONFIGURATION.replace('enabled 1', 'enabled 0'))).toEqual([]);
});
