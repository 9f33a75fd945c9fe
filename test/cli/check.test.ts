// What `pmip check` makes of facts: a router on which all is well, and each thing that can be wrong there.

import { describe, expect, test } from 'vitest';
import { type Facts, type Finding, findings } from '../../src/cli/check.ts';
import { readConfig } from '../../src/config/config.ts';
import { ip } from '../addresses.ts';
import { routerNetwork } from '../daemon/router.ts';
import { usualConfiguration } from '../daemon/two-boxes.ts';

const USUAL = usualConfiguration([1, 2]);
const CLOCK = Date.UTC(2026, 10, 25, 12);

function factsOf(configuration = USUAL, changes: Partial<Facts> = {}): Facts {
  return {
    config: readConfig(configuration).config,
    configurationProblems: [],
    installer: 'apk add',
    missingModules: new Set(),
    isForwarding: true,
    network: routerNetwork(),
    reversePathFilters: new Map([
      ['all', 0],
      ['pmip0', 0],
    ]),
    mtus: new Map([['wan', 1500]]),
    unixMs: CLOCK,
    isNtpOff: false,
    firewall: { isOffloading: false, includesFiles: true, missingFiles: [], masquerades: true },
    bsses: [{ interfaceName: 'phy0-ap0', ssid: 'PMIP' }],
    daemon: { status: { problems: [] }, agents: [] },
    isStartedAtBoot: true,
    homeAgents: new Map([[ip('10.2.0.1'), 'answers']]),
    ...changes,
  };
}

/** All that is not well. */
function complaints(facts: Facts): Finding[] {
  return findings(facts).filter(({ verdict }) => verdict !== 'ok');
}

test('where all is well, each part says so in one line', () => {
  expect(findings(factsOf()).map(({ part, verdict }) => `${part} ${verdict}`)).toEqual([
    'configuration ok',
    'kernel ok',
    'bridges ok',
    'hostapd ok',
    'firewall ok',
    'clock ok',
    'keys ok',
    'agents ok',
    'daemon ok',
  ]);
});

const change = (from: string, to: string) => USUAL.replace(from, to);
const FIREWALL = { isOffloading: false, includesFiles: true, missingFiles: [], masquerades: true };
/** Sections of keys, from their first line to their last. */
const WITHOUT_KEYS = USUAL.replaceAll(/config secure_node(\n\t.*)*/g, '');
const KEYS_OF_ONE = USUAL.replace(/option end '10.1.0.254'/, "option end '10.1.0.99'");

