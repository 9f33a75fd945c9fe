import { describe, expect, test } from 'vitest';
import { type Wish, wishKey } from '../../src/clients/kernel-wishes.ts';
import { type Change, WishedItems } from '../../src/clients/wished-items.ts';
import { ip, mac } from '../addresses.ts';

const VISITOR: Wish = {
  kind: 'visitorRoute',
  homeAddress: ip('10.1.0.77'),
  interfaceIndex: 4,
  mac: mac('02:00:00:00:00:77'),
};
const FIRST: Wish = {
  kind: 'binding',
  homeAddress: ip('10.1.0.77'),
  homeAgent: ip('10.255.1.2'),
  careOfAddress: ip('10.255.2.2'),
  encapsulation: 'ipip',
  interfaceIndex: 4,
  reverseTunneling: false,
};
const SECOND: Wish = { ...FIRST, homeAddress: ip('10.1.0.78') };

function kinds(change: Change): { makes: string[]; removes: string[] } {
  return { makes: change.makes.map(({ item }) => item.kind), removes: change.removes.map(({ kind }) => kind) };
}

/** The kernel does all of it. */
function made(wished: WishedItems, change: Change): Wish[] {
  return change.makes.flatMap((making) => wished.made(making));
}

describe('wanting', () => {
  test('a wish again is nothing to do', () => {
    const wished = new WishedItems();
    made(wished, wished.want([VISITOR]));
    expect(kinds(wished.want([VISITOR]))).toEqual({ makes: [], removes: [] });
  });

  test('two wishes share a device; it goes with the last', () => {
    const wished = new WishedItems();
    expect(kinds(wished.want([FIRST, SECOND])).makes).toEqual([
      'link',
      'route',
      'proxyNeighbour',
      'route',
      'proxyNeighbour',
    ]);
    for (const piece of wished.pieces()) wished.made(piece);
    expect(kinds(wished.unwant([wishKey(FIRST)])).removes).toEqual(['route', 'proxyNeighbour']);
    expect(kinds(wished.unwant([wishKey(SECOND)])).removes.sort()).toEqual(['link', 'proxyNeighbour', 'route']);
  });

  test('another MAC address replaces the neighbour alone', () => {
    const wished = new WishedItems();
    made(wished, wished.want([VISITOR]));
    const change = wished.want([{ ...VISITOR, mac: mac('02:00:00:00:00:78') }]);
    expect(kinds(change)).toEqual({ makes: ['neighbour'], removes: [] });
    expect(change.makes[0]?.replaces).toBe(true);
  });

  test('another interface replaces the route, and moves the neighbour', () => {
    const wished = new WishedItems();
    made(wished, wished.want([VISITOR]));
    expect(kinds(wished.want([{ ...VISITOR, interfaceIndex: 5 }]))).toEqual({
      makes: ['neighbour', 'route'],
      removes: ['neighbour'],
    });
  });

  test('what failed is tried again with the next wish for it, and replaces nothing', () => {
    const wished = new WishedItems();
    for (const making of wished.want([VISITOR]).makes) wished.failed(making);
    const again = wished.want([VISITOR]);
    expect(kinds(again).makes).toEqual(['neighbour', 'route']);
    expect(again.makes.some(({ replaces }) => replaces)).toBe(false);
  });

  test('what failed, or never was asked for, need not be removed', () => {
    const wished = new WishedItems();
    const [neighbour] = wished.want([VISITOR]).makes;
    if (neighbour !== undefined) wished.failed(neighbour);
    expect(kinds(wished.unwant([wishKey(VISITOR)])).removes).toEqual([]);
  });

  test('an unknown key is passed over', () => {
    expect(kinds(new WishedItems().unwant(['visitorRoute 1']))).toEqual({ makes: [], removes: [] });
  });
});

describe('telling', () => {
  test('a wish is fulfilled when the last of its pieces is made, and told once', () => {
    const wished = new WishedItems();
    const [neighbour, route] = wished.want([VISITOR]).makes;
    if (neighbour === undefined || route === undefined) throw new Error('two pieces');
    expect([wished.made(neighbour), wished.made(route), wished.made(route)]).toEqual([[], [VISITOR], []]);
  });

  test('a failed device fails every wish that needs it, once each', () => {
    const wished = new WishedItems();
    const [device] = wished.want([FIRST, SECOND]).makes;
    if (device === undefined) throw new Error('a device');
    expect(wished.failed(device)).toEqual([FIRST, SECOND]);
    expect(wished.failed(device)).toEqual([]);
    wished.retried(device.entry);
    expect(wished.failed(device)).toEqual([FIRST, SECOND]);
  });

  test('an answer for what was replaced or given up meanwhile tells nothing', () => {
    const wished = new WishedItems();
    const old = wished.want([VISITOR]).makes;
    wished.want([{ ...VISITOR, mac: mac('02:00:00:00:00:78'), interfaceIndex: 5 }]);
    expect(old.flatMap((asked) => [...wished.made(asked), ...wished.failed(asked)])).toEqual([]);
    wished.clear();
    expect([...wished.pieces()]).toEqual([]);
  });

  test('only what differs of a changed wish is replaced, and all of it is removed', () => {
    const wished = new WishedItems();
    const visitor = { kind: 'interception', mac: mac('02:00:00:00:00:77'), homeAddress: ip('10.1.0.77') } as const;
    const agents = ['02:00:00:00:00:01', '02:00:00:00:00:02'].map(mac);
    const [first, second] = agents.map((agentMac) => ({ ...visitor, agentMac, local: false }) satisfies Wish);
    if (first === undefined || second === undefined) throw new Error('two agents');
    made(wished, wished.want([first]));
    const change = wished.want([second]);
    expect(kinds(change)).toEqual({ makes: ['element'], removes: [] });
    expect(made(wished, change)).toEqual([second]);
    expect(kinds(wished.unwant([wishKey(second)])).removes).toEqual(['table', 'element', 'element', 'element']);
  });

  test('every piece is told once, whoever needs it', () => {
    const wished = new WishedItems();
    wished.want([FIRST, SECOND]);
    expect([...wished.pieces()].map(({ item }) => item.kind)).toEqual([
      'link',
      'route',
      'proxyNeighbour',
      'route',
      'proxyNeighbour',
    ]);
    wished.unwant([wishKey(FIRST)]);
    expect([...wished.pieces()].map(({ item }) => item.kind)).toEqual(['link', 'route', 'proxyNeighbour']);
  });
});
