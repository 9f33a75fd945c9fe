import { describe, expect, test } from 'vitest';
import { formatHex } from '../../src/octets/octets.ts';
import { readExtensions } from '../../src/wire/extensions.ts';
import {
  ACCESS_TECHNOLOGY,
  AUTHENTICATION_METHOD,
  appendDeviceMacAddress,
  appendPerNodeAuthenticationMethod,
  appendProxyMobileIpInformation,
  DEVICE_IDENTIFIER_TYPE,
  deviceMacAddress,
  type ProxyMobileIpInformation,
  readPerNodeAuthenticationMethod,
  readProxyMobileIpInformation,
} from '../../src/wire/proxy-mobile-ip.ts';
import { mac } from '../addresses.ts';
import { hex, windowed } from '../hex.ts';

const station = mac('02:11:22:33:44:55');
const { macAddress } = DEVICE_IDENTIFIER_TYPE;

describe('the Per-Node Authentication Method', () => {
  test('is read and written', () => {
    const octets = hex('2f 01 0001 01');
    const [extension] = readExtensions(windowed(octets), 0);
    const method = AUTHENTICATION_METHOD.foreignHomeAuthentication;
    expect(extension && readPerNodeAuthenticationMethod(extension)).toBe(method);
    expect(formatHex(appendPerNodeAuthenticationMethod(hex('aabb'), method))).toBe(formatHex(hex('aabb 2f01000101')));
  });

  test('is not any other subtype', () => {
    const [extension] = readExtensions(hex('2f 02 0001 01'), 0);
    expect(extension && readPerNodeAuthenticationMethod(extension)).toBeUndefined();
  });
});

describe('what a proxy tells of a device', () => {
  test.each<[string, ProxyMobileIpInformation]>([
    ['93 07 01 021122334455', { kind: 'interfaceIdentifier', identifier: hex('021122334455') }],
    [
      '93 08 02 01 021122334455',
      { kind: 'deviceIdentifier', identifierType: macAddress, identifier: hex('021122334455') },
    ],
    ['93 05 03 01 313233', { kind: 'subscriberIdentifier', identifierType: 1, identifier: hex('313233') }],
    ['93 02 04 02', { kind: 'accessTechnology', technology: ACCESS_TECHNOLOGY.wifi }],
    ['93 01 01', { kind: 'interfaceIdentifier', identifier: hex('') }],
    ['93 02 02 01', { kind: 'deviceIdentifier', identifierType: 1, identifier: hex('') }],
  ])('%s is read and written', (digits, information) => {
    const [extension] = readExtensions(windowed(hex(digits)), 0);
    expect(extension && readProxyMobileIpInformation(extension)).toEqual(information);
    const octets = appendProxyMobileIpInformation(hex('aabb'), information);
    expect(formatHex(octets)).toBe(formatHex(hex('aabb', digits)));
  });

  test.each(['93 01 02', '93 01 03', '93 01 04', '93 03 00 0102', '93 03 05 0102'])('%s tells nothing', (digits) => {
    const [extension] = readExtensions(hex(digits), 0);
    expect(extension && readProxyMobileIpInformation(extension)).toBeUndefined();
  });
});

describe('the MAC address of a device', () => {
  test('is found among other extensions and written', () => {
    const octets = hex('83 01 61', '93 02 04 02', '93 08 02 01 021122334455');
    expect(deviceMacAddress(readExtensions(octets, 0))).toBe(station);
    expect(formatHex(appendDeviceMacAddress(octets.subarray(0, 7), station))).toBe(formatHex(octets));
  });

  test.each([
    ['no extension', ''],
    ['another kind of identifier', '93 08 02 02 021122334455'],
    ['five octets', '93 07 02 01 0211223344'],
    ['an interface identifier', '93 07 01 021122334455'],
    ['another extension', '83 08 02 01 021122334455'],
  ])('%s is none', (_what, digits) => {
    expect(deviceMacAddress(readExtensions(hex(digits), 0))).toBeUndefined();
  });
});
