import { expect, test } from 'vitest';
import { type FrameSocket, FrameSockets } from '../../src/daemon/frame-sockets.ts';

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

test('a socket is closed once', () => {
  const sockets = new FrameSockets();
  sockets.open(socket);
  expect(sockets.get('phy0-ap0')).toEqual(socket);
  expect(sockets.stationInterfaces()).toEqual(['phy0-ap0']);
  expect(sockets.close('phy0-ap0')).toEqual([{ kind: 'framesClose', interfaceName: 'phy0-ap0' }]);
  expect(sockets.close('phy0-ap0')).toEqual([]);
  expect(sockets.stationInterfaces()).toEqual([]);
});
