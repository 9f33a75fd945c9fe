// Each MUST of RFC 5944 §2.4, §3.6 and §5.7 for a mobile node, as far as an access point plays it for its stations. Nonces
// have a file of their own.
//
// Not tested here, and why:
// §2.4.3, §3.6.2.2 ARP of a mobile node that has come home (§4.6): the station has never used another address, and does its
//      own ARP.
// §3.6 Configured with a netmask and an association: without a row of the subnet map and a key nobody is registered
//      (test/roles/access-point/mobility-decision.test.ts); the types do not allow less.
// §3.6 A home address out of the reply: a station without an address is not registered.
// §3.6 No registration because of an ICMP Redirect: none is read.
// §3.6.1.1 Destination 224.0.0.11 with time to live 1, a co-located care-of address, source 0.0.0.0, §3.6.1.2 Home Agent by
//      broadcast: agents are known by their advertisements, home agents by the subnet map; other requests are not made.
// §3.6.1.2 Decapsulation of broadcasts: none are asked for.
// §3.6.2.1 An invalid UDP checksum: test/wire/frames.test.ts.

import { describe, expect, test } from 'vitest';
import { AgentAssociations } from '../../src/roles/security-associations.ts';
import { decodeAgentDiscoveryMessage, encodeAgentAdvertisement } from '../../src/wire/agent-advertisement.ts';
import { appendAuthentication, isAuthentic, type SecurityAssociation } from '../../src/wire/authentication.ts';
import { EXTENSION } from '../../src/wire/extensions.ts';
import { isLater, lowBits } from '../../src/wire/identification.ts';
import { decodeRegistrationReply, type RegistrationReply } from '../../src/wire/registration.ts';
import { ip } from '../addresses.ts';
import { digests } from '../digests.ts';
import { flipped } from '../hex.ts';
import {
  AGENT,
  AWAY,
  advertisementOf,
  agentAdvertisementOf,
  elsewhere,
  HOME_AGENT,
  LOCAL,
  OTHER,
  requestIn,
  requestsIn,
  Scene,
  STATION,
} from '../roles/access-point/scene.ts';
import { association, isSigned, kindsOf, only, reply, reportsOf } from '../roles/messages.ts';

const { mobileHomeAuthentication, mobileForeignAuthentication } = EXTENSION;

/** The agents are other boxes: their advertisement was heard, then the station came. */
function asking(changes: ConstructorParameters<typeof Scene>[0] = {}, offer = {}) {
  const scene = new Scene({ ...elsewhere, ...changes });
  scene.advertise(0, offer);
  return { scene, sent: scene.arrive(100, AWAY) };
}

/** Hears this in answer to the request that was just sent; whether it counted. */
function isBelieved(scene: Scene, message: RegistrationReply): boolean {
  return !kindsOf(scene.hearReply(200, message, AGENT.address)).includes('replyDiscarded');
}

describe('§2.4 Agent Discovery', () => {
  const solicitations = (scene: Scene, untilMs: number) => {
    const sentAt: number[] = [];
    for (let next = scene.nextDeadline(); next !== undefined && next <= untilMs; next = scene.nextDeadline()) {
      if (only(scene.deadline(next), 'solicitationSent').length > 0) sentAt.push(next);
    }
    return sentAt;
  };

  test('without an agent it solicits: after three at most once a second by a doubling interval', () => {
    const scene = new Scene(elsewhere);
    scene.attach(0);
    const sentAt = solicitations(scene, 300_000);
    const intervals = sentAt.slice(1).map((atMs, index) => atMs - (sentAt[index] ?? 0));
    expect(Math.min(...intervals)).toBeGreaterThanOrEqual(1000);
    const later = intervals.slice(2);
    expect(later.length).toBeGreaterThan(5);
    for (const [index, interval] of later.slice(1, 5).entries()) expect(interval).toBeCloseTo(2 * (later[index] ?? 0));
  });

  test('the rate does not rise while the search goes on, whoever comes', () => {
    const alone = new Scene(elsewhere);
    alone.attach(0);
    const expected = solicitations(alone, 300_000);
    const scene = new Scene(elsewhere);
    scene.attach(0);
    const sentAt = solicitations(scene, 100_000);
    scene.attach(100_001, OTHER);
    expect([...sentAt, ...solicitations(scene, 300_000)]).toEqual(expected);
  });

  test('an advertisement is an agent by its mobility extension alone', () => {
    const scene = new Scene(elsewhere);
    scene.attach(0);
    scene.hearAdvertisement(10, { ...advertisementOf(), kind: 'routerAdvertisement' });
    expect([...scene.accessPoint.agents('br-lan')]).toEqual([]);
    scene.advertise(20);
    expect([...scene.accessPoint.agents('br-lan')].map(({ address }) => address)).toEqual([AGENT.address]);
  });

  test('reserved bits are ignored', () => {
    const octets = encodeAgentAdvertisement(agentAdvertisementOf());
    // Behind the ICMP header, one router address, and six octets of the extension.
    octets[23] = (octets[23] ?? 0) | 0x1f;
    // The sum is of the whole message.
    octets.set([0, 0], 2);
    let sum = 0;
    for (let index = 0; index < octets.length; index += 2)
      sum += ((octets[index] ?? 0) << 8) | (octets[index + 1] ?? 0);
    const folded = (sum & 0xffff) + (sum >>> 16);
    octets.set([(~folded >>> 8) & 0xff, ~folded & 0xff], 2);
    expect(decodeAgentDiscoveryMessage(octets)).toMatchObject({ kind: 'agentAdvertisement', foreignAgent: true });
  });
});

