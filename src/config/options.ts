// THE table of options of /etc/config/pmip. A row here is all that a new option needs in the daemon: config.ts reads by
// these rows and gives each value its type; a test compares the default configuration with them.
//
// `cisco` is the command of Aironet's proxy Mobile IP, or of Cisco's Mobile IP routers, that the option stands for.

/** How the text of a value is read; config-values.ts has the readers. */
export type ValueRule =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly least: number; readonly most: number; readonly unit?: 'seconds' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** Any address, also the ends of a range. */
  | { readonly kind: 'address' }
  /** An address that a host can have. */
  | { readonly kind: 'hostAddress' }
  | { readonly kind: 'host' }
  | { readonly kind: 'prefix' }
  | { readonly kind: 'mac' }
  | { readonly kind: 'spi' }
  | { readonly kind: 'asciiKey' }
  | { readonly kind: 'hexKey' }
  | { readonly kind: 'secret'; readonly leastOctets: number }
  | { readonly kind: 'interfaceName' }
  | { readonly kind: 'path' }
  | { readonly kind: 'text'; readonly mostOctets: number };

export type OptionRow = {
  readonly name: string;
  /** What the value is called in `Config`. */
  readonly property: string;
  readonly value: ValueRule;
  /** For a list: how many items count. */
  readonly mostItems?: number;
  /** As it would stand in the file. Without one, and where not `isRequired`, the option may be absent. */
  readonly default?: string;
  /** Without a good value of this option its section is left out. */
  readonly isRequired?: true;
  /** May be absent; but where it is wrong, what is meant cannot be known, and its section is left out. */
  readonly spoilsSection?: true;
  /** Never shown: not in a problem, the log, or on ubus. */
  readonly isSecret?: true;
  readonly help: string;
  readonly cisco?: string;
};

export type SectionRow = {
  readonly type: string;
  /** The name that the one section of this type has in the default configuration. */
  readonly onlyName?: string;
  readonly help: string;
  readonly options: readonly OptionRow[];
};

const BOOLEAN = { kind: 'boolean' } as const;
const SECURE_NODE_COMMAND = 'ip proxy-mobile secure node START END spi SPI key {hex | ascii} KEY';
const SECURE_AGENT_COMMAND =
  'ip mobile secure {foreign-agent | home-agent | visitor} ADDRESS spi SPI key {hex | ascii} KEY';

// RFC 5944 §3.3: 65535 would never expire, and 0 deregisters. Below half a minute renewals outweigh the traffic.
const LIFETIME = { kind: 'integer', least: 30, most: 65534, unit: 'seconds' } as const;
// RFC 1256 §4.1 has 4 to 1800; RFC 5944 §2.3 lets a mobility agent advertise once a second.
const ADVERTISE_INTERVAL = { kind: 'integer', least: 1, most: 1800, unit: 'seconds' } as const;
const REPLAY_PROTECTION = { kind: 'choice', choices: ['timestamp', 'nonce'] } as const;
const ALGORITHM = { kind: 'choice', choices: ['keyed-md5', 'hmac-md5', 'hmac-sha256'] } as const;

// A bridge has no more ports, and an access point no more radios and SSIDs, than this; a list that is longer is a mistake.
const MOST_PORTS = 64;
const MOST_SSIDS = 64;
/** As Cisco. */
const MOST_AUTHORITATIVE_ACCESS_POINTS = 3;

