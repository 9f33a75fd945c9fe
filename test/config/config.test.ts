import { describe, expect, test } from 'vitest';
import { type Config, readConfig } from '../../src/config/config.ts';
import { formatProblem } from '../../src/config/problem.ts';
import { type Ipv4Address, parseIpv4 } from '../../src/octets/address.ts';
import { SecurityAssociations } from '../../src/roles/security-associations.ts';
import { SubnetMap } from '../../src/roles/subnet-map.ts';

const KEY_HEX = '00112233445566778899aabbccddeeff';

function linesOf(file: string): string[] {
  return readConfig(file).problems.map((problem) => formatProblem(problem, 'pmip'));
}

function configOf(file: string): Config {
  return readConfig(file).config;
}

function address(text: string): Ipv4Address {
  const parsed = parseIpv4(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

const ALL_SECTIONS = `
config pmip 'main'
	option enabled '1'
	option tunnel 'gre'
	list aap '192.168.15.22'
	list aap 'ap2.example'
	option aap_key 'sixteen octets!!'
config bridge 'lan'
	option device 'br-lan'
	list port 'eth0'
	list radio 'radio0'
	list ssid 'grüß dich'
	option foreign_agent '0'
config bridge
	option device 'br-guest'
	option care_of_address '10.3.0.1'
config secure_node
	option start '10.91.7.151'
	option end '10.91.7.176'
	option spi '102'
	option ascii '0987654'
config secure_agent
	option kind 'foreign-home'
	option start '10.2.0.1'
	option spi '200'
	option hex '${KEY_HEX}'
	option algorithm 'hmac-sha256'
config subnet
	option network '10.1.0.0/24'
	option home_agent '10.1.0.1'
	option gateway_mac '02:00:5e:10:00:01'
config radius
	option server 'radius.example'
	option secret 'hush'
`;

describe('a configuration', () => {
  test('that is empty says nothing and gives the defaults', () => {
    const { config, problems } = readConfig(new Uint8Array());
    expect(problems).toEqual([]);
    expect(config).toEqual({
      main: {
        isEnabled: false,
        isPaused: false,
        tunnel: 'ipip',
        reverseTunnel: 'auto',
        lifetimeSeconds: 600,
        authoritativeAccessPoints: [],
        subnetMapKey: undefined,
        isStationDirectoryUsed: true,
        areSimultaneousBindingsServed: false,
        dhcp: 'keep',
        logLevel: 'notice',
        ubusSocket: '/var/run/ubus/ubus.sock',
      },
      bridges: [],
      secureNodes: [],
      secureAgents: [],
      subnets: [],
      radiusServers: [],
    });
  });

  test('with all sections gives their values with their types', () => {
    const { config, problems } = readConfig(ALL_SECTIONS);
    expect(problems).toEqual([]);
    expect(config.main).toMatchObject({
      isEnabled: true,
      tunnel: 'gre',
      authoritativeAccessPoints: [
        { kind: 'address', address: address('192.168.15.22') },
        { kind: 'hostName', hostName: 'ap2.example' },
      ],
      subnetMapKey: Uint8Array.from(Buffer.from('sixteen octets!!')),
    });
    expect(config.bridges).toEqual([
      {
        name: 'lan',
        isEnabled: true,
        device: 'br-lan',
        ports: ['eth0'],
        radios: ['radio0'],
        ssids: ['grüß dich'],
        isHomeAgent: true,
        isForeignAgent: false,
        advertiseIntervalSeconds: 10,
        careOfAddress: undefined,
      },
      expect.objectContaining({ name: 'br-guest', device: 'br-guest', careOfAddress: address('10.3.0.1') }),
    ]);
    expect(config.secureNodes).toEqual([
      {
        start: address('10.91.7.151'),
        end: address('10.91.7.176'),
        spi: 0x102,
        key: Uint8Array.from(Buffer.from('0987654')),
        algorithm: 'keyed-md5',
        replayProtection: 'timestamp',
      },
    ]);
    expect(config.secureAgents).toEqual([
      {
        kind: 'foreign-home',
        start: address('10.2.0.1'),
        end: address('10.2.0.1'),
        spi: 0x200,
        key: Uint8Array.from(Buffer.from(KEY_HEX, 'hex')),
        algorithm: 'hmac-sha256',
      },
    ]);
    expect(config.subnets).toEqual([
      {
        network: { network: address('10.1.0.0'), length: 24 },
        homeAgent: address('10.1.0.1'),
        gatewayMac: 0x02005e100001,
      },
    ]);
    expect(config.radiusServers).toEqual([
      {
        server: { kind: 'hostName', hostName: 'radius.example' },
        port: 1812,
        secret: Uint8Array.from(Buffer.from('hush')),
        timeoutSeconds: 3,
        retries: 2,
      },
    ]);
  });

  test('is what the roles take', () => {
    const config = configOf(
      `config secure_node\n\toption start 10.1.0.1\n\toption spi 100\n\toption ascii a\nconfig subnet\n\toption network 10.1.0.0/24\n\toption home_agent 10.1.0.1\n`,
    );
    expect(new SecurityAssociations(config.secureNodes).forNode(address('10.1.0.1'))?.spi).toBe(0x100);
    expect(new SubnetMap(config.subnets).lookup(address('10.1.0.9'))?.homeAgent).toBe(address('10.1.0.1'));
  });
});

describe('a wrong option costs no more than itself', () => {
  test('one with a default falls back to it', () => {
    const file = "config pmip 'main'\n\toption enabled '1'\n\toption tunnel 'l2tp'\n\toption lifetime '10'\n";
    expect(linesOf(file)).toEqual([
      "pmip line 3: pmip.main.tunnel='l2tp': allowed is ipip or gre; 'ipip' is used",
      "pmip line 4: pmip.main.lifetime='10': allowed is a whole number of seconds from 30 to 65534; '600' is used",
    ]);
    expect(configOf(file).main).toMatchObject({ isEnabled: true, tunnel: 'ipip', lifetimeSeconds: 600 });
  });

  test('one without a default is left out', () => {
    const file = "config bridge 'lan'\n\toption device 'br-lan'\n\toption care_of_address '224.0.0.9'\n";
    expect(linesOf(file)).toEqual([
      "pmip line 3: pmip.lan.care_of_address='224.0.0.9': allowed is the IPv4 address of a host, such as 10.1.0.1; the option is left out",
    ]);
    expect(configOf(file).bridges).toHaveLength(1);
  });

  test('one that its section cannot be without takes the section along, and no other', () => {
    const file =
      'config subnet\n\toption network 10.1.0.5/24\n\toption home_agent 10.1.0.1\n' +
      'config subnet\n\toption network 10.2.0.0/24\n' +
      'config subnet\n\toption network 10.3.0.0/24\n\toption home_agent 10.3.0.1\n';
    expect(linesOf(file)).toEqual([
      "pmip line 2: pmip.@subnet[0].network='10.1.0.5/24': allowed is a subnet such as 10.1.0.0/24, with no bits set behind its mask; the section is left out",
      'pmip line 4: pmip.@subnet[1].home_agent: missing: the IPv4 address of a host, such as 10.1.0.1; the section is left out',
    ]);
    expect(configOf(file).subnets.map((subnet) => subnet.homeAgent)).toEqual([address('10.3.0.1')]);
  });

  test('one that no row knows is told with those there are, and its value is not shown', () => {
    const file = "config radius\n\toption server 10.1.0.1\n\toption secret x\n\toption sekret 'mistyped'\n";
    expect(linesOf(file)).toEqual([
      'pmip line 4: pmip.@radius[0].sekret: unknown option; radius has server, port, secret, timeout, retries',
    ]);
    expect(configOf(file).radiusServers).toHaveLength(1);
  });

  test('a section of an unknown type is told with the types there are', () => {
    expect(linesOf("config brige 'lan'\n\toption device 'br-lan'\n")).toEqual([
      "pmip line 1: pmip.lan: unknown section type 'brige'; there are pmip, bridge, secure_node, secure_agent, subnet, radius",
    ]);
  });

  test('a second main section is left out', () => {
    const file = 'config pmip main\n\toption enabled 1\nconfig pmip second\n\toption tunnel gre\n';
    expect(linesOf(file)).toEqual(["pmip line 3: pmip.second: a second 'pmip'; the first counts"]);
    expect(configOf(file).main).toMatchObject({ isEnabled: true, tunnel: 'ipip' });
  });

  test('a device or network that stands twice counts once', () => {
    const file =
      'config bridge a\n\toption device br-lan\nconfig bridge b\n\toption device br-lan\n' +
      'config subnet\n\toption network 10.1.0.0/24\n\toption home_agent 10.1.0.1\n' +
      'config subnet\n\toption network 10.1.0.0/255.255.255.0\n\toption home_agent 10.1.0.2\n';
    expect(linesOf(file)).toEqual([
      'pmip line 4: pmip.b.device: the section of line 1 has br-lan already; this one is left out',
      'pmip line 9: pmip.@subnet[1].network: the section of line 5 has 10.1.0.0/24 already; this one is left out',
    ]);
    expect(configOf(file).bridges.map((bridge) => bridge.name)).toEqual(['a']);
    expect(configOf(file).subnets.map((subnet) => subnet.homeAgent)).toEqual([address('10.1.0.1')]);
  });
});

describe('a security association', () => {
  function node(lines: string): string {
    return `config secure_node\n\t${lines.split('; ').join('\n\t')}\n`;
  }

  test('needs exactly one key', () => {
    const file =
      node(`option start 10.1.0.1; option spi 100; option ascii a; option hex ${KEY_HEX}`) +
      node('option start 10.1.0.2; option spi 100');
    expect(linesOf(file)).toEqual([
      'pmip line 5: pmip.@secure_node[0].hex: ascii is given too, and only one key can be; the section is left out',
      'pmip line 6: pmip.@secure_node[1].ascii: no key, neither as ascii nor as hex; the section is left out',
    ]);
    expect(configOf(file).secureNodes).toEqual([]);
  });

  test('never has its key shown, right or wrong', () => {
    const file =
      node('option start 10.1.0.1; option spi 100; option ascii seventeen-letters') +
      node('option start 10.1.0.2; option spi 100; option hex 0123456789') +
      node('option start 10.1.0.3; option spi 100; list ascii geheim1; list ascii geheim2') +
      node('option start 10.1.0.4; option spi 100; option ascii geheim3; option ascii geheim4');
    const lines = linesOf(file);
    expect(lines).toContain(
      'pmip line 4: pmip.@secure_node[0].ascii: allowed is 1 to 16 ASCII characters; the section is left out',
    );
    expect(lines).toContain(
      'pmip line 8: pmip.@secure_node[1].hex: allowed is exactly 32 hexadecimal digits; the section is left out',
    );
    expect(lines.join('\n')).not.toMatch(/seventeen|0123456789|geheim/);
    expect(configOf(file).secureNodes).toHaveLength(2);
  });

  test('does not end before it starts', () => {
    const file = node('option start 10.1.0.9; option end 10.1.0.1; option spi 100; option ascii a');
    expect(linesOf(file)).toEqual([
      'pmip line 3: pmip.@secure_node[0].end: 10.1.0.1 is before the start 10.1.0.9; the section is left out',
    ]);
  });

  test('is not taken to be for one address where the end of its range is wrong', () => {
    const file = node('option start 10.1.0.1; option end 10.1.0.900; option spi 100; option ascii a');
    expect(linesOf(file)).toEqual([
      "pmip line 3: pmip.@secure_node[0].end='10.1.0.900': allowed is an IPv4 address such as 10.91.7.151; the section is left out",
    ]);
    expect(configOf(file).secureNodes).toEqual([]);
  });

  test('has a hexadecimal index of 100 or more', () => {
    const file = node('option start 10.1.0.1; option spi 99; option ascii a');
    expect(linesOf(file)).toEqual([
      "pmip line 3: pmip.@secure_node[0].spi='99': allowed is hexadecimal, 100 to ffffffff; the section is left out",
    ]);
  });

  test('that overlaps with another is kept and told', () => {
    const file =
      node('option start 10.1.0.0; option end 10.1.0.255; option spi 100; option ascii a') +
      node('option start 10.1.0.7; option spi 100; option ascii b') +
      node('option start 10.1.0.7; option spi 200; option ascii c') +
      node('option start 10.2.0.7; option spi 200; option ascii d');
    expect(linesOf(file)).toEqual([
      'pmip line 7: pmip.@secure_node[1].start: 10.1.0.7 overlaps 10.1.0.0-10.1.0.255 of line 1; the narrower counts for addresses in both',
      'pmip line 11: pmip.@secure_node[2].start: 10.1.0.7 overlaps 10.1.0.7 of line 6; the earlier one signs, both are accepted',
    ]);
    const associations = new SecurityAssociations(configOf(file).secureNodes);
    expect(associations.forNode(address('10.1.0.7'))?.key).toEqual(Uint8Array.of(0x62));
    expect(associations.forNode(address('10.1.0.8'))?.key).toEqual(Uint8Array.of(0x61));
  });

  test('with the range of another is told apart from one that only starts where it does', () => {
    const range = (end: number, spi: number) => `option start 10.1.0.1; option end 10.1.0.${end}; option spi ${spi}`;
    const ranges = [range(9, 100), range(5, 100), range(3, 100), range(5, 200)];
    expect(linesOf(ranges.map((lines) => node(`${lines}; option ascii a`)).join(''))).toEqual([
      'pmip line 7: pmip.@secure_node[1].start: 10.1.0.1-10.1.0.5 overlaps 10.1.0.1-10.1.0.9 of line 1; the narrower counts for addresses in both',
      'pmip line 12: pmip.@secure_node[2].start: 10.1.0.1-10.1.0.3 overlaps 10.1.0.1-10.1.0.9 of line 1; the narrower counts for addresses in both',
      'pmip line 17: pmip.@secure_node[3].start: 10.1.0.1-10.1.0.5 overlaps 10.1.0.1-10.1.0.5 of line 6; the earlier one signs, both are accepted',
    ]);
  });

  test('that stands twice with one index counts once', () => {
    const file =
      node('option start 10.1.0.7; option spi 100; option ascii a') +
      node('option start 10.1.0.7; option end 10.1.0.7; option spi 0x100; option ascii b');
    expect(linesOf(file)).toEqual([
      'pmip line 6: pmip.@secure_node[1].start: the section of line 1 has 10.1.0.7 spi 100 already; this one is left out',
    ]);
    expect(configOf(file).secureNodes.map(({ key }) => key)).toEqual([Uint8Array.of(0x61)]);
  });

  test('of agents is told apart by its kind', () => {
    const agent = (kind: string) =>
      `config secure_agent\n\toption kind ${kind}\n\toption start 10.1.0.1\n\toption spi 100\n\toption ascii a\n`;
    expect(linesOf(agent('foreign-home') + agent('mobile-foreign'))).toEqual([]);
    expect(linesOf(agent('foreign-home') + agent('foreign-home'))).toHaveLength(1);
    expect(linesOf(agent('home-foreign'))).toEqual([
      "pmip line 2: pmip.@secure_agent[0].kind='home-foreign': allowed is foreign-home or mobile-foreign; the section is left out",
    ]);
  });
});

describe('a file that libuci refuses', () => {
  test('is read as far as it makes sense, with a line for each thing', () => {
    const file =
      "config pmip 'main'\n\toption enabled '1'\n\toption my-opt v\n\toption tunnel gre extra\n" +
      "config bridge 'my-lan'\n\toption device br-lan\n\toption enabled 1\n" +
      "config subnet\n\toption network '10.1.0.0/24\n\n";
    expect(linesOf(file)).toEqual([
      'pmip line 3: invalid character in name field: this command is left out here, but uci refuses the whole file',
      'pmip line 4: too many arguments: it is passed over here, but uci refuses the whole file',
      'pmip line 5: invalid character in name field: this command is left out here, but uci refuses the whole file',
      'pmip line 8: pmip.@subnet[0].network: missing: a subnet such as 10.1.0.0/24, with no bits set behind its mask; the section is left out',
      'pmip line 8: pmip.@subnet[0].home_agent: missing: the IPv4 address of a host, such as 10.1.0.1; the section is left out',
      "pmip line 9: EOF with unterminated ': this command is left out here, but uci refuses the whole file",
    ]);
    expect(configOf(file).main).toMatchObject({ isEnabled: true, tunnel: 'gre' });
    expect(configOf(file).bridges).toEqual([]);
  });

  test('may be anything at all', () => {
    const { config, problems } = readConfig(Uint8Array.from({ length: 3000 }, (_, index) => (index * 7919) % 256));
    expect(config.main.isEnabled).toBe(false);
    expect(problems.length).toBeGreaterThan(0);
  });
});
