// Each MUST of RFC 5944 that a home agent plays: §3.8, and what of §3.4, §3.5, §4 and §5.7 falls on it. RFC 3024, RFC
// 3543 and simultaneous bindings have files of their own beside this one.
//
// Not tested here, and why:
// §3.4 An authorization-enabling extension in all replies. Not met where it cannot be: who asks by broadcast for a home
//      agent, or whether one lives, without sharing a key with us, gets an answer that nobody has signed.
// §3.8.1 Configured with an address, the prefix size of the home network and an association of each node: without them
//      nothing is served (role-configurations); the types do not allow less.
// §3.8.1 The home address that was allocated goes into the reply: we allocate none, and deny home address 0.
// §3.8.2.1 An invalid UDP checksum is silently discarded: the kernel does it before we see the datagram.
// §3.8.2.1 The authenticator has been checked by another agent: we rely on none, and check it ourselves.
// §3.8.2.2 No further reply to the foreign agent that is left without an association with it: we send it none at all, but a
//      revocation (RFC 3543), which needs an association.
// §4.1 Tunnels of IP in IP, §4.2.3 tunneling to the care-of address and no packets of ours in it, §4.3 broadcasts: data goes
//      through the kernel; the lab's scenarios have it.
// §4.4 Multicast to a mobile node, §4.5 mobile routers: not served.
// §4.6 Answering ARP for a bound mobile node: the kernel's proxy entry does; here, that it is wanted while the binding lasts.
// §5.1 HMAC-MD5 and keys of 128 bits: test/wire/authentication.test.ts. §5.7.2 Nonces: nonces.test.ts.

import { describe, expect, test } from 'vitest';
import { formatIpv4 } from '../../src/octets/address.ts';
import { SecurityAssociations } from '../../src/roles/security-associations.ts';
import type { AuthenticationAlgorithm } from '../../src/wire/authentication.ts';
import { findOrderFault } from '../../src/wire/extension-order.ts';
import { decodeFrame } from '../../src/wire/frames.ts';
import { identificationAt, lowBits, unixMsOf } from '../../src/wire/identification.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import {
  decodeRegistrationRequest,
  type RegistrationRequest,
  type RequestFields,
} from '../../src/wire/registration.ts';
import { ip } from '../addresses.ts';
import { flipped, hex } from '../hex.ts';
import {
  addressesBound,
  agentWith,
  agentWithKeys,
  announcementsIn,
  ask,
  configuration,
  drain,
  FOREIGN_AGENT,
  foreignHome,
  fromForeignAgent,
  fromHome,
  HOME_ADDRESS,
  HOME_AGENT,
  isSignedByUs,
  OTHER_FOREIGN_AGENT,
  receive,
  relayed,
  replyOf,
} from '../roles/home-agent/scene.ts';
import { association, isSigned, kindsOf, only, reportsOf, request } from '../roles/messages.ts';
import { EPOCH_UNIX_MS } from '../roles/moments.ts';

const now = (ms: number) => identificationAt(EPOCH_UNIX_MS + ms);
const home = { lifetimeSeconds: 0, careOfAddress: HOME_ADDRESS };
const wrongKey = { ...association, key: new Uint8Array(16) };
const noSignature = { signedWith: 'none' } as const;
const codeOf = (...request: Parameters<typeof ask>) => replyOf(ask(...request)).code;

describe('§3.4 Registration Reply', () => {
  test.each([1, 600, 1800, 1801, 65_534, 65_535])('§3.4, §3.8.2.2: a lifetime of %i s is not increased', (asked) => {
    expect(replyOf(ask(agentWith(), 0, { lifetimeSeconds: asked })).lifetimeSeconds).toBeLessThanOrEqual(asked);
    const { lifetimeSeconds } = replyOf(
      ask(agentWith({ longestLifetimeSeconds: 0xffff }), 0, { lifetimeSeconds: asked }),
    );
    expect(lifetimeSeconds).toBe(asked);
  });

  test.each<[string, Partial<RequestFields>]>([
    ['accepted', {}],
    ['a deregistration', home],
    ['denied for its time', { identification: now(-60_000) }],
    ['denied for its form', { careOfAddress: ip('0.0.0.0') }],
    ['denied for its home agent', { homeAgent: ip('10.9.0.1') }],
    ['denied for its tunnel', { minimalEncapsulation: true }],
  ])('§3.4, §3.5.2: the reply has an authorization-enabling extension: %s', (_what, fields) => {
    expect(isSigned(replyOf(ask(agentWith(), 0, fields)))).toBe(true);
  });
});

