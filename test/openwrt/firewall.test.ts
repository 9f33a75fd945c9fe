// The package's files for fw4, put where fw4 puts them in a ruleset like that of OpenWrt's default configuration, and
// judged by the kernel: packets from the Internet, the LAN and the tunnel, and the rule that decided on each.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PROPAGATION, ROOT } from './unpacked-package.ts';

const FOLDER = join(ROOT, 'test/openwrt');
const FILES = join(ROOT, 'openwrt/pmip/files');
const AGENT = '10.255.1.1';
const AGENT_AFAR = '10.255.2.2';
const STRANGER = '203.0.113.7';
const ROUTER = '10.255.1.2';
const ROUTER_AT_HOME = '10.1.0.1';
const HOST_AT_HOME = '10.1.0.10';
const CLIENT_AWAY = '10.1.0.77';
const VISITOR = '10.2.0.88';

type Probe = readonly [what: string, packet: string, ruleWithPmip: string, ruleWithout: string];

// Who sends, source, destination, IP protocol, destination port, source port.
const PROBES: readonly Probe[] = [
  ['a registration from an agent', `internet ${AGENT} ${ROUTER} 17 434`, '!pmip: registrations', 'rejected'],
  ['an ipip packet from an agent', `internet ${AGENT} ${ROUTER} 4`, '!pmip: tunnels from agents', 'rejected'],
  ['a GRE packet from an agent', `internet ${AGENT} ${ROUTER} 47`, '!pmip: tunnels from agents', 'rejected'],
  ['another port from an agent', `internet ${AGENT} ${ROUTER} 17 53`, 'rejected', 'rejected'],
  ['a registration from the Internet', `internet ${STRANGER} ${ROUTER} 17 434`, 'rejected', 'rejected'],
  ['an ipip packet from the Internet', `internet ${STRANGER} ${ROUTER} 4`, 'rejected', 'rejected'],
  ['a GRE packet from the Internet', `internet ${STRANGER} ${ROUTER} 47`, 'rejected', 'rejected'],
  [
    'a connection from the Internet to a host at home',
    `internet ${STRANGER} ${HOST_AT_HOME} 6 80`,
    'rejected',
    'rejected',
  ],
  [
    'a connection from the Internet to a client away',
    `internet ${STRANGER} ${CLIENT_AWAY} 6 80`,
    'rejected',
    'rejected',
  ],
  [
    'a connection from home to a client away',
    `home ${HOST_AT_HOME} ${CLIENT_AWAY} 6 80`,
    '!pmip: bridge to tunnel',
    'rejected',
  ],
  [
    'a connection from home to the Internet',
    `home ${HOST_AT_HOME} ${STRANGER} 6 80`,
    'to wan masqueraded',
    'to wan masqueraded',
  ],
  [
    'a connection from a visitor to the Internet',
    `home ${VISITOR} ${STRANGER} 6 80`,
    'to wan masqueraded',
    'to wan masqueraded',
  ],
  ['a tunnelled packet for a visitor', `tunnel ${STRANGER} ${VISITOR} 6 443`, '!pmip: tunnel to bridge', 'rejected'],
  [
    'a connection from a client away to the Internet',
    `tunnel ${CLIENT_AWAY} ${STRANGER} 6 443`,
    '!pmip: from clients away masqueraded',
    'rejected',
  ],
  [
    'a connection from a client away to a host at home',
    `tunnel ${CLIENT_AWAY} ${HOST_AT_HOME} 6 80`,
    '!pmip: tunnel to bridge',
    'rejected',
  ],
  ['a connection from nobody away to the Internet', `tunnel 10.9.9.9 ${STRANGER} 6 443`, 'rejected', 'rejected'],
  [
    'a DNS question of a client away',
    `tunnel ${CLIENT_AWAY} ${ROUTER_AT_HOME} 17 53`,
    '!pmip: DNS from clients away',
    'rejected',
  ],
  [
    'a DNS connection of a client away',
    `tunnel ${CLIENT_AWAY} ${ROUTER_AT_HOME} 6 53`,
    '!pmip: DNS from clients away',
    'rejected',
  ],
  [
    'a renewal of the lease of a client away',
    `tunnel ${CLIENT_AWAY} ${ROUTER_AT_HOME} 17 67`,
    '!pmip: DHCP from clients away',
    'rejected',
  ],
  ['a ping of a client away', `tunnel ${CLIENT_AWAY} ${ROUTER_AT_HOME} 1`, '!pmip: ping from clients away', 'rejected'],
  ['a login from a client away', `tunnel ${CLIENT_AWAY} ${ROUTER_AT_HOME} 6 22`, 'rejected', 'rejected'],
  ['a DNS question of nobody away', `tunnel 10.9.9.9 ${ROUTER_AT_HOME} 17 53`, 'rejected', 'rejected'],
  ['a word about the subnet map from an agent', `internet ${AGENT} ${ROUTER} 17 6500`, '!pmip: subnet map', 'rejected'],
  ['a word about the subnet map from the Internet', `internet ${STRANGER} ${ROUTER} 17 6500`, 'rejected', 'rejected'],
  [
    'an ipip packet of the home agent from its LAN address',
    `router ${ROUTER_AT_HOME} ${AGENT_AFAR} 4`,
    '!pmip: tunnels to agents',
    'masqueraded',
  ],
  [
    'a GRE packet of the home agent from its LAN address',
    `router ${ROUTER_AT_HOME} ${AGENT_AFAR} 47`,
    '!pmip: tunnels to agents',
    'masqueraded',
  ],
  [
    'an ipip packet of a host at home, which is no agent',
    `home ${HOST_AT_HOME} ${AGENT_AFAR} 4`,
    'to wan masqueraded',
    'to wan masqueraded',
  ],
  [
    'a word of the home agent from its LAN address',
    `router ${ROUTER_AT_HOME} ${AGENT_AFAR} 17 434 434`,
    '!pmip: words to agents',
    'masqueraded',
  ],
  [
    'another word from the LAN address',
    `router ${ROUTER_AT_HOME} ${AGENT_AFAR} 17 434 40000`,
    'masqueraded',
    'masqueraded',
  ],
];