export const MAIN = {
  type: 'pmip',
  onlyName: 'main',
  help: 'What holds for the whole access point.',
  options: [
    {
      name: 'enabled',
      property: 'isEnabled',
      value: BOOLEAN,
      default: '0',
      help: 'Runs proxy Mobile IP.',
      cisco: 'ip proxy-mobile enable',
    },
    {
      name: 'paused',
      property: 'isPaused',
      value: BOOLEAN,
      default: '0',
      help: 'Stops proxying for clients; the agents and the subnet map go on.',
      cisco: 'ip proxy-mobile pause',
    },
    {
      name: 'tunnel',
      property: 'tunnel',
      value: { kind: 'choice', choices: ['ipip', 'gre'] },
      default: 'ipip',
      help: 'Encapsulation asked for: ipip or gre.',
      cisco: 'ip proxy-mobile tunnel gre',
    },
    {
      name: 'reverse_tunnel',
      property: 'reverseTunnel',
      value: { kind: 'choice', choices: ['0', '1', 'auto'] },
      default: 'auto',
      help: 'Packets from visitors go home through the tunnel: 0, 1, or auto (where the way out masquerades or filters).',
      cisco: 'ip proxy-mobile tunnel reverse',
    },
    {
      name: 'lifetime',
      property: 'lifetimeSeconds',
      value: LIFETIME,
      default: '600',
      help: 'Registration lifetime asked for, in seconds, 30 to 65534.',
      cisco: 'ip mobile registration-lifetime SECONDS',
    },
    {
      name: 'aap',
      property: 'authoritativeAccessPoints',
      value: { kind: 'host' },
      mostItems: MOST_AUTHORITATIVE_ACCESS_POINTS,
      help: 'Authoritative access points: up to three addresses or host names, in order.',
      cisco: 'ip proxy-mobile aap ADDRESS [ADDRESS] [ADDRESS]',
    },
    {
      name: 'aap_key',
      property: 'subnetMapKey',
      value: { kind: 'secret', leastOctets: 16 },
      isSecret: true,
      help: 'Shared secret of the subnet map exchange, at least 16 octets.',
    },
    {
      name: 'station_directory',
      property: 'isStationDirectoryUsed',
      value: BOOLEAN,
      default: '1',
      help: 'Tells the AAPs which clients are here and asks where new ones were; forgotten an hour after a client left.',
    },
    {
      name: 'dhcp',
      property: 'dhcp',
      value: { kind: 'choice', choices: ['keep', 'strict'] },
      default: 'keep',
      help: 'DHCP of visitors: keep renews the home lease; strict ends proxying on any request.',
    },
    {
      name: 'simultaneous_bindings',
      property: 'areSimultaneousBindingsServed',
      value: BOOLEAN,
      default: '0',
      help: 'Home agent: clients with Mobile IP of their own may be reached at two care-of addresses at once.',
    },
    {
      name: 'log_level',
      property: 'logLevel',
      value: { kind: 'choice', choices: ['error', 'warning', 'notice', 'info', 'debug'] },
      default: 'notice',
      help: 'Least level that is logged: error, warning, notice, info or debug.',
    },
    {
      name: 'ubus_socket',
      property: 'ubusSocket',
      value: { kind: 'path' },
      default: '/var/run/ubus/ubus.sock',
      help: 'Socket of ubusd.',
    },
  ],
} as const satisfies SectionRow;