describe('§3.5 Registration Extensions', () => {
  test('§3.5.1: every bit of the request, of the extensions before, and of type, length and SPI is protected', () => {
    const genuine = request({}, { signedExtensions: '8305 6140622e63' });
    for (let bit = 0; bit < 8 * genuine.octets.length; bit++) {
      const message = decodedOrMalformed(flipped(genuine.octets, bit));
      if (message === undefined) continue;
      const agent = agentWith();
      receive(agent, 0, message);
      expect(addressesBound(agent), `bit ${bit}`).toEqual([]);
    }
    const agent = agentWith();
    receive(agent, 0, genuine);
    expect(addressesBound(agent)).toHaveLength(1);
  });

  const algorithms: AuthenticationAlgorithm[] = ['hmac-md5', 'keyed-md5', 'hmac-sha256'];
  test.each(algorithms)('§3.5.1: any SPI stands for any algorithm: %s', (algorithm) => {
    for (const spi of [0x100, 0x7fffffff, 0xffffffff]) {
      const signedWith = { ...association, algorithm, spi };
      const range = { start: ip('10.1.0.0'), end: ip('10.1.0.255') };
      const agent = agentWith({ associations: new SecurityAssociations([{ ...signedWith, ...range }]) });
      const reply = replyOf(receive(agent, 0, request({}, { signedWith })));
      expect(reply.code).toBe(0);
      expect(isSigned(reply, signedWith)).toBe(true);
    }
  });

  test('§3.5.1: the default algorithm checks what another implementation computed', () => {
    // RFC 5944's HMAC-MD5 over a request of 10.1.0.5, from an independent computation.
    const message = decodeRegistrationRequest(
      hex('010202580a0100050a0100010a020001e8fe8a0080000000', '2014 00000100 1bb37039edc0aad90c9353fe34872b02'),
    );
    const moment = { monotonicMs: 0, unixMs: unixMsOf(message.identification) };
    const event = { kind: 'requestReceived', request: message, arrival: fromForeignAgent } as const;
    expect(replyOf(agentWith().handle(event, moment)).code).toBe(0);
  });

  test('§3.5.4: a reply with a Foreign-Home Authentication goes to the address of the foreign agent', () => {
    const [sent] = only(receive(agentWithKeys(), 0, relayed(request())), 'replySent');
    expect(sent?.destination).toBe(FOREIGN_AGENT);
  });

  test('§3.5.4: a deregistration is answered without Foreign-Home Authentication', () => {
    const reply = replyOf(ask(agentWithKeys(), 0, { lifetimeSeconds: 0 }));
    expect(reply.code).toBe(0);
    expect(reply.extensions.map(({ type }) => type)).toEqual([32]);
  });
});

describe('§3.8 Home Agent Considerations', () => {
  test('§3.8: there is no reply without a request, and none that says that a lifetime has expired', () => {
    const agent = agentWith();
    ask(agent, 0, { lifetimeSeconds: 10 });
    const effects = drain(agent, 100_000);
    expect(kindsOf(effects)).toContain('bindingExpired');
    expect(only(effects, 'replySent')).toEqual([]);
  });
});

