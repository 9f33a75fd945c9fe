// /etc/config of the router that the tests look at, and what netifd says of it.

type Stored = { readonly type: string; readonly name?: string; readonly options: Record<string, string | string[]> };

export const KEY = '00112233445566778899aabbccddeeff';
export const RADIUS_SECRET = 'radius-secret-4711';

export const CONFIGURATION: readonly Stored[] = [
  { type: 'pmip', name: 'main', options: { enabled: '1', paused: '0', tunnel: 'ipip', lifetime: '600' } },
  { type: 'bridge', name: 'lan', options: { device: 'br-lan', radio: ['radio0', 'radio1'], ssid: ['tsunami'] } },
  {
    type: 'secure_node',
    options: { start: '10.1.0.2', end: '10.1.0.254', spi: '100', hex: KEY, algorithm: 'hmac-sha256' },
  },
  { type: 'secure_agent', options: { kind: 'foreign-home', start: '10.2.0.1', spi: '200', ascii: 'agents-key' } },
  { type: 'subnet', options: { network: '10.2.0.0/24', home_agent: '10.2.0.1' } },
  { type: 'radius', options: { server: '192.168.50.9', secret: RADIUS_SECRET } },
];

export const WIRELESS: readonly Stored[] = [
  { type: 'wifi-device', name: 'radio0', options: { band: '2g' } },
  { type: 'wifi-device', name: 'radio1', options: { band: '5g' } },
  { type: 'wifi-iface', name: 'first', options: { device: 'radio0', mode: 'ap', ssid: 'tsunami', network: 'lan' } },
  { type: 'wifi-iface', name: 'second', options: { device: 'radio1', mode: 'ap', ssid: 'tsunami', network: 'lan' } },
  { type: 'wifi-iface', name: 'guest', options: { device: 'radio1', mode: 'ap', ssid: 'guests', network: 'guest' } },
  {
    type: 'wifi-iface',
    name: 'uplink',
    options: { device: 'radio1', mode: 'sta', ssid: 'neighbour', network: 'wwan' },
  },
];

export const NETWORK: readonly Stored[] = [
  { type: 'device', name: 'bridge', options: { name: 'br-lan', type: 'bridge', ports: ['lan1', 'lan2'] } },
  { type: 'interface', name: 'lan', options: { device: 'br-lan', proto: 'static' } },
];

export const INTERFACES = [
  { interface: 'loopback', device: 'lo', l3_device: 'lo', 'ipv4-address': [{ address: '127.0.0.1', mask: 8 }] },
  { interface: 'lan', device: 'br-lan', l3_device: 'br-lan', 'ipv4-address': [{ address: '10.1.0.1', mask: 24 }] },
  { interface: 'wan', device: 'wan', l3_device: 'wan', 'ipv4-address': [{ address: '192.168.50.1', mask: 24 }] },
  { interface: 'guest', 'ipv4-address': [] },
];
