import { expect, test } from 'vitest';
import { join } from '../../../src/octets/octets.ts';
import { RepeatedRequests, refusalPacket } from '../../../src/roles/home-agent/repeated-requests.ts';
import { decodeDhcpReply, decodeDhcpRequest } from '../../../src/wire/dhcp.ts';
import { decodeFrame } from '../../../src/wire/frames.ts';
import { ip, mac } from '../../addresses.ts';
import { hex } from '../../hex.ts';
import * as recorded from '../../wire/dhcp-recordings.ts';
import { DNSMASQ_REFUSAL } from '../../wire/dhcp-refusal-recording.ts';

const HOME_ADDRESS = ip('10.1.0.134');
const request = decodeDhcpRequest(recorded.UDHCPC_RENEWING);
const refusal = decodeDhcpReply(DNSMASQ_REFUSAL);

test('a refusal is for who has asked, once', () => {
  const requests = new RepeatedRequests();
  requests.add(request, HOME_ADDRESS, 0);
  expect(requests.take({ ...refusal, clientMac: mac('02:00:00:00:00:01') }, 1)).toBeUndefined();
  expect(requests.take({ ...refusal, transactionId: 1 }, 1)).toBeUndefined();
  expect(requests.take(refusal, 1)).toBe(HOME_ADDRESS);
  expect(requests.take(refusal, 2)).toBeUndefined();
});

test('one that comes late is for nobody', () => {
  const requests = new RepeatedRequests();
  requests.add(request, HOME_ADDRESS, 0);
  expect(requests.take(refusal, 10_000)).toBeUndefined();
});

test('of more requests than there is room for the latest are kept', () => {
  const requests = new RepeatedRequests();
  for (let transactionId = 0; transactionId < 2000; transactionId++) {
    requests.add({ ...request, transactionId }, HOME_ADDRESS, transactionId);
  }
  const known = (transactionId: number) => requests.take({ ...refusal, transactionId }, 2000) !== undefined;
  expect([0, 900, 1100, 1999].map(known)).toEqual([false, false, true, true]);
});

test('it goes on as the server said it, from the server to the address that the client has', () => {
  const packet = refusalPacket(refusal, ip('10.1.0.1'), HOME_ADDRESS);
  const { payload } = decodeFrame(join([hex('000000000000 000000000000 0800'), packet]));
  expect(payload).toMatchObject({
    ipv4: {
      source: ip('10.1.0.1'),
      destination: HOME_ADDRESS,
      udp: { sourcePort: 67, destinationPort: 68, octets: DNSMASQ_REFUSAL },
    },
  });
});
