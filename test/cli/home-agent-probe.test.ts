// The question that `pmip check` asks of other home agents, put to a whole daemon.

import { expect, test } from 'vitest';
import { decodeRegistrationReply, encodeRegistrationRequest } from '../../src/wire/registration.ts';
import { ip } from '../addresses.ts';
import { usualConfiguration, World } from '../daemon/two-boxes.ts';

test('a deregistration of the broadcast address of its network is answered by a home agent, without any key', () => {
  const world = new World();
  const box = world.addBox(2);
  box.start(usualConfiguration([1, 2]));
  world.wait(1000);
  const octets = encodeRegistrationRequest({
    simultaneousBindings: false,
    broadcastDatagrams: false,
    decapsulationByMobileNode: false,
    minimalEncapsulation: false,
    greEncapsulation: false,
    reverseTunneling: false,
    lifetimeSeconds: 0,
    homeAddress: ip('10.2.0.255'),
    homeAgent: ip('10.2.0.1'),
    careOfAddress: ip('10.255.1.2'),
    identification: 1n,
  });
  const source = ip('10.255.1.2');
  box.datagramArrived({
    kind: 'registrationSend',
    octets,
    source,
    destination: ip('10.2.0.1'),
    destinationPort: 434,
    box: 'ap1',
  });
  world.wait(100);
  const [reply] = world.carried;
  expect(reply).toMatchObject({ source: ip('10.2.0.1'), destination: source });
  expect(decodeRegistrationReply(reply?.octets ?? new Uint8Array())).toMatchObject({ code: 129 });
});
