import { describe, expect, test } from 'vitest';
import { formatHex } from '../../src/octets/octets.ts';
import { readExtensions } from '../../src/wire/extensions.ts';
import {
  appendUdpTunnelReply,
  appendUdpTunnelRequest,
  isUdpTunnelAssented,
  readUdpTunnelReply,
  readUdpTunnelRequest,
  UDP_TUNNEL_CODE,
} from '../../src/wire/udp-tunnel.ts';
import { hex, windowed } from '../hex.ts';

describe('a UDP Tunnel Request', () => {
  test.each([
    ['90 06 00 00 00 00 0000', { force: false, throughForeignAgent: false, encapsulation: 0 }],
    ['90 06 00 00 80 04 0000', { force: true, throughForeignAgent: false, encapsulation: 4 }],
    ['90 06 00 00 40 2f 0000', { force: false, throughForeignAgent: true, encapsulation: 47 }],
  ])('%s is read and written', (digits, request) => {
    const [extension] = readExtensions(windowed(hex(digits)), 0);
    expect(extension && readUdpTunnelRequest(extension)).toEqual({ ...request, reserved: 0 });
    expect(formatHex(appendUdpTunnelRequest(hex('aabb'), request))).toBe(formatHex(hex('aabb', digits)));
  });

  test('of its reserved parts the last is told, the others ignored (RFC 3519 §3.1.3)', () => {
    const [extension] = readExtensions(hex('90 06 00 ff 3f 04 0102'), 0);
    const request = { force: false, throughForeignAgent: false, encapsulation: 4, reserved: 0x102 };
    expect(extension && readUdpTunnelRequest(extension)).toEqual(request);
  });

  test('of another subtype is none', () => {
    const [extension] = readExtensions(hex('90 06 01 00 00 00 0000'), 0);
    expect(extension && readUdpTunnelRequest(extension)).toBeUndefined();
  });
});

describe('a UDP Tunnel Reply', () => {
  test.each([
    ['2c 06 00 40 0000 0000', { code: UDP_TUNNEL_CODE.declined, forced: false, keepaliveSeconds: 0 }],
    ['2c 06 00 00 8000 006e', { code: UDP_TUNNEL_CODE.willTunnel, forced: true, keepaliveSeconds: 110 }],
  ])('%s is read and written', (digits, reply) => {
    const [extension] = readExtensions(windowed(hex(digits)), 0);
    expect(extension && readUdpTunnelReply(extension)).toEqual(reply);
    expect(formatHex(appendUdpTunnelReply(hex('aabb'), reply))).toBe(formatHex(hex('aabb', digits)));
  });

  test('its reserved bits are ignored, and another subtype is none', () => {
    const [known, other] = readExtensions(hex('2c 06 00 40 7fff 0000', '2c 06 01 40 0000 0000'), 0);
    expect(known && readUdpTunnelReply(known)).toEqual({ code: 64, forced: false, keepaliveSeconds: 0 });
    expect(other && readUdpTunnelReply(other)).toBeUndefined();
  });

  test('assents with codes up to 63 (RFC 3519 §3.2.1)', () => {
    const assenting = [0, 63, 64, 255].filter((code) =>
      isUdpTunnelAssented({ code, forced: false, keepaliveSeconds: 0 }),
    );
    expect(assenting).toEqual([0, 63]);
  });
});