describe('§3.6, §2.4.2: not more than one registration a second on average', () => {
  test('however often a station changes its mind', () => {
    const scene = new Scene(elsewhere);
    scene.advertise(0);
    let count = 0;
    for (let ms = 100; ms < 20_100; ms += 50) {
      count += requestsIn(scene.detach(ms)).length + requestsIn(scene.arrive(ms + 10, AWAY)).length;
      count += requestsIn(scene.deadline(ms + 20)).length;
    }
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(20 + 4);
  });
});

describe('§3.6.1.1 IP Fields', () => {
  test("source is the home address; destination and link-layer destination are the advertisement's source", () => {
    const { frame } = requestIn(asking().sent);
    expect(frame.ipv4).toMatchObject({ source: AWAY, destination: AGENT.address });
    expect(frame).toMatchObject({ source: STATION, destination: AGENT.mac });
  });

  test('directly to the home agent it goes to its address', () => {
    const scene = new Scene();
    expect(requestIn(scene.arrive(0, LOCAL)).frame.ipv4).toMatchObject({ source: LOCAL, destination: ip('10.2.0.1') });
  });
});

describe('§3.6.1.2 Registration Request Fields', () => {
  test('flags D and B are not set, and addresses are those of the node, its home agent and the agent', () => {
    expect(requestIn(asking().sent)).toMatchObject({
      ...{ decapsulationByMobileNode: false, broadcastDatagrams: false, minimalEncapsulation: false },
      ...{ homeAddress: AWAY, homeAgent: HOME_AGENT, careOfAddress: ip('192.0.2.254') },
    });
  });

  test.each([true, false])('flag G is set only where the agent offers it: %s', (greEncapsulation) => {
    const { sent } = asking({ encapsulation: 'gre' }, { greEncapsulation });
    expect(requestIn(sent).greEncapsulation).toBe(greEncapsulation);
  });

  test('at home, all care-of addresses are deregistered by the home address and lifetime 0', () => {
    const request = requestIn(new Scene().arrive(0, LOCAL));
    expect(request).toMatchObject({ homeAddress: LOCAL, careOfAddress: LOCAL, lifetimeSeconds: 0 });
  });
});

const shared = { spi: 0x300, key: association.key.map((octet) => octet ^ 0xff), algorithm: 'hmac-md5' } as const;
const withForeignAgent = {
  agentAssociations: new AgentAssociations([{ ...shared, kind: 'mobile-foreign', start: AWAY, end: AWAY }]),
};

describe('§3.6.1.3 Extensions', () => {
  test('each request has the Mobile-Home Authentication, and nothing else where no more is shared', () => {
    for (const request of [requestIn(asking().sent), requestIn(new Scene().arrive(0, LOCAL))]) {
      expect(request.extensions.map(({ type }) => type)).toEqual([mobileHomeAuthentication]);
      expect(isSigned(request)).toBe(true);
    }
  });

  test('where a key is shared with the foreign agent the Mobile-Foreign Authentication stands behind it, and is right', () => {
    const { scene, sent } = asking(withForeignAgent);
    scene.hearReply(200, forAgent(reply({ identification: requestIn(sent).identification })), AGENT.address);
    scene.deadline(480_100);
    scene.advertise(480_100);
    for (const request of [requestIn(sent), requestIn(scene.speak(480_200, AWAY))]) {
      const [home, foreign, ...more] = request.extensions;
      expect([home?.type, foreign?.type, more.length]).toEqual([
        mobileHomeAuthentication,
        mobileForeignAuthentication,
        0,
      ]);
      expect(isSigned(request)).toBe(true);
      expect(foreign && isAuthentic(request.octets, foreign, shared, digests)).toBe(true);
    }
  });
});

function forAgent(message: RegistrationReply, by: SecurityAssociation = shared): RegistrationReply {
  return decodeRegistrationReply(appendAuthentication(message.octets, mobileForeignAuthentication, by, digests));
}

