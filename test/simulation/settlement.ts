// What must hold when nothing fails any more: each station is registered where it is, its packets find it, and nothing is
// left of where it has been.

import { type Wish, wishKey } from '../../src/clients/kernel-wishes.ts';
import { formatMac, type Ipv4Address, type MacAddress } from '../../src/octets/address.ts';
import type { Mobility } from '../../src/roles/access-point/station.ts';
import type { TunnelEncapsulation } from '../../src/wire/rtnetlink-link.ts';
import type { Box } from './box.ts';
import { BRIDGE, BRIDGE_INDEX } from './plan.ts';
import type { Station } from './station.ts';
import { wishText } from './wish-text.ts';
import type { World } from './world.ts';

export type Unsettled = {
  /** Stations whose packets do not go where they are. */
  readonly missing: readonly string[];
  /** What is left of former visits. */
  readonly leftOver: readonly string[];
};

export function unsettled(world: World): Unsettled {
  const expected = new Map<Box, Set<string>>(world.boxes.map((box) => [box, new Set()]));
  for (const station of world.stations) {
    for (const [box, wish] of expectedOf(station, world)) expected.get(box)?.add(wishText(wish));
  }
  const permitted = new Set<string>();
  for (const { box, wish, isRequired } of [...barriersOf(world), ...idleBarriersOf(world)]) {
    if (isRequired) expected.get(box)?.add(wishText(wish));
    else permitted.add(`${box.name} still has: ${wishText(wish)}`);
  }
  const missing: string[] = [];
  const leftOver: string[] = [];
  for (const [box, wanted] of expected) {
    const present = new Set([...box.kernel.values()].filter(({ kind }) => kind !== 'broadcastsCopied').map(wishText));
    // What a former daemon has left is no measure: it will be swept away.
    const wished = new Set([...box.wished.values()].map(wishText));
    for (const text of wanted) if (!wished.has(text)) missing.push(`${box.name} lacks: ${text}`);
    for (const text of present) if (!wanted.has(text)) leftOver.push(`${box.name} still has: ${text}`);
  }
  for (const station of world.stations) missing.push(...unknownStation(station));
  for (const box of world.boxes) {
    missing.push(...copiesMissing(box, world));
    leftOver.push(...copiesLeftOver(box, world));
  }
  return { missing, leftOver: leftOver.filter((text) => !permitted.has(text)) };
}

/** What the boxes' kernels should have because this station is where it is. */
function expectedOf(station: Station, world: World): (readonly [Box, Wish])[] {
  const { place, home, address: homeAddress, mac } = station;
  if (place === undefined || station.isAtHome) return [];
  const { encapsulation, reverseTunneling } = world.plan;
  const { site } = place.box.plan;
  const [atHome, abroad] = [world.routerOf(home.number), world.routerOf(site.number)];
  const ends = { homeAgent: home.routerAddress, careOfAddress: site.backboneAddress, encapsulation };
  const local = place.box === abroad;
  const interfaceIndex = BRIDGE_INDEX;
  const isReverse = reverseTunneling !== 'never';
  const expected: (readonly [Box, Wish])[] = [
    [atHome, { kind: 'binding', homeAddress, ...ends, interfaceIndex, reverseTunneling: isReverse }],
    [abroad, { kind: 'visitorTunnel', homeAddress, homeAgent: ends.homeAgent, encapsulation }],
    [abroad, { kind: 'visitorRoute', homeAddress, interfaceIndex, mac }],
    [place.box, { kind: 'interception', mac, homeAddress, agentMac: site.routerMac, local }],
  ];
  if (!local) expected.push([place.box, { kind: 'replyInterception', mac }]);
  if (isReverse) expected.push(...reverseWay(station, abroad, encapsulation));
  return expected;
}

type Barrier = { readonly box: Box; readonly wish: Wish; readonly isRequired: boolean };

/** Where all stations of an interface are visitors: not required while its box believes that there are others too. */
function barriersOf({ stations }: World): Barrier[] {
  return stations.flatMap(({ place }) => {
    if (place === undefined) return [];
    const { box, interfaceName } = place;
    const isThere = (other: Station) => other.place?.box === box && other.place.interfaceName === interfaceName;
    if (stations.some((other) => isThere(other) && other.isAtHome)) return [];
    const isRequired = knownThere(box, interfaceName).every(({ mac }) =>
      stations.some((other) => other.mac === mac && isThere(other)),
    );
    return [{ box, wish: { kind: 'broadcastsKept', interfaceName }, isRequired }];
  });
}

