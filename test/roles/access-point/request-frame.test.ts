import { expect, test } from 'vitest';
import { formatHex } from '../../../src/octets/octets.ts';
import { requestFrame } from '../../../src/roles/access-point/request-frame.ts';
import { ip, mac } from '../../addresses.ts';
import { hex } from '../../hex.ts';

test('a request goes from the station itself to the agent, with time to live 255 (as scapy writes it)', () => {
  const request = hex('01020258 0a01004d 0a010001 0a020001 e8fe8a0080000001');
  const agent = { mac: mac('02:aa:bb:cc:dd:ee'), address: ip('10.2.0.1') };
  expect(formatHex(requestFrame(mac('02:11:22:33:44:55'), ip('10.1.0.77'), agent, request))).toBe(
    formatHex(
      hex(
        '02aabbccddee 021122334455 0800',
        '45 00 0034 0000 0000 ff 11 a768 0a01004d 0a020001',
        '01b2 01b2 0020 d34b',
        '01020258 0a01004d 0a010001 0a020001 e8fe8a0080000001',
      ),
    ),
  );
});
