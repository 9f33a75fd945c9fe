// Each MUST of RFC 5944 §3.5 and §3.7 that a foreign agent plays; RFC 4636 where it changes them. Not tested here, and why:
// - §3.7.2.1, §3.7.3.1: datagrams with a wrong UDP checksum are discarded. The kernel does, or test/wire/frames.test.ts.
// - §3.7.2.2, §3.7.2.3 (UDP ports of what is sent): the socket's, in src/daemon; the lab's captures show them.
// - §3.7.3.1 (a Mobile Node NAI tells apart pending requests with the same home address): without a home address there is
//   none pending (code 96), and two nodes with one home address are not served at once.
// - §3.6.1.3 (unknown extensions): a request with one that must not be skipped is malformed; test/wire/extensions.test.ts.
// - §3.5.3 (replies that need no Mobile-Foreign authentication because nothing is shared): nothing to get wrong.

import { describe, expect, test } from 'vitest';
import { formatHex, join } from '../../src/octets/octets.ts';
import { isAuthentic } from '../../src/wire/authentication.ts';
import { EXTENSION } from '../../src/wire/extensions.ts';
import { readForeignAgentError } from '../../src/wire/foreign-agent-error.ts';
import {
  decodePoorlyFormedMessage,
  decodeRegistrationReply,
  decodeRegistrationRequest,
} from '../../src/wire/registration.ts';
import { ip, mac } from '../addresses.ts';
import { digests } from '../digests.ts';
import { hex } from '../hex.ts';
import {
  agentSharing,
  agentWith,
  answer,
  answerWith,
  ask,
  askSigned,
  careOfAddress,
  extensionOf,
  homeAddress,
  homeAgent,
  link,
  signedReply,
  toldTo,
  withHomeAgent,
  withMobileNode,
} from '../roles/foreign-agent/scene.ts';
import { isSigned, kindsOf, only, reply, reportsOf, request } from '../roles/messages.ts';
import { at } from '../roles/moments.ts';

const { foreignHomeAuthentication, mobileForeignAuthentication, foreignAgentError } = EXTENSION;

/** What the home agent would receive. */
function relayedBy(effects: Parameters<typeof toldTo>[0]) {
  const [effect] = only(effects, 'requestRelayed');
  if (effect === undefined) throw new Error('nothing was relayed');
  return decodeRegistrationRequest(effect.octets);
}

function visited(agent = agentWith()) {
  ask(agent, 0);
  answer(agent, 10);
  return agent;
}

describe('RFC 5944 §3.7', () => {
  test('no request and no reply is made because a registration has expired', () => {
    const effects = visited().handle({ kind: 'deadlineReached' }, at(600_010));
    expect(kindsOf(effects)).toEqual(['visitorUnwanted', 'visitorExpired']);
  });

  test('a well-formed deregistration is relayed, also for who does not visit us', () => {
    const bye = { lifetimeSeconds: 0, careOfAddress: homeAddress };
    expect(relayedBy(ask(agentWith(), 0, bye)).octets).toEqual(request(bye).octets);
  });

  test('no reply is sent but to a request that came', () => {
    const agent = agentWith();
    expect(only(answer(agent, 0), 'replyRelayed')).toEqual([]);
    expect(only(agent.handle({ kind: 'homeAgentUnreachable', homeAgent, icmpCode: 1 }, at(1)), 'replyRelayed')).toEqual(
      [],
    );
  });
});

