// Against a kernel that answers what the test tells it to; the real one is the judge in test/engine.

import { describe, expect, test } from 'vitest';
import { type KernelOutput, KernelState } from '../../src/clients/kernel-state.ts';
import type { KernelProtocol } from '../../src/clients/kernel-survey.ts';
import { type Wish, wishKey } from '../../src/clients/kernel-wishes.ts';
import { join } from '../../src/octets/octets.ts';
import { decodeNetlinkMessages, type NetlinkMessage, NLM_F_ACK } from '../../src/wire/netlink.ts';
import { encodeTunnelLink, RTM_DELLINK, RTM_GETLINK, RTM_NEWLINK } from '../../src/wire/rtnetlink-link.ts';
import { decodeRoute, RTM_DELROUTE, RTM_GETROUTE, RTM_NEWROUTE } from '../../src/wire/rtnetlink-route.ts';
import { ip, mac, prefix } from '../addresses.ts';
import { hex, overwritten } from '../hex.ts';
import { body } from '../wire/netlink-recordings.ts';
import { CONNECTION } from '../wire/nfnetlink-conntrack-recordings.ts';
import { NEWS_OF_TABLE_REMOVAL } from '../wire/nftables-recordings.ts';
import { answer, CONVENTIONS, done, isDump, reply } from './netlink-answers.ts';

const ENOENT = 2;
const EEXIST = 17;
const ENODEV = 19;
const EOPNOTSUPP = 95;
const RTM_NEWNEIGH = 28;
const RTM_GETNEIGH = 30;
const NFT_MSG_NEWSETELEM = 0xa0c;
const NFT_MSG_DELSETELEM = 0xa0e;
const NFT_MSG_DELTABLE = 0xa02;
const NFT_MSG_GETOBJ = 0xa13;
const IPCTNL_MSG_CT_GET = 0x101;
const IPCTNL_MSG_CT_DELETE = 0x102;

const BINDING: Wish = {
  kind: 'binding',
  homeAddress: ip('10.1.0.77'),
  homeAgent: ip('10.255.1.2'),
  careOfAddress: ip('10.255.2.2'),
  encapsulation: 'ipip',
  interfaceIndex: 4,
  reverseTunneling: false,
};
const VISITOR_ROUTE: Wish = {
  kind: 'visitorRoute',
  homeAddress: ip('10.1.0.77'),
  interfaceIndex: 4,
  mac: mac('02:00:00:00:00:77'),
};
const INTERCEPTION: Wish = {
  kind: 'interception',
  mac: mac('02:00:00:00:00:77'),
  homeAddress: ip('10.1.0.77'),
  agentMac: mac('02:00:00:00:00:01'),
  local: false,
};

type Answering = (message: NetlinkMessage) => Uint8Array;

/** A kernel that keeps no state: it has the tunnel device, whose index is 9, and does all that it is asked. */
class Kernel {
  readonly state = new KernelState(CONVENTIONS);
  readonly done: NetlinkMessage[] = [];
  /** Error numbers by the type of the message. */
  readonly refused = new Map<number, number>();
  readonly dumps = new Map<number, Uint8Array>();
  linkKind: 'ipip' | 'gre' = 'ipip';
  loses: KernelProtocol | undefined;

