import { expect, test } from 'vitest';
import { isStateChange, notificationData } from '../../src/daemon/notification.ts';
import { ip, mac } from '../addresses.ts';

const homeAddress = ip('10.1.0.77');

test('names are in snake_case, addresses are text, the kind is not repeated', () => {
  const PHONE = mac('02:00:00:00:02:00');
  expect(notificationData({ kind: 'stationAttached', mac: PHONE, interfaceName: 'phy0-ap0' })).toEqual({
    mac: '02:00:00:00:02:00',
    interface: 'phy0-ap0',
  });
  const sent = { kind: 'registrationSent', mac: PHONE, homeAddress, lifetimeSeconds: 600, attempt: 1 } as const;
  expect(notificationData({ ...sent, homeAgent: ip('10.1.0.1'), careOfAddress: ip('10.255.2.2') })).toEqual({
    mac: '02:00:00:00:02:00',
    home_address: '10.1.0.77',
    home_agent: '10.1.0.1',
    care_of_address: '10.255.2.2',
    lifetime_seconds: 600,
    attempt: 1,
  });
});

test('what anybody can bring about with every packet is no change of state', () => {
  expect(isStateChange({ kind: 'requestDenied', by: 'homeAgent', homeAddress, code: 131 })).toBe(false);
  expect(isStateChange({ kind: 'foreignAgentBusy', isBusy: true })).toBe(true);
});