export const BRIDGE = {
  type: 'bridge',
  help: 'A bridge with one subnet, whose clients may roam.',
  options: [
    {
      name: 'enabled',
      property: 'isEnabled',
      value: BOOLEAN,
      default: '1',
      help: 'Takes part in proxy Mobile IP.',
      cisco: 'interface bvi1, ip proxy-mobile',
    },
    {
      name: 'device',
      property: 'device',
      value: { kind: 'interfaceName' },
      isRequired: true,
      help: 'The bridge device.',
      cisco: 'interface bvi1',
    },
    {
      name: 'port',
      property: 'ports',
      value: { kind: 'interfaceName' },
      mostItems: MOST_PORTS,
      help: 'Wired ports that take part; all of them where none is named.',
      cisco: 'interface fastethernet 0, ip proxy-mobile',
    },
    {
      name: 'radio',
      property: 'radios',
      value: { kind: 'text', mostOctets: 64 },
      mostItems: MOST_PORTS,
      help: 'Radios whose clients are served, as /etc/config/wireless names them.',
      cisco: 'interface dot11radio {0 | 1}, ip proxy-mobile',
    },
    {
      name: 'ssid',
      property: 'ssids',
      value: { kind: 'text', mostOctets: 32 },
      mostItems: MOST_SSIDS,
      help: 'SSIDs whose clients are served.',
      cisco: 'ssid SSID, ip proxy-mobile',
    },
    {
      name: 'home_agent',
      property: 'isHomeAgent',
      value: BOOLEAN,
      default: '1',
      help: 'Is the home agent of this subnet.',
      cisco: 'ip mobile home-agent',
    },
    {
      name: 'foreign_agent',
      property: 'isForeignAgent',
      value: BOOLEAN,
      default: '1',
      help: 'Is the foreign agent for visitors of this subnet.',
      cisco: 'ip mobile foreign-service',
    },
    {
      name: 'advertise_interval',
      property: 'advertiseIntervalSeconds',
      value: ADVERTISE_INTERVAL,
      default: '10',
      help: 'Seconds between agent advertisements, 1 to 1800.',
      cisco: 'ip irdp maxadvertinterval SECONDS',
    },
    {
      name: 'care_of_address',
      property: 'careOfAddress',
      value: { kind: 'hostAddress' },
      help: 'Care-of address given to visitors; by default the one of the route to the home agents.',
      cisco: 'ip mobile foreign-agent care-of INTERFACE',
    },
  ],
} as const satisfies SectionRow;

const ASCII_KEY_HELP = 'Key as 1 to 16 characters (or hex, not both).';
const HEX_KEY_HELP = 'Key as exactly 32 hexadecimal digits (or ascii, not both).';
const SPI_HELP = 'Security parameter index, hexadecimal as on IOS, 100 to ffffffff.';
const ALGORITHM_HELP = 'keyed-md5 (as Cisco), hmac-md5 or hmac-sha256.';

export const SECURE_NODE = {
  type: 'secure_node',
  help: 'Security association of a client address, or a range of them, with its home agent.',
  options: [
    {
      name: 'start',
      property: 'start',
      value: { kind: 'address' },
      isRequired: true,
      help: 'First client address.',
      cisco: SECURE_NODE_COMMAND,
    },
    {
      name: 'end',
      property: 'end',
      value: { kind: 'address' },
      spoilsSection: true,
      help: 'Last client address; by default the first.',
      cisco: SECURE_NODE_COMMAND,
    },
    {
      name: 'spi',
      property: 'spi',
      value: { kind: 'spi' },
      isRequired: true,
      help: SPI_HELP,
      cisco: SECURE_NODE_COMMAND,
    },
    {
      name: 'ascii',
      property: 'asciiKey',
      value: { kind: 'asciiKey' },
      spoilsSection: true,
      isSecret: true,
      help: ASCII_KEY_HELP,
      cisco: SECURE_NODE_COMMAND,
    },
    {
      name: 'hex',
      property: 'hexKey',
      value: { kind: 'hexKey' },
      spoilsSection: true,
      isSecret: true,
      help: HEX_KEY_HELP,
      cisco: SECURE_NODE_COMMAND,
    },
    {
      name: 'algorithm',
      property: 'algorithm',
      value: ALGORITHM,
      default: 'keyed-md5',
      help: ALGORITHM_HELP,
      cisco: 'ip mobile secure host ADDRESS spi SPI key {hex | ascii} KEY algorithm {md5 | hmac-md5}',
    },
    {
      name: 'replay',
      property: 'replayProtection',
      value: REPLAY_PROTECTION,
      default: 'timestamp',
      help: 'Requests that are sent again are known by timestamp, or by nonce: a number that the home agent gives.',
      cisco: 'ip mobile secure host ADDRESS spi SPI key {hex | ascii} KEY replay timestamp',
    },
  ],
} as const satisfies SectionRow;