  /** Does what was sent and hands the answers in, until there is nothing more to do. */
  settle(outputs: readonly KernelOutput[]): KernelOutput[] {
    const told: KernelOutput[] = [];
    const waiting = [...outputs];
    for (let output = waiting.shift(); output !== undefined; output = waiting.shift()) {
      if (output.kind !== 'send') told.push(output);
      else waiting.push(...this.#receive(output.protocol, output.octets));
    }
    return told;
  }

  types(): number[] {
    return this.done.map(({ type }) => type);
  }

  #receive(protocol: KernelProtocol, octets: Uint8Array): KernelOutput[] {
    const answers = decodeNetlinkMessages(octets, true).map((message) => this.#answer(message));
    if (this.loses !== protocol) return this.state.received(protocol, join(answers));
    this.loses = undefined;
    return this.state.overrun(protocol);
  }

  readonly #answer: Answering = (message) => {
    this.done.push(message);
    const errno = this.refused.get(message.type) ?? 0;
    if (errno !== 0) return answer(message, errno);
    if (isDump(message)) return join([this.#dump(message), done(message)]);
    const acknowledgement = (message.flags & NLM_F_ACK) === 0 ? hex('') : answer(message, 0);
    if (message.type !== RTM_GETLINK) return acknowledgement;
    return join([reply(message, RTM_NEWLINK, this.tunnelLink(), { multi: false }), acknowledgement]);
  };

  tunnelLink(): Uint8Array {
    const link = encodeTunnelLink({ name: 'pmip0', encapsulation: this.linkKind, mtuOctets: 1480 }, true);
    return overwritten(body(link), 4, hex('09000000'));
  }

  #dump(message: NetlinkMessage): Uint8Array {
    const payload = this.dumps.get(message.type);
    // What is told has the number of what makes it: two below the question, with connections one.
    const type = message.type - (message.type === IPCTNL_MSG_CT_GET ? 1 : 2);
    return payload === undefined ? hex('') : reply(message, type, payload);
  }
}

function kinds(told: readonly KernelOutput[]): string[] {
  return told.map(({ kind }) => kind);
}

function route(kernel: Kernel) {
  const [made] = kernel.done.filter(({ type }) => type === RTM_NEWROUTE).slice(-1);
  return made && decodeRoute(made.payload, true);
}

describe('making', () => {
  test('a route into a tunnel is made when the device has told its index, and the wish is fulfilled', () => {
    const kernel = new Kernel();
    expect(kernel.settle(kernel.state.wanted([BINDING]))).toEqual([{ kind: 'established', wish: BINDING }]);
    expect(kernel.types()).toEqual([RTM_NEWLINK, RTM_NEWLINK, RTM_GETLINK, RTM_NEWNEIGH, RTM_NEWROUTE]);
    expect(route(kernel)).toMatchObject({ interfaceIndex: 9, destination: prefix('10.1.0.77/32') });
  });

  test('the next binding by the device that exists is a route and the proxy entry after it, in one datagram', () => {
    const kernel = new Kernel();
    kernel.settle(kernel.state.wanted([BINDING]));
    const [send, ...more] = kernel.state.wanted([{ ...BINDING, homeAddress: ip('10.1.0.78') } as Wish]);
    expect(send?.kind === 'send' && decodeNetlinkMessages(send.octets, true).map(({ type }) => type)).toEqual([
      RTM_NEWROUTE,
      RTM_NEWNEIGH,
    ]);
    expect(more).toEqual([]);
  });

  test('a change is one send for each protocol', () => {
    const outputs = new KernelState(CONVENTIONS).wanted([VISITOR_ROUTE, INTERCEPTION]);
    expect(outputs.map((output) => output.kind === 'send' && output.protocol)).toEqual(['route', 'netfilter']);
  });

  test('a device and a rule that exist already are as good as made', () => {
    const kernel = new Kernel();
    kernel.refused.set(32, EEXIST);
    const rule: Wish = {
      kind: 'reverseRule',
      source: prefix('10.1.0.0/24'),
      inputInterface: 'br-lan',
      homeAgent: ip('10.255.1.2'),
      priority: 434,
    };
    expect(kernel.settle(kernel.state.wanted([rule]))).toEqual([{ kind: 'established', wish: rule }]);
    const state = new KernelState(CONVENTIONS);
    const [send] = state.wanted([{ kind: 'tunnelDevice', encapsulation: 'ipip' }]);
    if (send?.kind !== 'send') throw new Error('no send');
    const [create, change, query] = decodeNetlinkMessages(send.octets, true);
    if (create === undefined || change === undefined || query === undefined) throw new Error('three messages');
    const answers = [
      answer(create, EEXIST),
      answer(change, 0),
      reply(query, RTM_NEWLINK, kernel.tunnelLink(), { multi: false }),
      answer(query, 0),
    ];
    expect(kinds(state.received('route', join(answers)))).toEqual(['established']);
  });
});

describe('refusals', () => {
  test('a kernel without ipip fails the wish once, with what to do, and the route is not asked for', () => {
    const kernel = new Kernel();
    kernel.refused.set(RTM_NEWLINK, EOPNOTSUPP).set(RTM_GETLINK, ENODEV);
    const reason = 'the kernel has no ipip tunnels: install kmod-ipip';
    const failed = { kind: 'failed', wish: BINDING, errnoName: 'EOPNOTSUPP', reason };
    expect(kernel.settle(kernel.state.wanted([BINDING]))).toEqual([failed]);
    expect(kernel.types()).not.toContain(RTM_NEWROUTE);
  });

  test('what failed is made when the wish is repeated and the kernel can', () => {
    const kernel = new Kernel();
    kernel.refused.set(RTM_NEWLINK, EOPNOTSUPP).set(RTM_GETLINK, ENODEV);
    kernel.settle(kernel.state.wanted([BINDING]));
    kernel.refused.clear();
    expect(kinds(kernel.settle(kernel.state.wanted([BINDING])))).toEqual(['established']);
  });

  test('a device of our name and another kind is in the way', () => {
    const kernel = new Kernel();
    kernel.linkKind = 'gre';
    const [told] = kernel.settle(kernel.state.wanted([BINDING]));
    expect(told).toMatchObject({ kind: 'failed', reason: expect.stringContaining('pmip0 is in the way (gre)') });
  });

  test('a batch refused as a whole fails its wishes and nothing of rtnetlink', () => {
    const kernel = new Kernel();
    kernel.refused.set(0xa00, EOPNOTSUPP);
    const told = kernel.settle(kernel.state.wanted([VISITOR_ROUTE, INTERCEPTION]));
    expect(told).toContainEqual({ kind: 'established', wish: VISITOR_ROUTE });
    expect(told).toContainEqual({
      kind: 'failed',
      wish: INTERCEPTION,
      errnoName: 'EOPNOTSUPP',
      reason: 'the kernel has no nftables for bridges: install kmod-nft-bridge',
    });
  });

  test('a batch that the kernel refuses again and again ends in a failure, not in a loop', () => {
    const kernel = new Kernel();
    kernel.refused.set(NFT_MSG_NEWSETELEM, ENOENT);
    expect(kinds(kernel.settle(kernel.state.wanted([INTERCEPTION])))).toEqual(['failed', 'reconciled']);
    expect(kernel.state.isIdle).toBe(true);
  });

  test('a route whose tunnel device was deleted looks for the device again', () => {
    const kernel = new Kernel();
    kernel.settle(kernel.state.wanted([BINDING]));
    kernel.refused.set(RTM_NEWROUTE, ENODEV);
    const moved: Wish = { ...BINDING, careOfAddress: ip('10.255.3.2') };
    const outputs = kernel.state.wanted([moved]);
    const [send] = outputs;
    if (send?.kind !== 'send') throw new Error('no send');
    const [replacement] = decodeNetlinkMessages(send.octets, true);
    const survey = replacement === undefined ? [] : kernel.state.received('route', answer(replacement, ENODEV));
    kernel.refused.clear();
    expect(kernel.settle(survey)).toEqual([
      { kind: 'established', wish: moved },
      { kind: 'reconciled', made: 3, removed: 0 },
    ]);
  });

  test('removing what is gone already is no failure; a removal that is refused is told', () => {
    const kernel = new Kernel();
    kernel.settle(kernel.state.wanted([VISITOR_ROUTE]));
    kernel.refused.set(RTM_DELROUTE, 3).set(29, 1);
    const told = kernel.settle(kernel.state.unwanted([wishKey(VISITOR_ROUTE)]));
    expect(told).toMatchObject([{ kind: 'notRemoved', errnoName: 'EPERM' }]);
  });

  test('a socket that cannot be opened or written fails what waits for it', () => {
    const state = new KernelState(CONVENTIONS);
    state.wanted([VISITOR_ROUTE, INTERCEPTION]);
    expect(state.sendFailed('netfilter', 'EPROTONOSUPPORT')).toMatchObject([
      { kind: 'failed', wish: INTERCEPTION, reason: 'the kernel has no nftables for bridges: install kmod-nft-bridge' },
    ]);
    expect(state.isIdle).toBe(false);
  });
});

describe('reconciling', () => {
  test('what the kernel lost is made again', () => {
    const kernel = new Kernel();
    kernel.settle(kernel.state.wanted([BINDING]));
    kernel.done.length = 0;
    const told = kernel.settle(kernel.state.reconcile({ sweep: false }));
    expect(told.at(-1)).toEqual({ kind: 'reconciled', made: 3, removed: 0 });
    expect(kernel.types().filter((type) => type === RTM_NEWROUTE)).toHaveLength(1);
  });

  test('what is there already is not made again, and fulfils the wish of a daemon that was restarted', () => {
    const before = new Kernel();
    before.settle(before.state.wanted([BINDING]));
    const made = (type: number) => before.done.find((message) => message.type === type)?.payload ?? hex('');
    const kernel = new Kernel();
    kernel.dumps.set(RTM_GETLINK, kernel.tunnelLink());
    kernel.dumps.set(RTM_GETROUTE, made(RTM_NEWROUTE)).set(RTM_GETNEIGH, made(RTM_NEWNEIGH));
    kernel.settle(kernel.state.wanted([BINDING]));
    kernel.done.length = 0;
    const told = kernel.settle(kernel.state.reconcile({ sweep: true }));
    expect(told).toEqual([{ kind: 'reconciled', made: 0, removed: 4 }]);
    // The tables that the kernel seems to have are wished by nobody; what the binding is made of stays.
    expect(kernel.types()).toContain(NFT_MSG_DELTABLE);
    expect(kernel.types()).not.toContain(RTM_NEWROUTE);
    expect(kernel.types()).not.toContain(RTM_NEWNEIGH);
    expect(kernel.types()).not.toContain(RTM_DELROUTE);
  });

  test('only a sweep removes what nobody wishes', () => {
    const before = new Kernel();
    before.settle(before.state.wanted([BINDING]));
    const made = before.done.find(({ type }) => type === RTM_NEWROUTE);
    const kernel = new Kernel();
    kernel.dumps.set(RTM_GETROUTE, made?.payload ?? hex(''));
    kernel.settle(kernel.state.reconcile({ sweep: false }));
    expect(kernel.types()).not.toContain(RTM_DELROUTE);
    kernel.settle(kernel.state.reconcile({ sweep: true }));
    expect(kernel.types()).toContain(RTM_DELROUTE);
  });

  test('a wish that comes while the kernel is read is neither made twice nor swept', () => {
    const kernel = new Kernel();
    const survey = kernel.state.reconcile({ sweep: true });
    const wished = kernel.state.wanted([VISITOR_ROUTE]);
    kernel.settle([...survey, ...wished]);
    expect(kernel.types().filter((type) => type === RTM_NEWNEIGH)).toHaveLength(1);
  });

  test('asked for twice at once it is done once more, and told at the end', () => {
    const kernel = new Kernel();
    const first = kernel.state.reconcile({ sweep: false });
    expect(kernel.state.reconcile({ sweep: true })).toEqual([]);
    expect(kinds(kernel.settle(first))).toEqual(['reconciled']);
    expect(kernel.types().filter((type) => type === RTM_GETROUTE)).toHaveLength(2);
  });

  test('without nf_tables it comes to its end', () => {
    const state = new KernelState(CONVENTIONS);
    const kernel = new Kernel();
    let outputs = state.reconcile({ sweep: false });
    const told: KernelOutput[] = [];
    for (let rounds = 0; rounds < 40 && outputs.length > 0; rounds++) {
      outputs = outputs.flatMap((output) => {
        if (output.kind !== 'send') {
          told.push(output);
          return [];
        }
        if (output.protocol === 'netfilter') return state.sendFailed('netfilter', 'EPROTONOSUPPORT');
        return decodeNetlinkMessages(output.octets, true).flatMap((dump) => state.received('route', done(dump)));
      });
    }
    expect(told).toEqual([{ kind: 'reconciled', made: 0, removed: 0 }]);
    expect(kernel.state.isIdle).toBe(true);
  });

  test('a table that somebody has removed is missed while it is wished for', () => {
    const kernel = new Kernel();
    expect(kernel.state.hasLostTable(NEWS_OF_TABLE_REMOVAL)).toBe(false);
    kernel.settle(kernel.state.wanted([INTERCEPTION]));
    expect(kernel.state.hasLostTable(NEWS_OF_TABLE_REMOVAL)).toBe(true);
  });

  test('a route that somebody has removed is missed while it is wished for', () => {
    const kernel = new Kernel();
    kernel.settle(kernel.state.wanted([VISITOR_ROUTE]));
    const made = kernel.done.find(({ type }) => type === RTM_NEWROUTE);
    const route = made && decodeRoute(made.payload, true);
    if (route === undefined) throw new Error('no route was made');
    expect(kernel.state.hasLostRoute(route)).toBe(true);
    kernel.settle(kernel.state.unwanted([wishKey(VISITOR_ROUTE)]));
    expect(kernel.state.hasLostRoute(route)).toBe(false);
  });

  test('removeAll forgets the wishes and removes device and tables', () => {
    const kernel = new Kernel();
    kernel.settle(kernel.state.wanted([BINDING, INTERCEPTION]));
    kernel.dumps.set(RTM_GETLINK, kernel.tunnelLink());
    kernel.done.length = 0;
    expect(kinds(kernel.settle(kernel.state.removeAll()))).toEqual(['reconciled']);
    expect(kernel.types()).toContain(RTM_DELLINK);
    expect(kernel.types().filter((type) => type === NFT_MSG_DELTABLE)).toHaveLength(4);
    expect(kernel.types()).not.toContain(NFT_MSG_DELSETELEM);
  });
});

describe('lost answers', () => {
  test.each(['route', 'netfilter'] as const)('of %s make it look at what the kernel has', (protocol) => {
    const kernel = new Kernel();
    kernel.loses = protocol;
    const told = kernel.settle(kernel.state.wanted([VISITOR_ROUTE, INTERCEPTION]));
    // This kernel shows nothing that it made: all is made once more, and told once more.
    expect(told).toContainEqual({ kind: 'established', wish: VISITOR_ROUTE });
    expect(told).toContainEqual({ kind: 'established', wish: INTERCEPTION });
    expect(told.at(-1)?.kind).toBe('reconciled');
    expect(kernel.state.isIdle).toBe(true);
  });

  test.each(['route', 'netfilter'] as const)('of a survey of %s begin it anew', (protocol) => {
    const kernel = new Kernel();
    kernel.loses = protocol;
    expect(kinds(kernel.settle(kernel.state.reconcile({ sweep: false })))).toEqual(['reconciled']);
  });

  test('again and again end in failures, not in a loop', () => {
    const state = new KernelState(CONVENTIONS);
    const told: KernelOutput[] = [];
    let outputs = state.wanted([VISITOR_ROUTE]);
    for (let rounds = 0; rounds < 100 && outputs.length > 0; rounds++) {
      outputs = outputs.flatMap((output) => {
        if (output.kind === 'send') return state.overrun(output.protocol);
        told.push(output);
        return [];
      });
    }
    expect(kinds(told)).toContain('failed');
    expect([outputs, state.isIdle]).toEqual([[], true]);
  });

  test('octets that make no sense are told and treated as a lost answer', () => {
    const kernel = new Kernel();
    const [send] = kernel.state.wanted([VISITOR_ROUTE]);
    expect(send?.kind).toBe('send');
    const [malformed, ...survey] = kernel.state.received('route', hex('ff'));
    expect(malformed).toMatchObject({ kind: 'malformed', protocol: 'route' });
    expect(kinds(kernel.settle(survey))).toEqual(['established', 'reconciled']);
  });
});

describe('the counter of what was not admitted', () => {
  test('is nothing where there is no table', () => {
    const kernel = new Kernel();
    kernel.refused.set(NFT_MSG_GETOBJ, ENOENT);
    expect(kernel.settle(kernel.state.count())).toEqual([{ kind: 'counted', notAdmitted: { packets: 0, octets: 0 } }]);
  });

  test('is told as the kernel tells it', () => {
    const kernel = new Kernel();
    const [send] = kernel.state.count();
    const [query] = decodeNetlinkMessages(send?.kind === 'send' ? send.octets : hex(''), true);
    if (query === undefined) throw new Error('no query');
    const count = hex('01000000 1c000480 0c000100 00000000000001a4 0c000200 0000000000000005');
    const told = join([reply(query, NFT_MSG_GETOBJ - 1, count, { multi: false }), answer(query, 0)]);
    expect(kernel.state.received('netfilter', told)).toEqual([
      { kind: 'counted', notAdmitted: { packets: 5, octets: 420 } },
    ]);
  });
});

describe('forgetting the connections of an address', () => {
  test('asks for them and removes those found, one of them gone meanwhile', () => {
    const kernel = new Kernel();
    kernel.dumps.set(IPCTNL_MSG_CT_GET, CONNECTION);
    kernel.refused.set(IPCTNL_MSG_CT_DELETE, ENOENT);
    expect(kernel.settle(kernel.state.forgetConnections(ip('10.1.0.77')))).toEqual([]);
    expect(kernel.types()).toEqual([...Array(3).fill(IPCTNL_MSG_CT_GET), IPCTNL_MSG_CT_DELETE]);
    expect(kernel.state.isIdle).toBe(true);
  });

  test('is no error where the kernel cannot tell them', () => {
    const kernel = new Kernel();
    kernel.refused.set(IPCTNL_MSG_CT_GET, EOPNOTSUPP);
    expect(kernel.settle(kernel.state.forgetConnections(ip('10.1.0.77')))).toEqual([]);
    expect(kernel.types()).toEqual(Array(3).fill(IPCTNL_MSG_CT_GET));
  });

  test('and a survey wait for each other', () => {
    const kernel = new Kernel();
    const outputs = [
      ...kernel.state.forgetConnections(ip('10.1.0.77')),
      ...kernel.state.reconcile({ sweep: true }),
      ...kernel.state.forgetConnections(ip('10.1.0.78')),
    ];
    expect(kernel.settle(outputs)).toEqual([{ kind: 'reconciled', made: 0, removed: 4 }]);
    // And those of nobody.
    expect(kernel.types().filter((type) => type === IPCTNL_MSG_CT_GET)).toHaveLength(9);
  });

  test('is tried with an address of nobody after the first survey: the kernel loads then what it needs for that', () => {
    const kernel = new Kernel();
    for (const times of [1, 1]) {
      kernel.settle(kernel.state.reconcile({ sweep: false }));
      expect(kernel.types().filter((type) => type === IPCTNL_MSG_CT_GET)).toHaveLength(3 * times);
    }
    expect(kernel.types()).not.toContain(IPCTNL_MSG_CT_DELETE);
  });
});