describe('§3.8.1 Configuration and Registration Tables', () => {
  test('§3.8.1: the binding has home address, care-of address, the identification of the reply and the lifetime', () => {
    const agent = agentWith();
    const { identification } = replyOf(ask(agent, 1000));
    const [binding] = agent.bindings();
    expect(binding).toMatchObject({
      homeAddress: HOME_ADDRESS,
      careOfAddress: FOREIGN_AGENT,
      identification,
      expiresAtMs: 601_000,
    });
    ask(agent, 5000, { careOfAddress: OTHER_FOREIGN_AGENT });
    expect([...agent.bindings()]).toMatchObject([
      { careOfAddress: OTHER_FOREIGN_AGENT, identification: now(5000), expiresAtMs: 605_000 },
    ]);
  });

  test('§3.8.1: the Foreign-Home Authentication of a foreign agent that we share a key with is checked', () => {
    const agent = agentWithKeys();
    expect(replyOf(receive(agent, 0, request())).code).toBe(132);
    expect(replyOf(receive(agent, 0, relayed(request()))).code).toBe(0);
  });

  test('§3.8.1, §3.8.3.3: it is included in the reply to such a foreign agent, denials too', () => {
    for (const fields of [{}, { greEncapsulation: true }, { identification: now(-60_000) }]) {
      expect(isSignedByUs(replyOf(receive(agentWithKeys(), 0, relayed(request(fields)))))).toBe(true);
    }
  });
});

describe('§3.8.2 Receiving Registration Requests', () => {
  test('§3.8.2: an accepted request updates the binding', () => {
    const agent = agentWith();
    ask(agent, 0);
    ask(agent, 1000, { careOfAddress: OTHER_FOREIGN_AGENT });
    expect(addressesBound(agent)).toEqual(['10.1.0.77 at 10.3.0.1']);
  });

  test('§3.8.2: the B bit is ignored, for broadcasts are not supported', () => {
    expect(codeOf(agentWith(), 0, { broadcastDatagrams: true })).toBe(0);
  });
});

describe('§3.8.2.1 Validity Checks', () => {
  test('a: a request without any authorization-enabling extension is silently discarded', () => {
    expect(kindsOf(receive(agentWith(), 0, request({}, noSignature)))).toEqual(['requestDiscarded']);
  });

  test('a: a request of a mobile node without an association is silently discarded', () => {
    const agent = agentWith({ associations: new SecurityAssociations([]) });
    expect(kindsOf(ask(agent, 0))).toEqual(['requestDiscarded']);
  });

  test('a: an invalid authenticator is rejected, also where nothing else is wrong', () => {
    const agent = agentWith();
    const effects = receive(agent, 0, request({}, { signedWith: wrongKey }));
    expect(replyOf(effects).code).toBe(131);
    expect(addressesBound(agent)).toEqual([]);
  });

  test('a: with a valid Foreign-Home Authentication, an invalid authenticator is answered with code 131', () => {
    const effects = receive(agentWithKeys(), 0, relayed(request({}, { signedWith: wrongKey })));
    expect(replyOf(effects).code).toBe(131);
  });

  test('a: that reply has a valid Mobile-Home Authentication', () => {
    expect(isSigned(replyOf(receive(agentWith(), 0, request({}, { signedWith: wrongKey }))))).toBe(true);
  });

  test('a: with an invalid authenticator the request is not processed further', () => {
    const agent = agentWith();
    receive(agent, 0, request({ identification: now(3000) }, { signedWith: wrongKey }));
    // Its identification has not been learned.
    expect(codeOf(agent, 1000)).toBe(0);
  });

  test('b: an incorrect identification is rejected with code 133 and not processed further', () => {
    const agent = agentWith();
    expect(codeOf(agent, 0, { identification: now(-8000) })).toBe(133);
    expect(addressesBound(agent)).toEqual([]);
  });

  test.each<[string, () => RegistrationRequest]>([
    ['none', () => request()],
    ['an invalid one', () => relayed(request(), { signedWith: { ...foreignHome, key: new Uint8Array(16) } })],
    ['two', () => relayed(relayed(request()))],
  ])(
    'c: a foreign agent that we share a key with must sign exactly once and rightly: %s is code 132',
    (_what, make) => {
      const agent = agentWithKeys();
      expect(replyOf(receive(agent, 0, make())).code).toBe(132);
      expect(addressesBound(agent)).toEqual([]);
    },
  );

  test('c: but not for a deregistration', () => {
    const agent = agentWithKeys();
    receive(agent, 0, relayed(request()));
    expect(codeOf(agent, 1000, { lifetimeSeconds: 0 })).toBe(0);
    expect(addressesBound(agent)).toEqual([]);
  });

  test('d: a Foreign-Home Authentication of a foreign agent without an association discards the request', () => {
    expect(kindsOf(receive(agentWith(), 0, relayed(request())))).toEqual(['requestDiscarded']);
  });

  test.each(['10.1.0.255', '255.255.255.255'])('a request sent to broadcast address %s is denied', (destination) => {
    const agent = agentWith();
    const effects = ask(agent, 0, {}, { ...fromForeignAgent, destinationAddress: ip(destination) });
    expect(replyOf(effects)).toMatchObject({ code: 136, homeAgent: HOME_AGENT });
    expect(addressesBound(agent)).toEqual([]);
  });

  test('what is refused for its security is reported with the reason', () => {
    const reasons = [
      receive(agentWith(), 0, request({}, noSignature)),
      receive(agentWith(), 0, request({}, { signedWith: { ...association, spi: 0x999 } })),
      receive(agentWith(), 0, request({}, { signedWith: wrongKey })),
      ask(agentWith(), 0, { identification: now(-60_000) }),
    ].flatMap((effects) =>
      reportsOf(effects).map((report) => ('reason' in report ? report.reason : 'code' in report && report.code)),
    );
    expect(reasons).toEqual(['missingSecurityExtension', 'badSPI', 131, 133]);
  });
});