describe('what is wrong is said, with the command that mends it:', () => {
  test.each<{ name: string; facts: Facts; part: string; text: RegExp; remedy: RegExp }>([
    {
      name: 'a kernel without ipip',
      facts: factsOf(USUAL, { missingModules: new Set(['ipip']) }),
      part: 'kernel',
      text: /no ipip tunnels/,
      remedy: /^apk add kmod-ipip$/,
    },
    {
      name: 'a kernel without gre, where gre is wanted',
      facts: factsOf(usualConfiguration([1, 2], { tunnel: 'gre' }), {
        missingModules: new Set(['ip_gre']),
        installer: 'opkg install',
      }),
      part: 'kernel',
      text: /no gre tunnels/,
      remedy: /^opkg install kmod-gre$/,
    },
    {
      name: 'a box that does not forward',
      facts: factsOf(USUAL, { isForwarding: false }),
      part: 'kernel',
      text: /does not forward/,
      remedy: /ip_forward=1/,
    },
    {
      name: 'a strict reverse path filter',
      facts: factsOf(USUAL, { reversePathFilters: new Map([['all', 1]]) }),
      part: 'kernel',
      text: /reverse path filter/,
      remedy: /net\.ipv4\.conf\.all\.rp_filter=2/,
    },
    {
      name: 'no bridge at all',
      facts: factsOf(USUAL.replace(/config bridge.*(\n\t.*)*/, '')),
      part: 'bridges',
      text: /nobody is served/,
      remedy: /uci set pmip\.lan=bridge/,
    },
    {
      name: 'a device that is not there',
      facts: factsOf(change("device 'br-lan'", "device 'br-guest'")),
      part: 'bridges',
      text: /br-guest: there is no such device/,
      remedy: /uci set pmip\.lan\.device=br-lan/,
    },
    {
      name: 'a bridge without SSID',
      facts: factsOf(change("\tlist ssid 'PMIP'\n", '')),
      part: 'bridges',
      text: /names no SSID/,
      remedy: /uci add_list pmip\.lan\.ssid=/,
    },
    {
      name: 'a port that the bridge does not have',
      facts: factsOf(change("\tlist ssid 'PMIP'\n", "\tlist ssid 'PMIP'\n\tlist port 'eth9'\n")),
      part: 'bridges',
      text: /pmip\.lan names port eth9, which br-lan does not have/,
      remedy: /uci del_list pmip\.lan\.port=eth9/,
    },
    {
      name: 'no ubusd',
      facts: factsOf(USUAL, { bsses: undefined }),
      part: 'hostapd',
      text: /ubusd does not answer/,
      remedy: /\/etc\/init\.d\/ubus restart/,
    },
    {
      name: 'no hostapd',
      facts: factsOf(USUAL, { bsses: [] }),
      part: 'hostapd',
      text: /no hostapd is on ubus/,
      remedy: /apk add wpad/,
    },
    {
      name: 'an SSID that nobody has',
      facts: factsOf(USUAL, { bsses: [{ interfaceName: 'phy0-ap0', ssid: 'OpenWrt' }] }),
      part: 'hostapd',
      text: /no BSS has the SSID 'PMIP'; there are 'OpenWrt'/,
      remedy: /uci show wireless/,
    },
    {
      name: 'flow offloading',
      facts: factsOf(USUAL, { firewall: { ...FIREWALL, isOffloading: true } }),
      part: 'firewall',
      text: /flow offloading/,
      remedy: /flow_offloading=0; uci commit firewall/,
    },
    {
      name: 'a firewall that does not take our rules',
      facts: factsOf(USUAL, { firewall: { ...FIREWALL, includesFiles: false } }),
      part: 'firewall',
      text: /auto_includes/,
      remedy: /auto_includes=1/,
    },
    {
      name: 'rules that are missing',
      facts: factsOf(USUAL, { firewall: { ...FIREWALL, missingFiles: ['/usr/share/nftables.d/x.nft'] } }),
      part: 'firewall',
      text: /x\.nft is missing/,
      remedy: /apk fix --reinstall pmip/,
    },
    {
      name: 'masquerading without a reverse tunnel',
      facts: factsOf(usualConfiguration([1, 2], { reverse_tunnel: '0' })),
      part: 'firewall',
      text: /masquerades/,
      remedy: /reverse_tunnel=auto/,
    },
    {
      name: 'a clock that was never set',
      facts: factsOf(USUAL, { unixMs: 86_400_000 }),
      part: 'clock',
      text: /shows 1970-01-02 00:00/,
      remedy: /sysntpd restart/,
    },
    {
      name: 'a network without a key',
      facts: factsOf(WITHOUT_KEYS.replace(/config subnet\n.*10\.2\.0\.0(\n\t.*)*/, '')),
      part: 'keys',
      text: /covers 10\.1\.0\.0\/24/,
      remedy: /uci add pmip secure_node/,
    },
    {
      name: 'authoritative access points without a key',
      facts: factsOf(usualConfiguration([1, 2]).replace("enabled '1'", "enabled '1'\n\tlist aap 10.2.0.1")),
      part: 'keys',
      text: /without 'option aap_key'/,
      remedy: /aap_key=/,
    },
    {
      name: 'a home agent that is silent',
      facts: factsOf(USUAL, { homeAgents: new Map([[ip('10.2.0.1'), 'silent']]) }),
      part: 'agents',
      text: /10\.2\.0\.1 does not answer on UDP port 434/,
      remedy: /pmip check/,
    },
    {
      name: 'a home agent without a route',
      facts: factsOf(USUAL, { homeAgents: new Map([[ip('10.2.0.1'), 'noRoute']]) }),
      part: 'agents',
      text: /no route leads to home agent 10\.2\.0\.1/,
      remedy: /ip route get 10\.2\.0\.1/,
    },
    {
      name: 'a link without a foreign agent',
      facts: factsOf(change("device 'br-lan'", "device 'br-lan'\n\toption foreign_agent 0")),
      part: 'agents',
      text: /no foreign agent advertises on br-lan/,
      remedy: /foreign_agent=1/,
    },
    {
      name: 'an authoritative access point that is silent',
      facts: factsOf(USUAL, {
        daemon: {
          status: { problems: [], authorities: [{ address: '10.3.0.1', state: 'silent' }] },
          agents: [],
        },
      }),
      part: 'agents',
      text: /authoritative access point 10\.3\.0\.1 does not answer/,
      remedy: /ping 10\.3\.0\.1/,
    },
    {
      name: 'a daemon that is disabled',
      facts: factsOf(usualConfiguration([1, 2], { enabled: '0' })),
      part: 'daemon',
      text: /disabled/,
      remedy: /enabled=1/,
    },
    {
      name: 'a daemon that is down',
      facts: factsOf(USUAL, { daemon: undefined }),
      part: 'daemon',
      text: /does not run/,
      remedy: /\/etc\/init\.d\/pmip start/,
    },
  ])('$name', ({ facts, part, text, remedy }) => {
    expect(complaints(facts)).toEqual([
      { part, verdict: 'wrong', text: expect.stringMatching(text), remedy: expect.stringMatching(remedy) },
    ]);
  });
});