const directory = mkdtempSync(join(tmpdir(), 'pmip-fw4-'));
afterAll(() => rmSync(directory, { recursive: true }));

function rulesetWith(includes: (chain: string) => string): string {
  const path = join(mkdtempSync(join(directory, 'ruleset-')), 'fw4.nft');
  const ruleset = readFileSync(join(FOLDER, 'fw4.nft'), 'utf8');
  writeFileSync(
    path,
    ruleset.replace(/^@chain-pre\/(\w+)$/gm, (_, chain: string) => includes(chain)),
  );
  return path;
}

function fileFor(chain: string): string {
  const path = join(FILES, `fw4-${chain}.nft`);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** The rule that decided on each packet; the ruleset is loaded anew before each, as by a reload of the firewall. */
function decisions(ruleset: string): string[] {
  const rights = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const script = [join(FOLDER, 'fw4-network.sh'), join(FOLDER, 'fw4-probe.py'), ruleset];
  const input = PROBES.map(([, packet]) => `${packet}\n`).join('');
  const output = execFileSync('unshare', [...rights, ...PROPAGATION, '--net', '--mount', 'sh', ...script], {
    encoding: 'utf8',
    input,
  });
  return output.trimEnd().split('\n');
}

describe("fw4's default firewall", () => {
  const withPmip = decisions(rulesetWith(fileFor));
  const without = decisions(rulesetWith(() => ''));

  test.each(PROBES.map(([what, , rule], index) => [what, rule, index] as const))(
    'with pmip decides on %s by the rule "%s"',
    (_, rule, index) => expect(withPmip[index]).toBe(rule),
  );

  test('without pmip accepts nothing of what only pmip needs', () => {
    expect(without).toEqual(PROBES.map(([, , , rule]) => rule));
  });

  test('has a file of the package for each chain that the package names, and no other', () => {
    const files = readdirSync(FILES).filter((name) => name.endsWith('.nft'));
    expect(files.sort()).toEqual(['fw4-forward.nft', 'fw4-input.nft', 'fw4-srcnat.nft']);
  });
});
