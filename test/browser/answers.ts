// What a daemon might answer: two access points whose subnets roam, and worse.

import type { Method } from './router.ts';

export type DaemonAnswers = Record<string, Method>;

const STATION = {
  home: {
    mac: '02:00:00:00:01:07',
    interface: 'phy0-ap0',
    ssid: 'tsunami',
    attached: true,
    address: '10.1.0.7',
    mobility: 'home',
    learned_by: 'arp',
    roams: 2,
    last_outage_ms: 7.4,
  },
  visiting: {
    mac: '02:00:00:00:02:4d',
    interface: 'phy1-ap0',
    ssid: 'tsunami',
    attached: true,
    address: '10.2.0.77',
    mobility: 'away',
    learned_by: 'directory',
    home_agent: '10.2.0.1',
    care_of_address: '192.168.50.1',
    registration: 'registered',
    remaining_seconds: 431,
    roams: 5,
    last_outage_ms: 23,
  },
  pending: {
    mac: '02:00:00:00:02:4e',
    interface: 'phy1-ap0',
    ssid: 'tsunami',
    attached: true,
    address: '10.2.0.78',
    mobility: 'away',
    home_agent: '10.2.0.1',
    care_of_address: '192.168.50.1',
    registration: 'refused',
    code: 131,
  },
  notProxied: {
    mac: '02:00:00:00:09:01',
    interface: 'phy0-ap0',
    ssid: 'tsunami',
    attached: true,
    address: '172.16.9.1',
    mobility: 'notProxied',
    reason: 'noHomeAgent',
    reason_text: "no row of the subnet map covers this address: add a 'config subnet' with its network and home agent",
  },
  unknown: { mac: '02:00:00:00:09:02', interface: 'phy0-ap0', ssid: 'tsunami', attached: true, mobility: 'unknown' },
} as const;

export const HINTS = {
  '02:00:00:00:01:07': { name: 'printer-cellar' },
  '02:00:00:00:02:4D': { name: "Anna's phone" },
};

const STATUS = {
  version: '0.1.0',
  enabled: true,
  paused: false,
  uptime_seconds: 93_784,
  bridges: [
    {
      device: 'br-lan',
      address: '10.1.0.1',
      network: '10.1.0.0/24',
      gateway: '10.1.0.1',
      home_agent: true,
      foreign_agent: true,
      served: true,
    },
  ],
  bss: [
    { interface: 'phy0-ap0', radio: 'radio0', ssid: 'tsunami', frequency_mhz: 2437, served: true },
    { interface: 'phy1-ap0', radio: 'radio1', ssid: 'tsunami', frequency_mhz: 5180, served: true },
    {
      interface: 'phy1-ap1',
      radio: 'radio1',
      ssid: 'guests',
      frequency_mhz: 5180,
      served: false,
      reason: 'the SSID is not listed',
    },
  ],
  stations: 5,
  visitors: 2,
  bindings: 1,
  authorities: [{ address: '10.2.0.1', state: 'answering', name: 'ap-east' }],
  radius: [],
  problems: [],
};

const VISITORS = {
  visitors: [
    {
      home_address: '10.2.0.77',
      home_agent: '10.2.0.1',
      care_of_address: '192.168.50.1',
      mac: STATION.visiting.mac,
      interface: 'br-lan',
      reverse_tunnel: true,
      remaining_seconds: 431,
    },
    {
      home_address: '10.3.0.5',
      home_agent: '10.3.0.1',
      care_of_address: '192.168.50.1',
      mac: '02:00:00:00:03:05',
      interface: 'br-lan',
      reverse_tunnel: false,
      remaining_seconds: 90,
    },
  ],
};

const BINDINGS = {
  bindings: [
    {
      home_address: '10.1.0.23',
      care_of_address: '192.168.50.2',
      home_agent: '10.1.0.1',
      reverse_tunnel: true,
      remaining_seconds: 512,
    },
  ],
};

const AGENTS = {
  agents: [
    {
      bridge: 'br-lan',
      address: '10.1.0.1',
      local: true,
      home_agent: true,
      foreign_agent: true,
      busy: false,
      gre: true,
      reverse_tunnel: true,
      care_of_addresses: ['192.168.50.1'],
      registration_lifetime_seconds: 600,
    },
  ],
};

