// The usual walk of tests with whole daemons: boxes that are told of each other, and a phone from the first one's network.

import type { PlainTable } from '../../src/ubus-js/blobmsg.ts';
import { decodeRegistrationReply, decodeRegistrationRequest } from '../../src/wire/registration.ts';
import { ip } from '../addresses.ts';
import { callOverBus } from './bus.ts';
import { type Box, Station, usualConfiguration, World } from './two-boxes.ts';

export const USUAL = usualConfiguration([1, 2, 3]);
export const HOME_GATEWAY = ip('10.1.0.1');
/** What a box has in its kernel whoever visits. */
const STANDING = /^(link|table) /;

/** What the home agent's kernel has for the phone when it is behind this care-of address. */
export function homeState(careOfAddress: string): string[] {
  return ['proxy 10.1.0.77 dev br-lan', `route 10.1.0.77/32 dev pmip0 encap 10.1.0.1 > ${careOfAddress}`];
}

/** What the visited box's kernel has for the phone, but for what its nftables hold. */
export function visitedState(careOfAddress: string): string[] {
  return [
    'neighbour 10.1.0.77 dev br-lan 02:00:00:00:02:00',
    `route 0.0.0.0/0 table 10.1.0.1 dev pmip0 encap ${careOfAddress} > 10.1.0.1`,
    'route 10.1.0.77/32 dev br-lan',
    'rule from 10.1.0.0/24 iif br-lan lookup 10.1.0.1',
  ];
}

/** A phone from the first box's network, and the boxes that it walks between. */
export class Walk {
  readonly world = new World();
  readonly boxes: readonly Box[];
  readonly phone = new Station('02:00:00:00:02:00', '10.1.0.77');

  constructor(
    configuration = USUAL,
    how: { readonly boxes?: number; readonly littleEndian?: (number: number) => boolean } = {},
  ) {
    this.boxes = Array.from({ length: how.boxes ?? 2 }, (_, index) =>
      this.world.addBox(index + 1, { littleEndian: how.littleEndian?.(index + 1) ?? true }),
    );
    for (const box of this.boxes) {
      box.addBss('phy0-ap0');
      box.addBss('phy1-ap0');
      box.start(configuration);
    }
    this.world.wait(1000);
  }

  box(number: number): Box {
    const box = this.boxes[number - 1];
    if (box === undefined) throw new Error(`there is no box ${number}`);
    return box;
  }

  /** Associates, sends its first ARP, and goes on for a while. */
  roam(number: number, interfaceName = 'phy0-ap0', ms = 3000): void {
    this.phone.associate(this.box(number), interfaceName);
    this.phone.askFor(HOME_GATEWAY);
    this.world.wait(ms);
  }

  /** The phone answers when it is asked whether it is still there. */
  answering(seconds: number): void {
    for (let second = 0; second < seconds; second++) {
      this.world.wait(1000);
      this.phone.answerArp();
    }
  }

  /** What the kernel has for the phone; elements of nftables as their set alone. */
  state(number: number): string[] {
    const lines = this.box(number).kernel.state();
    return lines.filter((line) => !STANDING.test(line) && !line.startsWith('element '));
  }

  intercepts(number: number): boolean {
    const elements = this.box(number)
      .kernel.state()
      .filter((line) => line.startsWith('element bridge') && !line.includes('dhcp_locals'));
    return elements.some((line) => line.includes('020000000200'));
  }

  rows(number: number, method: string): readonly PlainTable[] {
    const answer = callOverBus(this.box(number).bus, 'pmip', method)?.data ?? {};
    return Object.values(answer)[0] as unknown as readonly PlainTable[];
  }

  /** The messages that went over the backbone, in a word each. */
  messages(): string[] {
    return this.world.carried.flatMap(({ octets, box }) => {
      if (octets[0] === 1) return [`${box} asks for ${decodeRegistrationRequest(octets).lifetimeSeconds} s`];
      return octets[0] === 3 ? [`${box} answers ${decodeRegistrationReply(octets).code}`] : [];
    });
  }
}
