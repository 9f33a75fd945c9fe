import { describe, expect, test } from 'vitest';
import { reportLine } from '../../src/daemon/report-text.ts';
import type { DiscardReason, NotProxiedReason, Report } from '../../src/roles/report.ts';
import { ip, mac, prefix } from '../addresses.ts';

const station = { mac: mac('02:00:00:00:02:00'), interfaceName: 'phy0-ap0' };
const known = { ...station, address: ip('10.1.0.77'), learnedBy: 'arp' };
const node = { homeAddress: ip('10.1.0.77') };
const registration = { ...node, mac: station.mac, lifetimeSeconds: 600 };
const binding = { ...node, careOfAddress: ip('10.255.2.2'), lifetimeSeconds: 600 };
const visitor = { ...node, homeAgent: ip('10.1.0.1'), lifetimeSeconds: 600 };
const agent = { bridge: 'br-lan', address: ip('10.2.0.1') };
const by = 'homeAgent' as const;
const peer = ip('10.255.2.2');

/** One of each kind: whoever adds a kind is asked for a line here. */
const REPORTS = {
  stationAttached: { kind: 'stationAttached', ...station },
  stationNotServed: { kind: 'stationNotServed', ...station },
  stationDetached: { kind: 'stationDetached', ...station },
  stationSilent: { kind: 'stationSilent', ...known },
  stationHome: { kind: 'stationHome', ...known },
  stationAway: { kind: 'stationAway', ...known },
  stationNotProxied: { kind: 'stationNotProxied', ...known, reason: 'noHomeAgent' },
  stationCameFrom: { kind: 'stationCameFrom', ...station, peer },
  stationMovedTo: { kind: 'stationMovedTo', ...station, peer },
  tooManyStations: { kind: 'tooManyStations', ...station },
  registrationSent: { kind: 'registrationSent', ...registration, ...visitor, ...binding, attempt: 1 },
  registrationAccepted: { kind: 'registrationAccepted', ...registration, elapsedMs: 12.34 },
  registrationDenied: { kind: 'registrationDenied', ...registration, code: 131 },
  registrationUnanswered: { kind: 'registrationUnanswered', ...registration },
  registrationVoided: { kind: 'registrationVoided', ...registration },
  agentFound: { kind: 'agentFound', ...agent },
  agentLost: { kind: 'agentLost', ...agent },
  agentRebooted: { kind: 'agentRebooted', ...agent },
  tooManyAgents: { kind: 'tooManyAgents', ...agent },
  noAgentAnswers: { kind: 'noAgentAnswers', bridge: 'br-lan' },
  clockResynchronized: { kind: 'clockResynchronized', homeAgent: ip('10.1.0.1'), offsetMs: 1500 },
  nonceGiven: { kind: 'nonceGiven', homeAgent: ip('10.1.0.1'), ...node },
  replyDiscarded: { kind: 'replyDiscarded', ...node, reason: 'badAuthenticator' },
  bindingCreated: { kind: 'bindingCreated', ...binding },
  bindingMoved: { kind: 'bindingMoved', ...binding },
  bindingRenewed: { kind: 'bindingRenewed', ...binding },
  bindingDeregistered: { kind: 'bindingDeregistered', ...binding },
  bindingExpired: { kind: 'bindingExpired', ...binding },
  bindingCleared: { kind: 'bindingCleared', ...binding },
  bindingRevoked: { kind: 'bindingRevoked', ...binding },
  bindingsRestored: { kind: 'bindingsRestored', restored: 3, refused: 1 },
  tooManyRevocations: { kind: 'tooManyRevocations', ...node },
  tooManyAnnouncements: { kind: 'tooManyAnnouncements', ...node },
  probeAnswered: { kind: 'probeAnswered', ...node, code: 136 },
  revocationSent: { kind: 'revocationSent', by, ...node, peer, attempt: 2 },
  revocationAcknowledged: { kind: 'revocationAcknowledged', by, ...node, peer },
  revocationUnanswered: { kind: 'revocationUnanswered', by, ...node, peer },
  revocationDiscarded: { kind: 'revocationDiscarded', by, ...node, reason: 'noBinding' },
  requestDenied: { kind: 'requestDenied', by, ...node, code: 131 },
  requestDiscarded: { kind: 'requestDiscarded', by, ...node, reason: 'badAuthenticator' },
  visitorAdded: { kind: 'visitorAdded', ...visitor },
  visitorRenewed: { kind: 'visitorRenewed', ...visitor },
  visitorMoved: { kind: 'visitorMoved', ...visitor },
  visitorDeregistered: { kind: 'visitorDeregistered', ...visitor },
  visitorExpired: { kind: 'visitorExpired', ...visitor },
  visitorCleared: { kind: 'visitorCleared', ...visitor },
  visitorRevoked: { kind: 'visitorRevoked', ...visitor },
  associationFetched: { kind: 'associationFetched', homeAddress: visitor.homeAddress },
  associationRefused: { kind: 'associationRefused', homeAddress: visitor.homeAddress },
  associationUnusable: { kind: 'associationUnusable', homeAddress: visitor.homeAddress, fault: 'noPair' },
  visitsRestored: { kind: 'visitsRestored', restored: 3, refused: 1 },
  dhcpHeld: { kind: 'dhcpHeld', ...station, address: ip('10.1.0.77') },
  dhcpSentHome: { kind: 'dhcpSentHome', ...station, address: ip('10.1.0.77') },
  dhcpReleased: { kind: 'dhcpReleased', ...station, address: ip('10.1.0.77') },
  dhcpBegunAnew: { kind: 'dhcpBegunAnew', ...station },
  dhcpLeftToServer: { kind: 'dhcpLeftToServer', ...station },
  dhcpRepeated: { kind: 'dhcpRepeated', ...node },
  dhcpRefused: { kind: 'dhcpRefused', ...node },
  dhcpNotRepeated: { kind: 'dhcpNotRepeated', ...node },
  foreignAgentBusy: { kind: 'foreignAgentBusy', isBusy: true },
  mapMessageDiscarded: { kind: 'mapMessageDiscarded', sourceAddress: ip('192.0.2.1'), reason: 'replayed' },
  authorityReached: { kind: 'authorityReached', address: ip('192.0.2.1') },
  authorityLost: { kind: 'authorityLost', address: ip('192.0.2.1') },
  accessPointJoined: { kind: 'accessPointJoined', accessPoint: mac('02:00:00:00:01:01'), address: ip('192.0.2.1') },
  accessPointLost: { kind: 'accessPointLost', accessPoint: mac('02:00:00:00:01:01'), address: ip('192.0.2.1') },
  homeAgentLost: { kind: 'homeAgentLost', homeAgent: ip('10.1.0.1'), network: prefix('10.1.0.0/24') },
  accessPointNameTaken: {
    kind: 'accessPointNameTaken',
    accessPoint: mac('02:00:00:00:01:01'),
    address: ip('192.0.2.1'),
  },
  subnetMapFull: { kind: 'subnetMapFull' },
  solicitationDiscarded: {
    kind: 'solicitationDiscarded',
    interfaceName: 'br-lan',
    sourceAddress: ip('10.2.0.9'),
    reason: 'badSource',
  },
} satisfies Record<Report['kind'], Report>;

