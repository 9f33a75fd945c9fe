import { expect, test } from 'vitest';
import { HomeAgentRoutes } from '../../src/daemon/home-agent-routes.ts';
import { Problems } from '../../src/daemon/problems.ts';
import type { Ipv4Address } from '../../src/octets/address.ts';
import { ip } from '../addresses.ts';
import { routerNetwork } from './router.ts';

const OTHER = ip('10.2.0.1');

/** Routes of which these were asked for. */
function routesTo(...homeAgents: readonly Ipv4Address[]): HomeAgentRoutes {
  const routes = new HomeAgentRoutes();
  routes.toAsk({ homeAgents, authorities: [] }, routerNetwork(), new Problems());
  return routes;
}

test('the way is asked for once to each that is another box', () => {
  const homeAgents = [ip('10.1.0.1'), OTHER, OTHER, ip('10.3.0.1')];
  const wanted = { homeAgents, authorities: [ip('10.255.1.2'), OTHER, ip('10.4.0.1')] };
  const asked = new HomeAgentRoutes().toAsk(wanted, routerNetwork(), new Problems());
  expect(asked.sort()).toEqual([OTHER, ip('10.3.0.1'), ip('10.4.0.1')]);
});

test('of whom the kernel has told it is asked again when the network is another, and not because the map is', () => {
  const routes = routesTo(OTHER);
  const toAsk = (...homeAgents: readonly Ipv4Address[]) =>
    routes.toAsk({ homeAgents, authorities: [] }, routerNetwork(), new Problems());
  expect(toAsk(OTHER)).toEqual([OTHER]);
  routes.known(OTHER, ip('10.255.1.2'), new Problems());
  expect(toAsk(OTHER, ip('10.3.0.1'))).toEqual([ip('10.3.0.1')]);
  routes.known(ip('10.3.0.1'), undefined, new Problems());
  expect(toAsk(OTHER, ip('10.3.0.1'))).toEqual([]);
  routes.networkChanged();
  expect(toAsk(OTHER, ip('10.3.0.1'))).toEqual([OTHER, ip('10.3.0.1')]);
  expect(toAsk(OTHER, ip('10.3.0.1'))).toEqual([]);
});

test('a way is news when it is found, changes, and is lost; a lost one is a problem until it is found', () => {
  const routes = routesTo(OTHER);
  const problems = new Problems();
  expect(routes.known(OTHER, ip('10.255.1.2'), problems)).toEqual({ isNews: true, lines: [] });
  expect(routes.known(OTHER, ip('10.255.1.2'), problems)).toEqual({ isNews: false, lines: [] });
  expect(routes.known(OTHER, ip('10.254.1.2'), problems).isNews).toBe(true);
  expect(routes.sources).toEqual(new Map([[OTHER, ip('10.254.1.2')]]));
  const lost = 'no route leads to home agent 10.2.0.1: its stations are not proxied here';
  expect(routes.known(OTHER, undefined, problems)).toEqual({ isNews: true, lines: [{ level: 'warning', text: lost }] });
  expect(routes.sources.size).toBe(0);
  expect(problems.all()).toEqual([lost]);
  expect(routes.known(OTHER, ip('10.255.1.2'), problems).lines).toEqual([
    { level: 'notice', text: 'home agent 10.2.0.1 is in reach' },
  ]);
});

test('what an authoritative access point is called that no way leads to, and that it is called so no more', () => {
  const routes = new HomeAgentRoutes();
  const problems = new Problems();
  routes.toAsk({ homeAgents: [], authorities: [OTHER] }, routerNetwork(), problems);
  routes.known(OTHER, undefined, problems);
  const text = 'no route leads to authoritative access point 10.2.0.1: the map is not exchanged with it';
  expect(problems.all()).toEqual([text]);
  expect(routes.isCutOff).toBe(true);
  routes.toAsk({ homeAgents: [], authorities: [] }, routerNetwork(), problems);
  expect([problems.all(), routes.isCutOff]).toEqual([[], false]);
  // The kernel's answer may come late.
  expect(routes.known(OTHER, undefined, problems)).toEqual({ isNews: false, lines: [] });
});

test('a box is cut off when no way leads to any home agent; one that was not asked for does not count', () => {
  const routes = routesTo(OTHER, ip('10.3.0.1'));
  const problems = new Problems();
  const [first, second] = [OTHER, ip('10.3.0.1')];
  expect(routes.isCutOff).toBe(false);
  expect(routes.known(first, undefined, problems).isNews).toBe(true);
  expect(routes.isCutOff).toBe(true);
  expect(routes.known(first, undefined, problems).isNews).toBe(false);
  expect(routes.known(second, ip('10.255.1.2'), problems).isNews).toBe(true);
  expect(routes.isCutOff).toBe(false);
});