export const SECURE_AGENT = {
  type: 'secure_agent',
  help: 'Optional security association with an agent, beside that of the client.',
  options: [
    {
      name: 'kind',
      property: 'kind',
      value: { kind: 'choice', choices: ['foreign-home', 'mobile-foreign'] },
      isRequired: true,
      help: 'Between foreign and home agent (foreign-home), or client and foreign agent (mobile-foreign).',
      cisco: SECURE_AGENT_COMMAND,
    },
    {
      name: 'start',
      property: 'start',
      value: { kind: 'address' },
      isRequired: true,
      help: 'First address of the other agents (foreign-home) or of the clients (mobile-foreign).',
      cisco: SECURE_AGENT_COMMAND,
    },
    {
      name: 'end',
      property: 'end',
      value: { kind: 'address' },
      spoilsSection: true,
      help: 'Last address; by default the first.',
      cisco: SECURE_AGENT_COMMAND,
    },
    {
      name: 'spi',
      property: 'spi',
      value: { kind: 'spi' },
      isRequired: true,
      help: SPI_HELP,
      cisco: SECURE_AGENT_COMMAND,
    },
    {
      name: 'ascii',
      property: 'asciiKey',
      value: { kind: 'asciiKey' },
      spoilsSection: true,
      isSecret: true,
      help: ASCII_KEY_HELP,
      cisco: SECURE_AGENT_COMMAND,
    },
    {
      name: 'hex',
      property: 'hexKey',
      value: { kind: 'hexKey' },
      spoilsSection: true,
      isSecret: true,
      help: HEX_KEY_HELP,
      cisco: SECURE_AGENT_COMMAND,
    },
    { name: 'algorithm', property: 'algorithm', value: ALGORITHM, default: 'keyed-md5', help: ALGORITHM_HELP },
  ],
} as const satisfies SectionRow;

export const SUBNET = {
  type: 'subnet',
  help: 'A fixed row of the subnet map: which home agent serves a subnet.',
  options: [
    { name: 'network', property: 'network', value: { kind: 'prefix' }, isRequired: true, help: 'The subnet.' },
    {
      name: 'home_agent',
      property: 'homeAgent',
      value: { kind: 'hostAddress' },
      isRequired: true,
      help: 'Address of its home agent.',
    },
    {
      name: 'gateway_mac',
      property: 'gatewayMac',
      value: { kind: 'mac' },
      help: "MAC address of its gateway, for answering a visitor's ARP.",
    },
  ],
} as const satisfies SectionRow;

export const RADIUS = {
  type: 'radius',
  help: 'A RADIUS server that has keys of clients; several are asked in order.',
  options: [
    {
      name: 'server',
      property: 'server',
      value: { kind: 'host' },
      isRequired: true,
      help: 'Its address or host name.',
      cisco: 'radius-server host ADDRESS',
    },
    {
      name: 'port',
      property: 'port',
      value: { kind: 'integer', least: 1, most: 65535 },
      default: '1812',
      help: 'Its UDP port.',
      cisco: 'radius-server host ADDRESS auth-port PORT',
    },
    {
      name: 'secret',
      property: 'secret',
      value: { kind: 'secret', leastOctets: 1 },
      isRequired: true,
      isSecret: true,
      help: 'Secret shared with it.',
      cisco: 'radius-server key KEY',
    },
    {
      name: 'timeout',
      property: 'timeoutSeconds',
      value: { kind: 'integer', least: 1, most: 60, unit: 'seconds' },
      default: '3',
      help: 'Seconds to wait for an answer, 1 to 60.',
      cisco: 'radius-server timeout SECONDS',
    },
    {
      name: 'retries',
      property: 'retries',
      value: { kind: 'integer', least: 0, most: 10 },
      default: '2',
      help: 'Further tries before the next server, 0 to 10.',
      cisco: 'radius-server retransmit RETRIES',
    },
  ],
} as const satisfies SectionRow;

export const SECTIONS: readonly SectionRow[] = [MAIN, BRIDGE, SECURE_NODE, SECURE_AGENT, SUBNET, RADIUS];