describe('RFC 5944 §3.7.1', () => {
  test('the entry of a visitor holds what the RFC lists', () => {
    expect([...visited().visitors()]).toMatchObject([
      {
        link: { mac: link.mac, sourceAddress: homeAddress, destinationAddress: careOfAddress, sourcePort: 434 },
        homeAgent,
        identification: request().identification,
        requestedLifetimeSeconds: 600,
        expiresAtMs: 600_010,
      },
    ]);
  });

  test('a request without a home address is denied with code 96, because it cannot be kept pending', () => {
    const nameless = ask(agentWith(), 0, { homeAddress: ip('0.0.0.0') }, { signedExtensions: '8305 6140622e63' });
    expect(toldTo(nameless)[0]?.code).toBe(96);
  });

  test('more pending requests than we can keep are rejected with code 66', () => {
    const agent = agentWith({ mostPendingRequests: 1 });
    ask(agent, 0);
    expect(toldTo(ask(agent, 1, { homeAddress: ip('10.1.0.78') }))[0]?.code).toBe(66);
  });

  test('a request that is pending for 7 seconds is rejected with code 78', () => {
    const agent = agentWith();
    ask(agent, 0);
    expect(toldTo(agent.handle({ kind: 'deadlineReached' }, at(7000)))[0]?.code).toBe(78);
  });

  test('a request to a home agent with a shared association is signed for it', () => {
    const relayed = relayedBy(ask(agentSharing(withHomeAgent), 0));
    const signature = extensionOf(relayed, foreignHomeAuthentication);
    expect(signature && isAuthentic(relayed.octets, signature, withHomeAgent, digests)).toBe(true);
  });

  test('a reply with a lifetime from such a home agent must be signed for us', () => {
    const agent = agentSharing(withHomeAgent);
    ask(agent, 0);
    expect(kindsOf(answer(agent, 1))).not.toContain('visitorWanted');
  });

  test('replies to a mobile node with a shared association are signed for it', () => {
    const agent = agentSharing(withMobileNode);
    askSigned(agent, 0);
    for (const message of [...toldTo(answer(agent, 1)), ...toldTo(askSigned(agent, 2000, { lifetimeSeconds: 1801 }))]) {
      const signature = extensionOf(message, mobileForeignAuthentication);
      expect(signature && isAuthentic(message.octets, signature, withMobileNode, digests)).toBe(true);
    }
  });
});

describe('RFC 5944 §3.7.2', () => {
  test('an accepted request is relayed to the home agent that it names', () => {
    expect(only(ask(agentWith(), 0), 'requestRelayed')[0]?.destination).toBe(homeAgent);
  });

  test('a request that names an address of ours as home agent is not forwarded, but denied with code 194', () => {
    const effects = ask(agentWith(), 0, { homeAgent: ip('192.0.2.2') });
    expect(only(effects, 'requestRelayed')).toEqual([]);
    expect(toldTo(effects)[0]?.code).toBe(194);
  });

  test('a denied request is answered, but the same node no more than once a second', () => {
    const agent = agentWith();
    const codesAt = (ms: number) => toldTo(ask(agent, ms, { lifetimeSeconds: 1801 })).map(({ code }) => code);
    expect([codesAt(0), codesAt(500), codesAt(999), codesAt(1000)]).toEqual([[69], [], [], [69]]);
  });

  test('a new request of a visitor is kept apart from its entry', () => {
    const agent = visited();
    const [before] = agent.visitors();
    ask(agent, 1000, { identification: 5n, lifetimeSeconds: 60 }, { link: { mac: mac('02:00:00:00:00:09') } });
    expect([...agent.visitors()]).toEqual([before]);
  });

  test.each([600, 0])(
    'a request for %i s that the home agent denies changes nothing of the visitor',
    (lifetimeSeconds) => {
      const agent = visited();
      const [before] = agent.visitors();
      ask(agent, 1000, { identification: 5n, lifetimeSeconds });
      answer(agent, 1001, { identification: 5n, code: 129, lifetimeSeconds: 0 });
      expect([...agent.visitors()]).toEqual([before]);
    },
  );
});