describe('§3.8.2.2 Accepting a Valid Request', () => {
  test('it is answered, to the source of the request, whatever care-of address it is about', () => {
    const agent = agentWith();
    ask(agent, 0);
    const fromElsewhere = { ...fromForeignAgent, sourceAddress: ip('10.9.0.9') };
    const [sent] = only(ask(agent, 1000, { lifetimeSeconds: 0 }, fromElsewhere), 'replySent');
    expect(formatIpv4(sent?.destination ?? ip('0.0.0.0'))).toBe('10.9.0.9');
  });

  test('lifetime 0 with the home address as care-of address deletes all', () => {
    const agent = agentWith();
    ask(agent, 0);
    ask(agent, 1000, home, fromHome);
    expect(addressesBound(agent)).toEqual([]);
  });

  test('lifetime 0 with another care-of address deletes that one only', () => {
    const agent = agentWith();
    ask(agent, 0);
    ask(agent, 1000, { lifetimeSeconds: 0, careOfAddress: OTHER_FOREIGN_AGENT });
    expect(addressesBound(agent)).toHaveLength(1);
    ask(agent, 2000, { lifetimeSeconds: 0 });
    expect(addressesBound(agent)).toEqual([]);
  });

  test('no second reply goes to the foreign agent whose care-of address ends', () => {
    const agent = agentWith();
    ask(agent, 0);
    expect(only(ask(agent, 1000, { careOfAddress: OTHER_FOREIGN_AGENT }), 'replySent')).toHaveLength(1);
  });

  test('the entry is deleted after the lifetime', () => {
    const agent = agentWith();
    ask(agent, 0, { lifetimeSeconds: 10 });
    drain(agent, 10_000);
    expect(addressesBound(agent)).toEqual([]);
  });

  test('a duplicate does not extend the lifetime', () => {
    const agent = agentWith();
    ask(agent, 0);
    ask(agent, 5000, { identification: now(0) });
    expect([...agent.bindings()][0]?.expiresAtMs).toBe(600_000);
  });
});

describe('§3.8.2.3 Denying an Invalid Request', () => {
  test.each([0x01, 0x04, 0x05])('reserved bits %i are rejected with code 134', (reservedFlags) => {
    expect(replyOf(receive(agentWith(), 0, request({}, { reservedFlags }))).code).toBe(134);
    expect(replyOf(receive(agentWith(), 0, request(home, { reservedFlags }))).code).toBe(134);
  });
});