const SUBNET_MAP = {
  rows: [
    { network: '10.1.0.0/24', home_agent: '10.1.0.1', gateway_mac: '02:00:5e:10:00:01', origin: 'local' },
    {
      network: '10.2.0.0/24',
      home_agent: '10.2.0.1',
      gateway_mac: '02:00:5e:10:00:02',
      origin: 'learned',
      reporters: ['192.168.50.2'],
    },
    { network: '10.3.0.0/24', home_agent: '10.3.0.1', origin: 'static' },
    { network: '10.4.0.0/24', home_agent: '10.4.0.1', origin: 'learned', reporters: ['10.4.0.2', '10.4.0.3'] },
  ],
  access_points: [],
};

const TUNNELS = {
  tunnels: [
    { encapsulation: 'ipip', local: '192.168.50.1', remote: '192.168.50.2', bindings: 1, visitors: 0 },
    { encapsulation: 'ipip', local: '192.168.50.1', remote: '10.2.0.1', bindings: 0, visitors: 2 },
  ],
};

const COUNTERS = {
  registrationAccepted: 41,
  registrationDenied: 2,
  'registrationDenied.131': 2,
  stationAttached: 77,
};

export function twoAccessPoints(): DaemonAnswers {
  return {
    status: () => STATUS,
    stations: () => ({ stations: Object.values(STATION) }),
    visitors: () => VISITORS,
    bindings: () => BINDINGS,
    agents: () => AGENTS,
    subnet_map: () => SUBNET_MAP,
    tunnels: () => TUNNELS,
    counters: () => COUNTERS,
    trail: ({ station }) => ({
      mac: station,
      address: '10.2.0.77',
      events: [
        { seconds_ago: 8000, text: 'left phy0-ap0' },
        { seconds_ago: 4, text: 'attached to phy1-ap0' },
        { seconds_ago: 4, text: 'is away from home (learned by directory)' },
        { seconds_ago: 3, text: 'is registered for 600 s (after 8.1 ms)' },
      ],
      roams: [
        { seconds_ago: 8300, to: 'phy0-ap0' },
        { seconds_ago: 8000, from: 'phy0-ap0', to: '192.168.50.2' },
        { seconds_ago: 4, from: '192.168.50.2', to: 'phy1-ap0', outage_ms: 23 },
      ],
    }),
    clear: () => ({}),
  };
}

export function nothingYet(): DaemonAnswers {
  return {
    status: () => ({
      version: '0.1.0',
      enabled: false,
      paused: false,
      bss: [],
      stations: 0,
      visitors: 0,
      bindings: 0,
      problems: [],
    }),
    stations: () => ({ stations: [] }),
    visitors: () => ({ visitors: [] }),
    bindings: () => ({ bindings: [] }),
    subnet_map: () => ({ rows: [] }),
    counters: () => ({}),
  };
}

export function manyStations(count: number): DaemonAnswers {
  const stations = Array.from({ length: count }, (_, index) => ({
    ...Object.values(STATION)[index % 5],
    mac: `02:00:00:01:${hexOctet(index >> 8)}:${hexOctet(index & 255)}`,
    ...(index % 5 === 4 ? {} : { address: `10.${index % 5 === 0 ? 1 : 2}.${index >> 8}.${index & 255}` }),
  }));
  return { ...twoAccessPoints(), stations: () => ({ stations }) };
}

/** Markup in everything that comes from strangers: an SSID, a host's name, whatever the daemon passes on of them. */
export const HOSTILE = '<img src=x onerror="window.hacked=1"><b>bold</b>';
export const HOSTILE_HINTS = { '02:00:00:00:01:07': { name: HOSTILE } };

export function hostileNames(): DaemonAnswers {
  const answers = twoAccessPoints();
  return {
    ...answers,
    status: () => ({
      ...(answers.status?.({}) as object),
      bss: [{ interface: 'phy0-ap0', radio: 'radio0', ssid: HOSTILE, frequency_mhz: 2437, served: true }],
      authorities: [{ address: '10.2.0.1', state: HOSTILE, name: HOSTILE }],
      problems: [HOSTILE],
    }),
    stations: () => ({
      stations: [
        { ...STATION.home, ssid: HOSTILE },
        { ...STATION.notProxied, reason_text: HOSTILE },
      ],
    }),
    subnet_map: () => ({
      rows: [{ network: '10.2.0.0/24', home_agent: '10.2.0.1', origin: HOSTILE, conflict: HOSTILE }],
    }),
    counters: () => ({ [HOSTILE]: HOSTILE }),
    trail: () => ({
      events: [{ seconds_ago: 1, text: HOSTILE }],
      roams: [{ seconds_ago: 1, from: HOSTILE, to: HOSTILE }],
    }),
  };
}

function hexOctet(value: number): string {
  return value.toString(16).padStart(2, '0');
}