describe('RFC 5944 §3.7.2.1', () => {
  test('a request whose extension behind the signature is cut is rejected with code 70', () => {
    const cut = decodePoorlyFormedMessage(join([request().octets, hex('9f05 0000')]));
    if (cut?.kind !== 'registrationRequest') throw new Error('not a request');
    const event = { kind: 'requestReceived', request: cut, link, timeToLive: 255 } as const;
    expect(toldTo(agentWith().handle(event, at(0))).map(({ code }) => code)).toEqual([70]);
  });

  test.each([1, 4, 5])('reserved flags %i are rejected with code 70', (reservedFlags) => {
    expect(toldTo(ask(agentWith(), 0, {}, { reservedFlags }))[0]?.code).toBe(70);
  });

  test('without flag D, with a lifetime and a care-of address that is not ours: code 77', () => {
    const elsewhere = { careOfAddress: ip('10.2.0.9') };
    expect(toldTo(ask(agentWith(), 0, elsewhere))[0]?.code).toBe(77);
    expect(toldTo(ask(agentWith(), 0, { ...elsewhere, decapsulationByMobileNode: true }))).toEqual([]);
    expect(toldTo(ask(agentWith(), 0, { ...elsewhere, lifetimeSeconds: 0 }))).toEqual([]);
  });

  test('a mobile node that we share an association with must sign for us, once and rightly: else code 67', () => {
    const forged = { ...withMobileNode, key: hex('00') };
    const twice = formatHex(hex(`2114 00000300 ${'00'.repeat(16)}`)).repeat(2);
    const agents = [1, 2, 3, 4].map(() => agentSharing(withMobileNode));
    const [first, second, third, fourth] = agents;
    const refusals = [
      first && ask(first, 0),
      second && askSigned(second, 0, {}, forged),
      third && ask(third, 0, {}, { laterExtensions: twice }),
      fourth && askSigned(fourth, 0, {}, { ...withMobileNode, spi: 0x999 }),
    ];
    const reasons = ['missingSecurityExtension', 'badAuthenticator', 'missingSecurityExtension', 'badSPI'];
    for (const [index, effects = []] of refusals.entries()) {
      expect(toldTo(effects)[0]?.code).toBe(67);
      expect(only(effects, 'requestRelayed')).toEqual([]);
      expect(reportsOf(effects)[0]).toMatchObject({ kind: 'requestDiscarded', reason: reasons[index] });
    }
    expect(kindsOf(askSigned(agentSharing(withMobileNode), 0))).toEqual(['requestRelayed']);
  });
});

describe('RFC 5944 §3.7.2.2', () => {
  const signedExtensions = '8305 6140622e63 fe02 abcd';

  test('nothing is changed from the fixed part to the authorizing extension', () => {
    const asked = request({}, { signedExtensions });
    const relayed = relayedBy(ask(agentSharing(withHomeAgent), 0, {}, { signedExtensions }));
    expect(formatHex(relayed.octets.subarray(0, asked.octets.length))).toBe(formatHex(asked.octets));
    expect(isSigned(relayed)).toBe(true);
  });

  test('what stands behind it is removed', () => {
    const relayed = relayedBy(ask(agentWith(), 0, {}, { signedExtensions, laterExtensions: 'fe02 abcd' }));
    expect(relayed.octets).toEqual(request({}, { signedExtensions }).octets);
    const signed = relayedBy(askSigned(agentSharing(withMobileNode), 0));
    expect(extensionOf(signed, mobileForeignAuthentication)).toBeUndefined();
  });

  test('with lifetime 0 nothing is signed for the home agent', () => {
    expect(relayedBy(ask(agentSharing(withHomeAgent), 0, { lifetimeSeconds: 0 })).octets).toEqual(
      request({ lifetimeSeconds: 0 }).octets,
    );
  });

  test('it comes from the care-of address, or for a deregistration of another one from one that we offer', () => {
    const sourceOf = (fields: Parameters<typeof ask>[2]) =>
      only(ask(agentWith(), 0, fields), 'requestRelayed')[0]?.source;
    expect(sourceOf({})).toBe(careOfAddress);
    expect(sourceOf({ lifetimeSeconds: 0, careOfAddress: homeAddress })).toBe(ip('192.0.2.2'));
  });

  test('a request is forgotten when the time that it asks for is over', () => {
    const agent = agentWith();
    ask(agent, 0, { lifetimeSeconds: 2 });
    agent.handle({ kind: 'deadlineReached' }, at(2000));
    expect(kindsOf(answer(agent, 2001))).toEqual(['replyDiscarded']);
  });
});