describe('§3.8.3.1 IP/UDP Fields', () => {
  test.each(['10.1.0.255', '255.255.255.255', '224.0.0.11'])(
    'the source of a reply to a request sent to %s is a unicast address of ours',
    (destination) => {
      const effects = ask(agentWith(), 0, {}, { ...fromForeignAgent, destinationAddress: ip(destination) });
      expect(configuration.addresses).toContain(only(effects, 'replySent')[0]?.source);
    },
  );

  test('a refused deregistration from home is answered onto the home link, whatever the binding says', () => {
    const agent = agentWith();
    ask(agent, 0);
    const [sent] = only(ask(agent, 1000, { ...home, identification: now(-60_000) }, fromHome), 'replySent');
    expect(addressesBound(agent)).toHaveLength(1);
    const frame = decodeFrame(sent?.homeLinkFrame?.octets ?? new Uint8Array());
    expect(frame.destination).toBe(fromHome.sourceMac);
    expect(frame.payload.kind === 'ipv4' && frame.payload.ipv4.destination).toBe(HOME_ADDRESS);
  });
});

describe('§3.8.3.2 Registration Reply Fields', () => {
  test('the lifetime is copied, or the one that is really granted', () => {
    expect(replyOf(ask(agentWith(), 0, { lifetimeSeconds: 599 })).lifetimeSeconds).toBe(599);
    const agent = agentWith();
    expect(replyOf(ask(agent, 0, { lifetimeSeconds: 65_000 })).lifetimeSeconds).toBe(1800);
    expect([...agent.bindings()][0]?.expiresAtMs).toBe(1_800_000);
  });

  test('the home address is copied', () => {
    expect(replyOf(ask(agentWith(), 0, { homeAddress: ip('10.1.0.99') })).homeAddress).toBe(ip('10.1.0.99'));
  });

  test('a home address that cannot be supported is rejected with code 129', () => {
    const everywhere = { start: ip('0.0.0.0'), end: ip('255.255.255.255') };
    const associations = new SecurityAssociations([{ ...association, ...everywhere }]);
    for (const homeAddress of ['10.9.0.77', '10.1.0.1', '10.1.0.0', '0.0.0.0']) {
      expect(codeOf(agentWith({ associations }), 0, { homeAddress: ip(homeAddress) })).toBe(129);
    }
  });

  test('a unicast address of ours in the home agent field is copied', () => {
    for (const homeAgent of configuration.addresses) {
      expect(replyOf(ask(agentWith(), 0, { homeAgent })).homeAgent).toBe(homeAgent);
    }
  });

  test('anything else there is replaced by our address, and rejected', () => {
    for (const homeAgent of ['10.9.0.1', '0.0.0.0', '10.1.0.255', '255.255.255.255']) {
      expect(replyOf(ask(agentWith(), 0, { homeAgent: ip(homeAgent) }))).toMatchObject({
        code: 136,
        homeAgent: HOME_AGENT,
      });
    }
  });
});

describe('§3.8.3.3 Extensions', () => {
  test('they stand in the order of the RFC', () => {
    const nai = '8305 6140622e63';
    const message = relayed(request({}, { signedExtensions: nai }), { extensions: '8906 0000 00000001' });
    const reply = replyOf(receive(agentWithKeys(), 0, message));
    expect(reply.extensions.map(({ type }) => type)).toEqual([131, 32, 137, 34]);
    expect(findOrderFault(reply)).toBeUndefined();
  });
});

