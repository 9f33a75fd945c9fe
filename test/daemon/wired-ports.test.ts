import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { wiredPorts } from '../../src/daemon/wired-ports.ts';

const PORTS = ['eth0', 'eth1', 'phy0-ap0'].map((name, index) => ({ name, interfaceIndex: 5 + index }));
const network = { portsOf: (bridge: string) => (bridge === 'br-lan' ? PORTS : []) };

function portsOf(lines: string): string[] {
  const { config } = readConfig(`config bridge lan\n\toption device br-lan\n${lines}`);
  return wiredPorts(config, network, [{ interfaceName: 'phy0-ap0' }]).map(
    ({ bridge, name, interfaceIndex, takesPart }) => `${bridge} ${name} ${interfaceIndex} ${takesPart}`,
  );
}

test('where none is chosen all wired ports take part, and no BSS is one', () => {
  expect(portsOf('')).toEqual(['br-lan eth0 5 true', 'br-lan eth1 6 true']);
});

test('where some are chosen the others do not, and what is no port of the bridge is told too', () => {
  expect(portsOf('\tlist port eth1\n\tlist port eth9\n\tlist port phy0-ap0\n')).toEqual([
    'br-lan eth0 5 false',
    'br-lan eth1 6 true',
    'br-lan eth9 undefined false',
    'br-lan phy0-ap0 undefined false',
  ]);
});
