import { describe, expect, test } from 'vitest';
import { consequenceOf } from '../../../src/roles/access-point/agent-news.ts';
import type { AgentNews } from '../../../src/roles/access-point/agents.ts';
import type { Mobility, Station } from '../../../src/roles/access-point/station.ts';
import { ip } from '../../addresses.ts';
import { AGENT, AWAY, agentAdvertisementOf, elsewhere, LOCAL, OTHER_AGENT, Scene, withBridge } from './scene.ts';

const KINDS = ['agentFound', 'agentChanged', 'agentRebooted', 'agentLost'] as const;

const news = (kind: AgentNews['kind'], fields = {}, agent = AGENT): AgentNews => ({
  kind,
  agent: { ...agent, advertisement: agentAdvertisementOf(fields), expiresAtMs: 30_000 },
});

function stationOf(scene: Scene): Station {
  const [station] = scene.accessPoint.stations();
  if (station === undefined) throw new Error('no station');
  return station;
}

function visitor(code = 0): Station {
  const scene = new Scene(elsewhere);
  scene.advertise(0);
  scene.answer(10, scene.arrive(0, AWAY), { code });
  return stationOf(scene);
}

const withMobility = (mobility: Mobility): Station => ({ ...visitor(), mobility });
const consequences = (station: Station, isServed: boolean, fields = {}, agent = AGENT) =>
  KINDS.map((kind) => consequenceOf(news(kind, fields, agent), station, isServed));

describe('for a visitor of that agent', () => {
  test('news of its end make it move on, of its beginning register anew; a change of its offer does not matter', () => {
    expect(consequences(visitor(), true)).toEqual(['registerAnew', 'nothing', 'registerAnew', 'moveOn']);
  });

  test('an agent that has forgotten it and is busy is rather left', () => {
    expect(consequenceOf(news('agentRebooted', { busy: true }), visitor(), true)).toBe('leave');
  });

  test('a change matters where its care-of address is gone, or where it was refused', () => {
    const careOfAddresses = [ip('192.0.2.77')];
    expect(consequenceOf(news('agentChanged', { careOfAddresses }), visitor(), true)).toBe('registerAnew');
    expect(consequenceOf(news('agentChanged'), visitor(129), true)).toBe('registerAnew');
  });
});

describe('for a visitor of another agent', () => {
  test('nothing follows as long as its own agent serves', () => {
    expect(consequences(visitor(), true, {}, OTHER_AGENT)).toEqual(['nothing', 'nothing', 'nothing', 'nothing']);
  });

  test('whose own is lost, or has refused it, each sign of life is a chance', () => {
    const chances = ['moveOn', 'moveOn', 'moveOn', 'nothing'];
    expect(consequences(visitor(), false, {}, OTHER_AGENT)).toEqual(chances);
    expect(consequences(visitor(129), true, {}, OTHER_AGENT)).toEqual(chances);
  });
});

test('for a visitor of the agent of this box nothing follows, even from the same address', () => {
  const scene = new Scene(withBridge({ foreignAgent: { ...AGENT, isLocal: true } }));
  scene.registered(0, AWAY);
  expect(consequences(stationOf(scene), true)).toEqual(['nothing', 'nothing', 'nothing', 'nothing']);
});

test('a station that lacked an agent is decided about anew, one that lacks something else is not', () => {
  const alone = (reason: 'noForeignAgent' | 'noCareOfAddress' | 'noHomeAgent') =>
    consequences(withMobility({ kind: 'notProxied', address: AWAY, reason }), false);
  const chances = ['decideAnew', 'decideAnew', 'decideAnew', 'nothing'];
  expect(alone('noForeignAgent')).toEqual(chances);
  expect(alone('noCareOfAddress')).toEqual(chances);
  expect(alone('noHomeAgent')).toEqual(['nothing', 'nothing', 'nothing', 'nothing']);
});

test('a station at home is decided about anew when the first home agent shows itself', () => {
  const home = withMobility({ kind: 'home', address: LOCAL, registration: undefined });
  expect(consequences(home, false)).toEqual(['nothing', 'nothing', 'nothing', 'nothing']);
  expect(consequences(home, false, { homeAgent: true })).toEqual(['decideAnew', 'decideAnew', 'decideAnew', 'nothing']);
  const scene = new Scene();
  scene.registered(0, LOCAL);
  expect(consequences(stationOf(scene), false, { homeAgent: true })).toEqual(Array(4).fill('nothing'));
});

test('for a station that is not identified nothing follows', () => {
  expect(consequences(withMobility({ kind: 'unidentified' }), false)).toEqual(Array(4).fill('nothing'));
});