test('what stands in the file, and what the daemon knows to be wrong, is said once', () => {
  const line = '/etc/config/pmip line 3: pmip.main.colour: unknown option';
  const daemon = { status: { problems: [line, 'no route to host'] }, agents: [] };
  expect(complaints(factsOf(USUAL, { configurationProblems: [line], daemon }))).toEqual([
    { part: 'configuration', verdict: 'wrong', text: line },
    { part: 'daemon', verdict: 'wrong', text: 'no route to host' },
  ]);
});

describe('what may be as it is, is a note:', () => {
  test.each<{ name: string; facts: Facts; text: RegExp }>([
    {
      name: 'no gre, where ipip is wanted',
      facts: factsOf(USUAL, { missingModules: new Set(['ip_gre']) }),
      text: /no gre tunnels/,
    },
    {
      name: 'no way to forget connections',
      facts: factsOf(USUAL, { missingModules: new Set(['nf_conntrack_netlink']) }),
      text: /connections of a station/,
    },
    {
      name: 'no way to send copies of broadcasts',
      facts: factsOf(USUAL, { missingModules: new Set(['nft_dup_netdev']) }),
      text: /in one BSS apart/,
    },
    { name: 'a small MTU', facts: factsOf(USUAL, { mtus: new Map([['wan', 1492]]) }), text: /MTU of 1492/ },
    { name: 'no NTP', facts: factsOf(USUAL, { isNtpOff: true }), text: /NTP is off/ },
    { name: 'no fw4', facts: factsOf(USUAL, { firewall: undefined }), text: /no fw4/ },
    { name: 'addresses without a key', facts: factsOf(KEYS_OF_ONE), text: /covers 10\.1\.0\.100 to 10\.1\.0\.254/ },
    { name: 'a pause', facts: factsOf(usualConfiguration([1, 2], { paused: '1' })), text: /paused/ },
  ])('$name', ({ facts, text }) => {
    expect(complaints(facts)).toMatchObject([{ verdict: 'note', text: expect.stringMatching(text) }]);
  });
});

test('a loose filter on our tunnels makes good for a strict one elsewhere', () => {
  const reversePathFilters = new Map([
    ['all', 1],
    ['pmip0', 2],
  ]);
  expect(complaints(factsOf(USUAL, { reversePathFilters }))).toEqual([]);
});

test('with RADIUS servers keys need not be in the file', () => {
  const file = `${WITHOUT_KEYS}\nconfig radius\n\toption server 10.9.0.1\n\toption secret x\n`;
  expect(complaints(factsOf(file))).toEqual([]);
});