describe('§3.6.2.1 Validity Checks', () => {
  test('a reply with other low bits than the latest request is silently discarded', () => {
    const { scene, sent } = asking();
    const { identification } = requestIn(sent);
    const again = requestIn(scene.confirm(1150)).identification;
    expect(isBelieved(scene, reply({ identification }))).toBe(false);
    expect(isBelieved(scene, reply({ identification: again ^ 1n }))).toBe(false);
    expect(isBelieved(scene, reply({ identification: again }))).toBe(true);
  });

  test.each([0, 129, 133])(
    'with code %i exactly one Mobile-Home Authentication must be there, and be right',
    (code) => {
      const fields = { code, lifetimeSeconds: code === 0 ? 600 : 0 };
      const { scene, sent } = asking();
      const { identification } = requestIn(sent);
      const good = reply({ ...fields, identification });
      const twice = appendAuthentication(good.octets, mobileHomeAuthentication, association, digests);
      const none = reply({ ...fields, identification }, { signedWith: 'none' });
      const wrong = decodeRegistrationReply(flipped(good.octets, good.octets.length - 1));
      for (const bad of [none, wrong, decodeRegistrationReply(twice)]) expect(isBelieved(scene, bad)).toBe(false);
      expect(isBelieved(scene, good)).toBe(true);
    },
  );

  test.each([0, 66])(
    'with code %i of a foreign agent that shares a key, exactly one Mobile-Foreign Authentication',
    (code) => {
      const { scene, sent } = asking(withForeignAgent);
      const { identification } = requestIn(sent);
      const signed = { signedWith: code === 0 ? association : ('none' as const) };
      const answer = reply({ code, identification, lifetimeSeconds: code === 0 ? 600 : 0 }, signed);
      const good = forAgent(answer);
      const wrong = forAgent(answer, { ...shared, key: association.key });
      for (const bad of [answer, wrong, forAgent(good)]) expect(isBelieved(scene, bad)).toBe(false);
      expect(isBelieved(scene, good)).toBe(true);
    },
  );

  test.each([67, 131])('code %i, which a wrong key cannot have signed for us, is reported with it', (code) => {
    const { scene, sent } = asking();
    const signedWith = { ...association, key: new Uint8Array(16) };
    const message = reply({ code, identification: requestIn(sent).identification }, { signedWith });
    expect(reportsOf(scene.hearReply(200, message, AGENT.address))).toEqual([
      { kind: 'replyDiscarded', homeAddress: AWAY, reason: 'badAuthenticator', code },
    ]);
  });

  test('what is discarded for its security is reported', () => {
    const { scene, sent } = asking();
    const message = reply({ identification: requestIn(sent).identification }, { signedWith: 'none' });
    expect(reportsOf(scene.hearReply(200, message, AGENT.address))).toMatchObject([
      { kind: 'replyDiscarded', reason: 'missingSecurityExtension' },
    ]);
  });
});

describe('§3.6.2.2, §3.6.2.3, §3.6.3, §5.7', () => {
  test('§3.6.2.2: the granted lifetime counts from when the request was sent', () => {
    const scene = new Scene();
    const sent = scene.arrive(100, AWAY);
    scene.answer(5100, sent, { lifetimeSeconds: 100 });
    expect(scene.accessPoint.nextDeadline()).toBe(100 + 80_000);
  });

  test('§3.6.2.3: after code 69 the lifetime is not above the one of the reply', () => {
    const { scene, sent } = asking();
    const again = requestIn(scene.answer(200, sent, { code: 69, lifetimeSeconds: 120 }));
    expect(again.lifetimeSeconds).toBeLessThanOrEqual(120);
  });

  test('§3.6.2.3: after code 133 the next request is made by the time of the reply', () => {
    const { scene, sent } = asking();
    const { identification } = requestIn(sent);
    const theirs = identification + (3600n << 32n);
    const again = requestIn(scene.answer(200, sent, { code: 133, lifetimeSeconds: 0, identification: theirs }));
    expect(Number((again.identification - theirs) >> 32n)).toBeLessThanOrEqual(1);
    expect(isLater(again.identification, theirs)).toBe(true);
    expect(lowBits(again.identification)).not.toBe(lowBits(identification));
  });

  test('§3.6.3: without an answer a second or more passes before the next request', () => {
    const { scene } = asking();
    for (let ms = 110; ms < 1100; ms += 90) expect(requestsIn(scene.confirm(ms))).toEqual([]);
    expect(requestsIn(scene.confirm(1100))).toHaveLength(1);
  });

  test('§5.7.1: every request has a greater Identification than the one before, also when our clock goes back', () => {
    const { scene, sent } = asking();
    let before = requestIn(sent).identification;
    for (const [ms, errorMs] of [
      [1100, 0],
      [3100, -60_000],
      [7100, 0],
    ] as const) {
      scene.clockErrorMs = errorMs;
      const { identification } = requestIn(scene.confirm(ms));
      expect(isLater(identification, before)).toBe(true);
      before = identification;
    }
  });
});
