// Daemons that end and begin again in the middle of visits, and hostapd likewise: traffic goes on, and nothing is left over.

import { describe, expect, test } from 'vitest';
import { HOME_GATEWAY, homeState, USUAL, visitedState, Walk } from './walk.ts';

describe('a box', () => {
  test('whose daemon is killed and started again leaves the visitor in its kernel, and finds it again', () => {
    const walk = new Walk();
    walk.roam(2);
    const before = walk.box(2).kernel.state();
    walk.box(2).kill();
    walk.world.wait(10_000);
    expect(walk.box(2).kernel.state()).toEqual(before);
    walk.box(2).start(USUAL);
    walk.world.wait(1000);
    walk.phone.askFor(HOME_GATEWAY);
    walk.world.wait(120_000);
    expect(walk.state(2)).toEqual(visitedState('10.255.2.2'));
    expect(walk.intercepts(2)).toBe(true);
  });

  test('whose daemon is killed as home agent and started again still knows the binding, and the route never goes', () => {
    const walk = new Walk();
    walk.roam(2);
    walk.box(1).kill();
    walk.box(1).start(USUAL);
    for (let second = 0; second < 120; second++) {
      walk.world.wait(1000);
      expect(walk.state(1)).toEqual(homeState('10.255.2.2'));
    }
    expect(walk.rows(1, 'bindings')).toMatchObject([{ home_address: '10.1.0.77', care_of_address: '10.255.2.2' }]);
    expect(walk.messages()).toEqual(['ap2 asks for 600 s', 'ap1 answers 0']);
  });

  test('that is told to make way for the next daemon leaves all but barriers in the kernel, and the next one knows all', () => {
    const walk = new Walk();
    walk.roam(2);
    for (const number of [1, 2]) {
      const box = walk.box(number);
      const before = box.kernel.state();
      box.arrive({ kind: 'restartRequested' });
      // Whoever comes while no daemon is there might be no visitor.
      const left = before.filter((line) => !line.startsWith('element bridge pmip visitor_interfaces'));
      expect([box.exitStatus, box.kernel.state()]).toEqual([0, left]);
      box.kill();
      box.start(USUAL);
    }
    walk.world.wait(120_000);
    expect([walk.state(1), walk.state(2)]).toEqual([homeState('10.255.2.2'), visitedState('10.255.2.2')]);
    expect(walk.rows(1, 'bindings')).toHaveLength(1);
  });

  test('that is stopped as home agent and started again has its bindings back', () => {
    const walk = new Walk();
    walk.roam(2);
    walk.box(1).arrive({ kind: 'stopRequested' });
    walk.world.wait(1000);
    expect(walk.state(1)).toEqual([]);
    walk.box(1).kill();
    walk.box(1).start(USUAL);
    walk.world.wait(1000);
    expect(walk.state(1)).toEqual(homeState('10.255.2.2'));
    expect(walk.messages()).toEqual(['ap2 asks for 600 s', 'ap1 answers 0']);
  });

  test('whose state was lost with the daemon sweeps what nobody registers again', () => {
    const walk = new Walk();
    walk.roam(2);
    walk.box(1).kill();
    walk.box(1).state = Uint8Array.of(0x7b);
    walk.box(1).start(USUAL);
    walk.world.wait(50_000);
    expect(walk.state(1)).toEqual(homeState('10.255.2.2'));
    walk.world.wait(15_000);
    expect(walk.state(1)).toEqual([]);
  });

  test('whose daemon is started again sweeps away the visitor that is gone meanwhile', () => {
    const walk = new Walk();
    walk.roam(2);
    walk.box(2).kill();
    walk.phone.leave();
    walk.box(2).start(USUAL);
    walk.world.wait(50_000);
    walk.world.wait(600_000);
    expect([walk.state(2), walk.intercepts(2)]).toEqual([[], false]);
  });

  test('whose hostapd is restarted keeps its visitor, if this is back within the grace', () => {
    const walk = new Walk();
    walk.roam(2);
    const before = walk.state(2);
    const { facts } = walk.box(2).bsses.get('phy0-ap0') ?? { facts: undefined };
    walk.box(2).bsses.get('phy0-ap0')?.remove();
    walk.world.wait(1000);
    expect(facts).toBeDefined();
    walk.box(2).addBss('phy0-ap0');
    walk.roam(2);
    expect(walk.state(2)).toEqual(before);
    expect(walk.messages().filter((message) => message.includes('for 0 s'))).toEqual([]);
  });
});