describe('RFC 5944 §3.7.2.3', () => {
  test('a denial copies home address, home agent, identification and lifetime', () => {
    const asked = request({ minimalEncapsulation: true });
    const { identification, lifetimeSeconds } = asked;
    const [told] = toldTo(ask(agentWith(), 0, { minimalEncapsulation: true }));
    expect(told).toMatchObject({ code: 72, homeAddress, homeAgent, identification, lifetimeSeconds });
  });

  test('too long a lifetime is denied with code 69 and the longest that is accepted', () => {
    expect(toldTo(ask(agentWith(), 0, { lifetimeSeconds: 1801 }))[0]).toMatchObject({
      code: 69,
      lifetimeSeconds: 1800,
    });
  });

  test.each([
    ['an address of ours', '192.0.2.2', '192.0.2.2'],
    ['all agents', '224.0.0.11', '10.2.0.1'],
  ])('to a request sent to %s, the reply comes from an address of ours', (_what, sentTo, source) => {
    const there = { link: { destinationAddress: ip(sentTo) } };
    expect(only(ask(agentWith(), 0, { lifetimeSeconds: 1801 }, there), 'replyRelayed')[0]?.source).toBe(ip(source));
  });

  test('it goes to the home address, or to all where there is none', () => {
    const destinationOf = (fields: Parameters<typeof ask>[2]) =>
      only(ask(agentWith(), 0, fields), 'replyRelayed')[0]?.destination;
    expect(destinationOf({ lifetimeSeconds: 1801 })).toBe(homeAddress);
    expect(destinationOf({ homeAddress: ip('0.0.0.0') })).toBe(ip('255.255.255.255'));
  });
});

describe('RFC 5944 §3.7.3', () => {
  test('an ICMP error in place of a reply becomes a denial between 80 and 95', () => {
    for (const icmpCode of [0, 1, 2, 3, 5, 13]) {
      const agent = agentWith();
      ask(agent, 0);
      const [told] = toldTo(agent.handle({ kind: 'homeAgentUnreachable', homeAgent, icmpCode }, at(1)));
      expect(told?.code).toBeGreaterThanOrEqual(80);
      expect(told?.code).toBeLessThanOrEqual(95);
    }
  });
});

describe('RFC 5944 §3.7.3.1', () => {
  test('a reply that no pending request of its home address waits for is discarded', () => {
    const agent = agentWith();
    ask(agent, 0);
    expect(only(answer(agent, 1, { homeAddress: ip('10.1.0.78') }), 'replyRelayed')).toEqual([]);
  });

  test('a reply with other low-order 32 bits of the identification is discarded', () => {
    const agent = agentWith();
    ask(agent, 0, { identification: 0x1_00000007n });
    expect(only(answer(agent, 1, { identification: 0x1_00000008n }), 'replyRelayed')).toEqual([]);
    expect(only(answer(agent, 2, { identification: 0x2_00000007n }), 'replyRelayed')).toHaveLength(1);
  });

  test('a poorly formed reply ends the request, and the mobile node is told 71; a forged one ends nothing', () => {
    const agent = agentWith();
    ask(agent, 0);
    const cut = decodePoorlyFormedMessage(join([reply().octets, hex('9f05 0000')]));
    if (cut?.kind !== 'registrationReply') throw new Error('not a reply');
    const received = (sourceAddress: typeof homeAgent) =>
      toldTo(agent.handle({ kind: 'replyReceived', reply: cut, sourceAddress }, at(1))).map(({ code }) => code);
    expect([received(ip('10.9.9.9')), received(homeAgent), received(homeAgent)]).toEqual([[], [71], []]);
    expect([...agent.visitors()]).toEqual([]);
  });

  const disbelieved: readonly (readonly [string, ReturnType<typeof reply>])[] = [
    ['without a signature for us', reply()],
    ['with two', twiceSigned()],
    ['with a wrong one', signedReply({}, { by: { ...withHomeAgent, key: hex('00') } })],
  ];

  test.each(disbelieved)('a reply %s registers nobody, and the mobile node is told 68', (_what, message) => {
    const agent = agentSharing(withHomeAgent);
    ask(agent, 0);
    const effects = answerWith(agent, 1, message);
    expect([...agent.visitors()]).toEqual([]);
    const error = extensionOf(toldTo(effects)[0], foreignAgentError);
    expect(error && readForeignAgentError(error)).toBe(68);
    expect(kindsOf(answerWith(agent, 2, signedReply()))).toEqual(['replyDiscarded']);
  });

  test('RFC 4636 §4: code 68 is an extension, and the code of the home agent stays as it has signed it', () => {
    const agent = agentSharing(withHomeAgent);
    ask(agent, 0);
    const [told] = toldTo(answer(agent, 1));
    expect(told?.code).toBe(0);
    expect(told && isSigned(told)).toBe(true);
  });

  test('a reply to a deregistration needs no signature for us (§3.5.4)', () => {
    const agent = agentSharing(withHomeAgent);
    ask(agent, 0);
    answerWith(agent, 1, signedReply());
    ask(agent, 1000, { lifetimeSeconds: 0, identification: 5n });
    answer(agent, 1001, { lifetimeSeconds: 0, identification: 5n });
    expect([...agent.visitors()]).toEqual([]);
  });
});