describe.each(Object.values<Report>(REPORTS))('a report $kind', (report) => {
  test('is one line of words, with a level', () => {
    const { level, text } = reportLine(report);
    expect(['warning', 'notice', 'info']).toContain(level);
    expect(text).toMatch(/^[ -~]{10,200}$/);
    expect(text).not.toMatch(/undefined|NaN|null|\[object|Infinity/);
  });

  test('names who it is about as people write it', () => {
    const { text } = reportLine(report);
    if ('homeAddress' in report || 'learnedBy' in report) expect(text).toContain('10.1.0.77');
    if ('bridge' in report) expect(text).toContain('br-lan');
    if (report.kind.startsWith('station') || report.kind === 'tooManyStations') {
      expect(text).toContain('02:00:00:00:02:00');
    }
  });
});

test('every reason for which a station is left alone has words that say what to do, or why nothing can be done', () => {
  const reasons: Record<NotProxiedReason, RegExp> = {
    noHomeAgent: /config subnet/,
    noSecurityAssociation: /config secure_node/,
    securityAssociationAwaited: /waits .* RADIUS/,
    noForeignAgent: /option foreign_agent/,
    addressTaken: /another station/,
    secondAddress: /only one/,
    ownMobileIp: /of its own/,
    dhcpRequest: /option dhcp strict/,
    noCareOfAddress: /no route/,
  };
  for (const [reason, words] of Object.entries(reasons) as [NotProxiedReason, RegExp][]) {
    expect(reportLine({ kind: 'stationNotProxied', ...known, reason }).text).toMatch(words);
  }
});

test('a denial says the code and its meaning', () => {
  expect(reportLine(REPORTS.registrationDenied).text).toMatch(/: [a-z].*\(code 131\)$/);
  expect(reportLine({ kind: 'requestDenied', by: 'foreignAgent', ...node, code: 250 }).text).toContain('(code 250)');
});

test('what is discarded says the reason', () => {
  const reason: DiscardReason = 'missingSecurityExtension';
  for (const kind of ['requestDiscarded', 'revocationDiscarded'] as const) {
    expect(reportLine({ kind, by: 'foreignAgent', ...node, reason }).text).toContain(reason);
  }
  const reply = reportLine({ kind: 'replyDiscarded', ...node, reason });
  expect(reply.text).toContain(reason);
  const warning = reportLine({ kind: 'replyDiscarded', ...node, reason, code: 131 });
  expect([reply.level, warning.level]).toEqual(['info', 'warning']);
  expect(warning.text).toContain('mobile node failed authentication (code 131)');
});

test('a deregistration is not called a registration, nor a first attempt an attempt', () => {
  const sent = { ...REPORTS.registrationSent, lifetimeSeconds: 0 };
  expect(reportLine(sent).text).toMatch(/^deregistering .*lifetime 0 s$/);
  expect(reportLine({ ...REPORTS.registrationSent, attempt: 3 }).text).toMatch(/^registering .*, attempt 3$/);
  const accepted = { ...REPORTS.registrationAccepted, lifetimeSeconds: 0 };
  expect(reportLine(accepted).text).toBe('10.1.0.77 is deregistered (after 12.3 ms)');
});

test('a clock is ahead or behind, never ahead by less than nothing', () => {
  const line = (offsetMs: number) => reportLine({ ...REPORTS.clockResynchronized, offsetMs }).text;
  expect(line(1500)).toBe('home agent 10.1.0.1: its clock is 1500 ms ahead of ours');
  expect(line(-1500)).toBe('home agent 10.1.0.1: its clock is 1500 ms behind ours');
});

test('what was kept over a restart is news only where something was', () => {
  for (const kind of ['bindingsRestored', 'visitsRestored'] as const) {
    expect(reportLine({ kind, restored: 0, refused: 0 }).level).toBe('debug');
    expect(reportLine({ kind, restored: 0, refused: 1 }).level).toBe('notice');
    expect(reportLine({ kind, restored: 1, refused: 0 }).level).toBe('notice');
  }
});
