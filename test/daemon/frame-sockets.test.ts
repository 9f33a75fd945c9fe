import { expect, test } from 'vitest';
import { type FrameSocket, FrameSockets } from '../../src/daemon/frame-sockets.ts';
import type { RoleConfigurations } from '../../src/daemon/role-configurations.ts';
import { stationFilter } from '../../src/wire/packet-filter.ts';
import { mac } from '../addresses.ts';

const socket: FrameSocket = {
  interfaceName: 'phy0-ap0',
  interfaceIndex: 7,
  bridge: 'br-lan',
  hears: 'stations',
  filter: [[6, 0, 0, 0]],
};

test('a socket that is opened again gets another filter, and an interface that came back another socket', () => {
  const sockets = new FrameSockets();
  expect(sockets.open(socket).map(({ kind }) => kind)).toEqual(['framesOpen']);
  expect(sockets.open({ ...socket, filter: [] }).map(({ kind }) => kind)).toEqual(['framesOpen']);
  expect(sockets.open({ ...socket, interfaceIndex: 8 }).map(({ kind }) => kind)).toEqual(['framesClose', 'framesOpen']);
});

test('all frames of stations are heard until it is known who is there; other sockets keep their filter', () => {
  const sockets = new FrameSockets();
  const { hears: _hears, filter: _filter, ...place } = socket;
  const [opened] = sockets.hearStations(place);
  expect(opened).toMatchObject({ kind: 'framesOpen', filter: stationFilter([]) });
  const wanted = { interfaceName: 'phy0-ap0', unidentified: new Set([mac('02:11:22:33:44:55')]) };
  expect(sockets.filter(wanted)).toMatchObject([{ filter: stationFilter(wanted.unidentified) }]);
  expect(sockets.filter({ ...wanted, interfaceName: 'phy1-ap0' })).toEqual([]);
  sockets.open({ ...socket, hears: 'agents' });
  expect(sockets.filter(wanted)).toEqual([]);
});

test('agents are heard on the wired ports that take part, where one of ours is missing', () => {
  const port = { bridge: 'br-lan', name: 'eth0', interfaceIndex: 5, takesPart: true };
  const ports = [
    port,
    { ...port, name: 'eth1', interfaceIndex: 6, takesPart: false },
    { ...port, name: 'eth9', interfaceIndex: undefined, takesPart: true },
    { ...port, name: 'eth2', interfaceIndex: 7, bridge: 'br-guest' },
  ];
  const agent = { foreignAgent: {}, homeAgent: undefined };
  const opened = (service: object) => {
    const accessPoint = { bridges: new Map([['br-lan', service]]) };
    const configurations = { agentLinks: new Map(), accessPoint } as unknown as RoleConfigurations;
    return new FrameSockets().hear(configurations, ports).map((each) => 'interfaceName' in each && each.interfaceName);
  };
  expect(opened(agent)).toEqual(['eth0']);
  expect(opened({ ...agent, homeAgent: {} })).toEqual([]);
});

test('a socket is closed once', () => {
  const sockets = new FrameSockets();
  sockets.open(socket);
  expect(sockets.get('phy0-ap0')).toEqual(socket);
  expect(sockets.stationInterfaces()).toEqual(['phy0-ap0']);
  expect(sockets.close('phy0-ap0')).toEqual([{ kind: 'framesClose', interfaceName: 'phy0-ap0' }]);
  expect(sockets.close('phy0-ap0')).toEqual([]);
  expect(sockets.stationInterfaces()).toEqual([]);
});
