// What `status` says of bridges and BSSs, of a box by its configuration.

import { describe, expect, test } from 'vitest';
import { callOverBus } from './bus.ts';
import { type Box, usualConfiguration, World } from './two-boxes.ts';

const USUAL = usualConfiguration([1, 2]);
const BRIDGE = { device: 'br-lan', address: '10.1.0.1', network: '10.1.0.0/24', gateway: '10.1.0.1' };

function statusOf(configuration: string, prepare: (box: Box) => void = () => {}) {
  const box = new World().addBox(1);
  box.addBss('phy0-ap0');
  prepare(box);
  box.start(configuration);
  box.world.wait(1000);
  return callOverBus(box.bus, 'pmip', 'status')?.data;
}

describe('a bridge', () => {
  test('that is served shows its address, its network and its agents', () => {
    expect(statusOf(USUAL)?.bridges).toEqual([{ ...BRIDGE, home_agent: true, foreign_agent: true, served: true }]);
  });

  test('without agents of ours has its gateway elsewhere', () => {
    const bridged = USUAL.replace("'br-lan'", "'br-lan'\n\toption home_agent 0\n\toption foreign_agent 0");
    const { gateway: _, ...rest } = BRIDGE;
    expect(statusOf(bridged)?.bridges).toEqual([{ ...rest, home_agent: false, foreign_agent: false, served: true }]);
  });

  test.each([
    { reason: 'disabled', configuration: USUAL.replace("enabled '1'", "enabled '0'") },
    { reason: 'paused', configuration: USUAL.replace("log_level 'debug'", 'paused 1') },
    { reason: 'bridgeDisabled', configuration: USUAL.replace("'br-lan'", "'br-lan'\n\toption enabled 0") },
    { reason: 'noSuchDevice', configuration: USUAL.replace("'br-lan'", "'br-guest'") },
    { reason: 'noBridge', configuration: USUAL.replace("'br-lan'", "'wan'") },
  ])('that is not served says why: $reason', ({ reason, configuration }) => {
    expect(statusOf(configuration)?.bridges).toMatchObject([
      { served: false, reason, reason_text: expect.stringMatching(/\w+/) },
    ]);
  });
});

test('a bridge without agents of ours and without a gateway is not served; with agents it is', () => {
  const cutOff = (box: Box) => {
    box.kernel.sourceTo = () => undefined;
  };
  const bridged = USUAL.replace("'br-lan'", "'br-lan'\n\toption home_agent 0\n\toption foreign_agent 0");
  expect(statusOf(bridged, cutOff)?.bridges).toMatchObject([{ served: false, reason: 'noGateway' }]);
  expect(statusOf(USUAL, cutOff)?.bridges).toMatchObject([{ served: true }]);
});

describe('a BSS', () => {
  test('that is served shows its SSID and frequency', () => {
    expect(statusOf(USUAL)?.bss).toEqual([{ interface: 'phy0-ap0', ssid: 'PMIP', frequency_mhz: 5180, served: true }]);
  });

  test.each([
    { reason: 'disabled', configuration: USUAL.replace("enabled '1'", "enabled '0'") },
    { reason: 'ssidNotChosen', configuration: USUAL.replace("ssid 'PMIP'", "ssid 'other'") },
    { reason: 'bridgeNotConfigured', configuration: USUAL.replace("'br-lan'", "'wan'") },
    { reason: 'bridgeNotServed', configuration: USUAL.replace("log_level 'debug'", 'paused 1') },
  ])('that is not served says why: $reason', ({ reason, configuration }) => {
    expect(statusOf(configuration)?.bss).toMatchObject([{ served: false, reason }]);
  });
});
