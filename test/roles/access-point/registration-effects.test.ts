import { expect, test } from 'vitest';
import { interception, reported, sentRequest } from '../../../src/roles/access-point/registration-effects.ts';
import { decodeFrame } from '../../../src/wire/frames.ts';
import { hex } from '../../hex.ts';
import { only, reportsOf } from '../messages.ts';
import { AGENT, AWAY, HOME_AGENT, STATION, terms } from './scene.ts';

const elsewhere = { ...terms, agent: { bridge: 'br-guest', ...AGENT, isLocal: false } };

test('a request is a frame of the station to the agent of its terms, over the bridge of that agent', () => {
  const effects = sentRequest(STATION, elsewhere, hex('0102'), 3);
  expect(reportsOf(effects)).toEqual([
    {
      kind: 'registrationSent',
      mac: STATION,
      homeAddress: AWAY,
      homeAgent: HOME_AGENT,
      careOfAddress: terms.careOfAddress,
      lifetimeSeconds: 600,
      attempt: 3,
    },
  ]);
  const [frame] = only(effects, 'agentFrameSent');
  expect(frame).toMatchObject({ bridge: 'br-guest', isLocal: false });
  expect(decodeFrame(frame?.octets ?? hex(''))).toMatchObject({
    source: STATION,
    destination: AGENT.mac,
    payload: { ipv4: { source: AWAY, destination: AGENT.address } },
  });
});

test('an interception names the agent of the terms', () => {
  expect(interception(elsewhere, STATION, 'interceptionWanted')).toEqual([
    { kind: 'interceptionWanted', mac: STATION, homeAddress: AWAY, agentMac: AGENT.mac, isLocal: false },
  ]);
});

test.each([
  [
    { kind: 'accepted', lifetimeSeconds: 300, elapsedMs: 7 },
    { kind: 'registrationAccepted', mac: STATION, homeAddress: AWAY, lifetimeSeconds: 300, elapsedMs: 7 },
  ],
  [
    { kind: 'denied', denial: { code: 66, lifetimeSeconds: 0, homeAgent: HOME_AGENT } },
    { kind: 'registrationDenied', mac: STATION, homeAddress: AWAY, code: 66 },
  ],
  [
    { kind: 'discarded', reason: 'badAuthenticator' },
    { kind: 'replyDiscarded', homeAddress: AWAY, reason: 'badAuthenticator' },
  ],
  [
    { kind: 'discarded', reason: 'badAuthenticator', code: 131 },
    { kind: 'replyDiscarded', homeAddress: AWAY, reason: 'badAuthenticator', code: 131 },
  ],
  [
    { kind: 'resynchronized', offsetMs: -9 },
    { kind: 'clockResynchronized', homeAgent: HOME_AGENT, offsetMs: -9 },
  ],
  [{ kind: 'nonceGiven' }, { kind: 'nonceGiven', homeAgent: HOME_AGENT, homeAddress: AWAY }],
  [{ kind: 'unanswered' }, { kind: 'registrationUnanswered', mac: STATION, homeAddress: AWAY }],
] as const)('what came of it is reported: %j', (outcome, report) => {
  expect(reported(STATION, terms, outcome)).toEqual({ kind: 'report', report });
});