describe('RFC 5944 §3.7.3.2', () => {
  test.each([
    [300, 300],
    [1800, 600],
  ])('granted %i s of 600 s, the visitor stays for %i s', (granted, stays) => {
    const agent = agentWith();
    ask(agent, 0);
    answer(agent, 0, { lifetimeSeconds: granted });
    expect([...agent.visitors()][0]?.lifetimeSeconds).toBe(stays);
  });

  test('an accepted reply with lifetime 0 ends the visit', () => {
    const agent = visited();
    ask(agent, 1000, { lifetimeSeconds: 0, identification: 5n });
    expect(kindsOf(answer(agent, 1001, { lifetimeSeconds: 0, identification: 5n }))).toContain('visitorUnwanted');
    expect([...agent.visitors()]).toEqual([]);
  });

  test('a denial ends the pending request, not the visit', () => {
    const agent = visited();
    ask(agent, 1000, { identification: 5n });
    answer(agent, 1001, { identification: 5n, code: 133, lifetimeSeconds: 0 });
    expect(kindsOf(answer(agent, 1002, { identification: 5n }))).toEqual(['replyDiscarded']);
    expect([...agent.visitors()]).toHaveLength(1);
  });

  test('nothing is changed from the fixed part to the Mobile-Home authentication, and what is behind it is removed', () => {
    const agent = agentSharing(withHomeAgent);
    ask(agent, 0);
    expect(only(answerWith(agent, 1, signedReply()), 'replyRelayed')[0]?.octets).toEqual(reply().octets);
  });

  test('Mobile-Foreign authentication is appended where the association is shared', () => {
    const agent = agentSharing(withMobileNode);
    askSigned(agent, 0);
    const [told] = toldTo(answer(agent, 1));
    const signature = extensionOf(told, mobileForeignAuthentication);
    expect(told && signature && isAuthentic(told.octets, signature, withMobileNode, digests)).toBe(true);
    expect(told && isSigned(told)).toBe(true);
  });

  test('the time of the visit begins when the reply is relayed', () => {
    const agent = agentWith();
    ask(agent, 0);
    answer(agent, 5000);
    expect([...agent.visitors()][0]?.expiresAtMs).toBe(605_000);
  });
});

/** Whoever has copied the signature behind itself. */
function twiceSigned() {
  const { octets } = signedReply();
  return decodeRegistrationReply(hex(formatHex(octets), formatHex(octets.subarray(-22))));
}
