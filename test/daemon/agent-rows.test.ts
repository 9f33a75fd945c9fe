import { describe, expect, test } from 'vitest';
import { tunnelRows } from '../../src/daemon/agent-rows.ts';
import type { Visitor } from '../../src/roles/foreign-agent/visitor-list.ts';
import type { MobilityBinding } from '../../src/roles/home-agent/mobility-binding.ts';
import { ip } from '../addresses.ts';
import { callOverBus } from './bus.ts';
import { usualConfiguration, World } from './two-boxes.ts';

function binding(careOfAddress: string, encapsulation = 'ipip'): MobilityBinding {
  return { homeAgent: ip('10.1.0.1'), careOfAddress: ip(careOfAddress), encapsulation } as MobilityBinding;
}

describe('tunnels', () => {
  test('are pairs of ends, and say how many go through each', () => {
    const visitor = { homeAgent: ip('10.2.0.1'), careOfAddress: ip('10.255.1.2'), encapsulation: 'gre' } as Visitor;
    expect(tunnelRows([binding('10.255.2.2'), binding('10.255.3.2'), binding('10.255.2.2')], [visitor])).toEqual([
      { encapsulation: 'ipip', local: '10.1.0.1', remote: '10.255.2.2', bindings: 2, visitors: 0 },
      { encapsulation: 'ipip', local: '10.1.0.1', remote: '10.255.3.2', bindings: 1, visitors: 0 },
      { encapsulation: 'gre', local: '10.255.1.2', remote: '10.2.0.1', bindings: 0, visitors: 1 },
    ]);
  });

  test('of each encapsulation are tunnels of their own; our stations there and theirs here share one', () => {
    const visitor = { homeAgent: ip('10.255.2.2'), careOfAddress: ip('10.1.0.1'), encapsulation: 'ipip' } as Visitor;
    expect(tunnelRows([binding('10.255.2.2'), binding('10.255.2.2', 'gre')], [visitor])).toEqual([
      { encapsulation: 'ipip', local: '10.1.0.1', remote: '10.255.2.2', bindings: 1, visitors: 1 },
      { encapsulation: 'gre', local: '10.1.0.1', remote: '10.255.2.2', bindings: 1, visitors: 0 },
    ]);
  });
});

test('the agents of this box show what they advertise', () => {
  const box = new World().addBox(1);
  box.start(usualConfiguration([1, 2]));
  box.world.wait(1000);
  expect(callOverBus(box.bus, 'pmip', 'agents')?.data).toEqual({
    agents: [
      {
        bridge: 'br-lan',
        address: '10.1.0.1',
        local: true,
        home_agent: true,
        foreign_agent: true,
        busy: false,
        gre: true,
        reverse_tunnel: true,
        care_of_addresses: ['10.255.1.2'],
        registration_lifetime_seconds: 36000,
      },
    ],
  });
});
