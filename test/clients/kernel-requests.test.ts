import { describe, expect, test } from 'vitest';
import { elementItem, type KernelItem, neighbourItem, tableItem } from '../../src/clients/kernel-items.ts';
import { KernelRequests, type Purpose, type Send } from '../../src/clients/kernel-requests.ts';
import type { Entry, Making } from '../../src/clients/wished-items.ts';
import { decodeNetlinkMessages } from '../../src/wire/netlink.ts';
import { ip, mac } from '../addresses.ts';
import { hex } from '../hex.ts';
import { answer, CONVENTIONS, obedient } from './netlink-answers.ts';

function entryOf(item: KernelItem): Entry {
  return { key: item.key, wish: 'bridgeTable', needs: 1, state: 'waiting' };
}

function making(item: KernelItem, replaces = false): Making {
  return { entry: entryOf(item), item, replaces };
}

function element(last: number, data = '01') {
  return elementItem('visitors', { key: Uint8Array.of(1, 2, last >> 8, last & 255), data: hex(data) });
}

function types(send: Send | undefined): number[] {
  return send === undefined ? [] : decodeNetlinkMessages(send.octets, true).map(({ type }) => type);
}

function queueNeighbours(requests: KernelRequests, count: number): void {
  for (let index = 1; index <= count; index++) {
    const item = neighbourItem({ address: ip('10.1.0.77'), interfaceIndex: index, mac: mac('02:00:00:00:00:77') });
    if (item.kind === 'neighbour') requests.queueMaking({ entry: entryOf(item), item }, item, undefined);
  }
}

describe('requests of rtnetlink', () => {
  test('a send holds as many as can be answered, and the next goes when they are', () => {
    const requests = new KernelRequests(CONVENTIONS);
    queueNeighbours(requests, 100);
    const [first] = requests.sendQueued();
    expect(types(first)).toHaveLength(64);
    expect(requests.sendQueued()).toEqual([]);
    const events = first === undefined ? [] : requests.received('route', obedient(first.octets));
    expect(events).toHaveLength(64);
    expect([types(requests.sendQueued()[0]).length, requests.isIdle]).toEqual([36, false]);
  });

  test('what was queued and not sent can be dropped', () => {
    const requests = new KernelRequests(CONVENTIONS);
    queueNeighbours(requests, 3);
    requests.dropQueued();
    expect([requests.sendQueued(), requests.isIdle]).toEqual([[], true]);
  });
});

describe('batches of nf_tables', () => {
  test('each table has a batch of its own', () => {
    const sends = new KernelRequests(CONVENTIONS).sendBatches(
      [tableItem('inet'), tableItem('bridge')].map((item) => making(item)),
      [],
    );
    expect(sends).toHaveLength(2);
    expect(sends.map((send) => types(send).at(0))).toEqual([0x10, 0x10]);
  });

  test('an element with other data is removed and added in one batch, another only added', () => {
    const requests = new KernelRequests(CONVENTIONS);
    const [send] = requests.sendBatches([making(element(1), true), making(element(2))], [element(3)]);
    expect(types(send)).toEqual([0x10, 0xa0e, 0xa0c, 0xa0c, 0xa0e, 0x11]);
  });

  test('a table that goes takes its elements with it', () => {
    const [send] = new KernelRequests(CONVENTIONS).sendBatches([], [element(1), tableItem('bridge'), element(2)]);
    expect(types(send)).toEqual([0x10, 0xa00, 0xa02, 0x11]);
  });

  test('many elements are cut into batches between elements, and all are asked for', () => {
    const requests = new KernelRequests(CONVENTIONS);
    const makes = Array.from({ length: 300 }, (_, index) => making(element(index), true));
    const sends = requests.sendBatches(makes, [element(301)]);
    expect(sends.map((send) => types(send).length)).toEqual([2 + 512, 2 + 88 + 1]);
    expect(makes.every(({ entry }) => entry.state === 'asked')).toBe(true);
  });

  test('the purpose of a batch names all that it was to make and remove', () => {
    const requests = new KernelRequests(CONVENTIONS);
    const [send] = requests.sendBatches([making(element(1))], [element(2)]);
    const [event] = send === undefined ? [] : requests.received('netfilter', obedient(send.octets));
    const purpose = event?.kind === 'acknowledged' ? event.purpose : undefined;
    expect(purpose).toMatchObject({ kind: 'batch', makes: [{ item: element(1) }], removes: [element(2)] });
  });
});

describe('a survey', () => {
  const step = { isDump: false, message: hex('14000000 010a 0100 00000000 00000000 07000000'), read: () => {} };

  test('is under way until its answer comes, or is given up', () => {
    const requests = new KernelRequests(CONVENTIONS);
    const octets = requests.survey('netfilter', step)[0]?.octets ?? hex('');
    expect(requests.isSurveying('netfilter')).toBe(true);
    const [query] = decodeNetlinkMessages(octets, true);
    if (query !== undefined) requests.received('netfilter', answer(query, 2));
    expect(requests.isSurveying('netfilter')).toBe(false);
    requests.survey('netfilter', step);
    expect(requests.giveUp('netfilter')).toEqual([{ kind: 'survey' } satisfies Purpose]);
    expect([requests.isSurveying('netfilter'), requests.isIdle]).toEqual([false, true]);
  });

  test('waits while connections are asked for, which the socket can do but one after the other', () => {
    const requests = new KernelRequests(CONVENTIONS);
    requests.forgetConnections(ip('10.1.0.77'));
    const [question] = requests.askConnections();
    expect(requests.survey('netfilter', step)).toEqual([]);
    requests.received('netfilter', obedient(question?.octets ?? hex('')));
    expect(requests.survey('netfilter', step)).toHaveLength(1);
    requests.connectionsAnswered([]);
    expect(requests.askConnections()).toEqual([]);
  });
});