describe('§4.6 ARP, Proxy ARP, and Gratuitous ARP', () => {
  test('a node that leaves home: proxy ARP and a broadcast gratuitous ARP with our MAC address, on its home link', () => {
    const effects = ask(agentWith(), 0);
    expect(only(effects, 'bindingWanted').map(({ binding }) => binding.interfaceIndex)).toEqual([7]);
    expect(announcementsIn(effects)).toEqual([
      {
        interfaceIndex: 7,
        destination: 'ff:ff:ff:ff:ff:ff',
        source: '02:00:00:00:01:01',
        claims: '10.1.0.77 is at 02:00:00:00:01:01',
      },
    ]);
  });

  test('a node that comes home: proxy ARP ends, then its own MAC address is announced, then the reply', () => {
    const agent = agentWith();
    ask(agent, 0);
    drain(agent, 5000);
    const effects = ask(agent, 6000, home, fromHome);
    expect(kindsOf(effects)).toEqual(['bindingUnwanted', 'bindingDeregistered', 'homeLinkFrameSent', 'replySent']);
    expect(announcementsIn(effects)).toMatchObject([
      { destination: 'ff:ff:ff:ff:ff:ff', claims: '10.1.0.77 is at 02:11:22:33:44:55' },
    ]);
  });

  test('a rejected request makes no change to ARP, when the node leaves and when it comes home', () => {
    const agent = agentWith();
    expect(kindsOf(ask(agent, 0, { greEncapsulation: true }))).toEqual(['replySent', 'requestDenied']);
    ask(agent, 1000);
    drain(agent, 5000);
    const effects = ask(agent, 6000, { ...home, identification: now(-60_000) }, fromHome);
    expect(kindsOf(effects)).toEqual(['replySent', 'requestDenied']);
    expect(agent.nextDeadline()).toBe(601_000);
  });

  test('a node that moves on: proxy ARP goes on, and nothing is announced', () => {
    const agent = agentWith();
    ask(agent, 0);
    drain(agent, 5000);
    const effects = ask(agent, 6000, { careOfAddress: OTHER_FOREIGN_AGENT });
    expect(announcementsIn(effects)).toEqual([]);
    expect(kindsOf(effects)).not.toContain('bindingUnwanted');
  });
});

describe('§5.7 Replay Protection', () => {
  const codes: [number, Partial<RequestFields>][] = [
    [0, {}],
    [133, { identification: now(-60_000) }],
    [134, { careOfAddress: ip('0.0.0.0') }],
    [136, { homeAgent: ip('10.9.0.1') }],
    [136, { homeAgent: ip('10.1.0.255') }],
  ];
  test.each(codes)('§5.7: the low 32 bits are copied into a reply with code %i', (code, fields) => {
    const identification = fields.identification ?? now(0) + 0x1234n;
    const reply = replyOf(ask(agentWith(), 0, { ...fields, identification }));
    expect(reply.code).toBe(code);
    expect(lowBits(reply.identification)).toBe(lowBits(identification));
  });

  test('§5.7.1: a timestamp must be close to our clock', () => {
    for (const [ms, code] of [
      [-7001, 133],
      [-6999, 0],
      [6999, 0],
      [7001, 133],
    ] as const) {
      expect(codeOf(agentWith(), 0, { identification: now(ms) })).toBe(code);
    }
  });

  test('§5.7.1: a timestamp must be greater than all previously accepted ones of the node', () => {
    const agent = agentWith();
    ask(agent, 0, { identification: now(3000) });
    for (const ms of [3000, 2999, 0]) expect(codeOf(agent, 1000, { identification: now(ms) })).toBe(133);
    expect(codeOf(agent, 1000, { identification: now(3001) })).toBe(0);
  });

  test('§5.7.1: a valid timestamp is copied whole; for an invalid one the upper half is our time of day', () => {
    expect(replyOf(ask(agentWith(), 0)).identification).toBe(now(0));
    const { identification } = replyOf(ask(agentWith(), 5000, { identification: 1n }));
    expect(identification >> 32n).toBe(now(5000) >> 32n);
  });

  test('§5.7.1: with that time, the mobile node is accepted', () => {
    const agent = agentWith();
    const { identification } = replyOf(ask(agent, 5000, { identification: now(-3_600_000) }));
    expect(codeOf(agent, 5100, { identification: identification + 1n })).toBe(0);
  });
});

function decodedOrMalformed(octets: Uint8Array): RegistrationRequest | undefined {
  try {
    return decodeRegistrationRequest(octets);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