/** For visitors that have gone without a word: where nobody is, nothing is kept from anybody. */
function idleBarriersOf({ boxes, stations }: World): Barrier[] {
  return boxes.flatMap((box) => {
    const known = knownBy(box).map(({ interfaceName }) => interfaceName);
    const isEmpty = (interfaceName: string) =>
      !stations.some(({ place }) => place?.box === box && place.interfaceName === interfaceName);
    return known
      .filter(isEmpty)
      .map((interfaceName): Barrier => ({ box, wish: { kind: 'broadcastsKept', interfaceName }, isRequired: false }));
  });
}

/** Where there are visitors and others, these have copies of broadcasts. */
function copiesMissing(box: Box, { stations }: World): string[] {
  const there = stations.filter(({ place }) => place?.box === box);
  const locals = there.filter(({ isAtHome }) => isAtHome);
  return locals.flatMap(({ place, mac, name }) => {
    const interfaceName = place?.interfaceName ?? '';
    const isMixed = there.some((other) => !other.isAtHome && other.place?.interfaceName === interfaceName);
    if (!isMixed || copiesOn(box, interfaceName).includes(mac)) return [];
    return [`${box.name} lacks: copies of broadcasts on ${interfaceName} for ${name}`];
  });
}

/** A visitor has none; and where its access point believes to have no visitor, nobody has. */
function copiesLeftOver(box: Box, { stations }: World): string[] {
  const visitors = stations.filter(({ place, isAtHome }) => place?.box === box && !isAtHome);
  const heard = visitors
    .filter(({ place, mac }) => copiesOn(box, place?.interfaceName ?? '').includes(mac))
    .map(({ name }) => `${box.name} still has: copies of broadcasts for ${name}, a visitor`);
  const idle = [...box.kernel.values()].flatMap((wish) =>
    wish.kind !== 'broadcastsCopied' || hasVisitor(box, wish.interfaceName)
      ? []
      : [`${box.name} still has: ${wishText(wish)}`],
  );
  return [...heard, ...idle];
}

function copiesOn(box: Box, interfaceName: string): readonly (MacAddress | undefined)[] {
  const wish = box.wished.get(wishKey({ kind: 'broadcastsCopied', interfaceName, others: [] }));
  return wish?.kind === 'broadcastsCopied' ? wish.others : [];
}

function hasVisitor(box: Box, interfaceName: string): boolean {
  return knownThere(box, interfaceName).some(({ mobility }) => mobility.kind === 'away');
}

/** The stations that its access point believes to have. */
function knownBy({ switchboard }: Box) {
  return [...(switchboard?.accessPoint.stations() ?? [])];
}

function knownThere(box: Box, interfaceName: string) {
  return knownBy(box).filter((each) => each.interfaceName === interfaceName && each.attachment.kind !== 'gone');
}

function reverseWay({ home }: Station, abroad: Box, encapsulation: TunnelEncapsulation): (readonly [Box, Wish])[] {
  const { backboneAddress: careOfAddress } = abroad.plan.site;
  const { routerAddress: homeAgent, network: source } = home;
  return [
    [abroad, { kind: 'reverseTunnel', homeAgent, careOfAddress, encapsulation }],
    [abroad, { kind: 'reverseRule', source, inputInterface: BRIDGE, homeAgent, encapsulation, priority: 0 }],
  ];
}

/** An access point must know the station that it has, and its address. */
function unknownStation({ place, name, mac, address, isAtHome }: Station): string[] {
  if (place === undefined) return [];
  const known = knownBy(place.box).find((other) => other.mac === mac);
  const fault = faultOf(known?.mobility, address, isAtHome ? 'home' : 'away');
  return fault === undefined ? [] : [`${place.box.name} has ${name} (${formatMac(mac)})${fault}`];
}

/** Visitors whose registration nobody has answered yet: a former one may still hold, for a while. */
export function unanswered({ stations }: World): string[] {
  return stations.flatMap(({ place, name, mac }) => {
    if (place === undefined) return [];
    const known = knownBy(place.box).find((other) => other.mac === mac);
    const isWaiting = known?.mobility.kind === 'away' && known.mobility.registration.phase.kind !== 'registered';
    return isWaiting ? [`${place.box.name} has no answer for ${name}`] : [];
  });
}

function faultOf(mobility: Mobility | undefined, address: Ipv4Address, wanted: Mobility['kind']): string | undefined {
  if (mobility === undefined) return ', and does not know it';
  if (mobility.kind === 'unidentified') return ', and not its address';
  if (mobility.address !== address) return ' with a wrong address';
  return mobility.kind === wanted ? undefined : ` as ${mobility.kind}`;
}
