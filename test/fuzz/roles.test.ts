// Any message that can be decoded: the roles answer, drop and report, and change nothing that nobody has signed for.

import { expect, test } from 'vitest';
import { formatHex } from '../../src/octets/octets.ts';
import { ForeignAgent } from '../../src/roles/foreign-agent/foreign-agent.ts';
import { HomeAgent } from '../../src/roles/home-agent/home-agent.ts';
import { SecurityAssociations } from '../../src/roles/security-associations.ts';
import { decodeFrame, encodeArpFrame } from '../../src/wire/frames.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import { decodeRegistrationMessage } from '../../src/wire/registration.ts';
import { ip, mac, prefix } from '../addresses.ts';
import { digests } from '../digests.ts';
import { AWAY, HOME_AGENT, OTHER, requestsIn, Scene, STATION } from '../roles/access-point/scene.ts';
import { association, only, reply, request } from '../roles/messages.ts';
import { at } from '../roles/moments.ts';
import { Chance, SEED } from './mutation.ts';

const MESSAGES = 4000;
const associations = new SecurityAssociations([{ ...association, start: ip('10.1.0.0'), end: ip('10.1.0.255') }]);

/** What these octets are decoded to; undefined where they are malformed. */
function decoded<Message>(decode: (octets: Uint8Array) => Message, octets: Uint8Array): Message | undefined {
  try {
    return decode(octets);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function tellingTheSeed(octets: Uint8Array, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw new Error(`FUZZ_SEED=${SEED}, octets ${formatHex(octets)}`, { cause: error });
  }
}

test('a home agent binds nobody for a changed request', () => {
  const chance = new Chance(SEED);
  const genuine = request();
  const signedLength = genuine.octets.length;
  const arrival = {
    sourceAddress: ip('10.2.0.1'),
    sourcePort: 434,
    destinationAddress: HOME_AGENT,
    sourceMac: undefined,
  };
  for (let count = 0; count < MESSAGES; count++) {
    const octets = chance.mutated(genuine.octets);
    const message = decoded(decodeRegistrationMessage, octets);
    if (message?.kind !== 'registrationRequest') continue;
    // What follows the authentication is signed by nobody: the request itself is genuine.
    if (formatHex(octets.subarray(0, signedLength)) === formatHex(genuine.octets)) continue;
    tellingTheSeed(octets, () => {
      const configuration = {
        addresses: [HOME_AGENT],
        homeNetworks: [{ prefix: prefix('10.1.0.0/24'), interfaceIndex: 1, mac: OTHER }],
        associations,
        longestLifetimeSeconds: 600,
        mostBindings: 10,
      };
      const agent = new HomeAgent(configuration, digests, () => 0);
      const effects = agent.handle({ kind: 'requestReceived', request: message, arrival }, at(0));
      expect(effects.length).toBeGreaterThan(0);
      expect(only(effects, 'bindingWanted')).toEqual([]);
      expect([...agent.bindings()]).toEqual([]);
    });
  }
});

test('a foreign agent keeps its limits under changed requests and replies', () => {
  const chance = new Chance(SEED);
  const agent = new ForeignAgent(
    {
      careOfAddresses: [ip('10.2.0.1')],
      ownAddresses: [ip('10.2.0.1')],
      longestLifetimeSeconds: 600,
      mostVisitors: 5,
    },
    digests,
  );
  const link = {
    mac: STATION,
    interfaceIndex: 1,
    interfaceName: 'br-lan',
    sourceAddress: AWAY,
    sourcePort: 434,
    destinationAddress: ip('10.2.0.1'),
  };
  for (let count = 0; count < MESSAGES; count++) {
    const octets = chance.mutated((count % 2 === 0 ? request() : reply()).octets);
    const message = decoded(decodeRegistrationMessage, octets);
    if (message === undefined) continue;
    tellingTheSeed(octets, () => {
      const event =
        message.kind === 'registrationRequest'
          ? ({ kind: 'requestReceived', request: message, link, timeToLive: 255 } as const)
          : ({ kind: 'replyReceived', reply: message, sourceAddress: HOME_AGENT } as const);
      agent.handle(event, at(count * 10));
      agent.handle({ kind: 'deadlineReached' }, at(count * 10));
      expect([...agent.visitors()].length).toBeLessThanOrEqual(5);
    });
  }
});

test('an access point proxies for nobody but its stations, whatever frames and replies come', () => {
  const chance = new Chance(SEED);
  const scene = new Scene();
  scene.registered(0, AWAY);
  const arp = encodeArpFrame(mac('ff:ff:ff:ff:ff:ff'), STATION, {
    operation: 'request',
    senderMac: STATION,
    senderAddress: AWAY,
    targetMac: mac('00:00:00:00:00:00'),
    targetAddress: HOME_AGENT,
  });
  for (let count = 0; count < MESSAGES; count++) {
    const octets = chance.mutated(count % 2 === 0 ? arp : reply().octets);
    tellingTheSeed(octets, () => {
      const frame = count % 2 === 0 ? decoded(decodeFrame, octets) : undefined;
      const message = count % 2 === 0 ? undefined : decoded(decodeRegistrationMessage, octets);
      const effects = frame === undefined ? [] : scene.hear(1000 + count, frame);
      if (message?.kind === 'registrationReply') {
        effects.push(
          ...scene.handle({ kind: 'replyReceived', reply: message, sourceAddress: undefined }, 1000 + count),
        );
      }
      for (const sent of requestsIn(effects)) expect(sent.frame.source).toBe(STATION);
      expect(only(effects, 'interceptionWanted')).toEqual([]);
      expect(scene.stations()).toHaveLength(1);
    });
  }
});
