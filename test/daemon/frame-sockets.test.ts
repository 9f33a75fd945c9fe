import { expect, test } from 'vitest';
import { type FrameSocket, FrameSockets } from '../../src/daemon/frame-sockets.ts';
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

test('a socket is closed once', () => {
  const sockets = new FrameSockets();
  sockets.open(socket);
  expect(sockets.get('phy0-ap0')).toEqual(socket);
  expect(sockets.stationInterfaces()).toEqual(['phy0-ap0']);
  expect(sockets.close('phy0-ap0')).toEqual([{ kind: 'framesClose', interfaceName: 'phy0-ap0' }]);
  expect(sockets.close('phy0-ap0')).toEqual([]);
  expect(sockets.stationInterfaces()).toEqual([]);
});
