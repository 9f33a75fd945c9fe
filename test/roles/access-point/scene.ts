// An access point in 10.2.0.0/24 with one bridge, two radios, agents beside it, and what its stations do and say.

import { formatIpv4, formatMac, type Ipv4Address, type MacAddress } from '../../../src/octets/address.ts';
import { AccessPoint, type AccessPointEffect } from '../../../src/roles/access-point/access-point.ts';
import type { AccessPointConfiguration, BridgeService } from '../../../src/roles/access-point/configuration.ts';
import type { RegistrationTerms } from '../../../src/roles/access-point/registration-terms.ts';
import { SecurityAssociations } from '../../../src/roles/security-associations.ts';
import { SubnetMap } from '../../../src/roles/subnet-map.ts';
import {
  type AgentAdvertisement,
  type AgentAdvertisementFields,
  decodeAgentDiscoveryMessage,
  encodeAgentAdvertisement,
  type RouterAdvertisement,
} from '../../../src/wire/agent-advertisement.ts';
import { decodeFrame, type Frame, type UdpDatagram } from '../../../src/wire/frames.ts';
import { decodeRegistrationRequest, type RegistrationReply, type ReplyFields } from '../../../src/wire/registration.ts';
import { ip, mac, prefix } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { association, only, reply } from '../messages.ts';
import { at } from '../moments.ts';

export const STATION = mac('02:11:22:33:44:55');
export const OTHER = mac('02:11:22:33:44:66');
export const BRIDGE_MAC = mac('02:00:00:00:02:01');
export const GATEWAY_MAC = mac('02:00:00:00:01:01');
export const HOME_AGENT = ip('10.1.0.1');
export const AWAY = ip('10.1.0.77');
export const LOCAL = ip('10.2.0.77');
const EVERYBODY = mac('ff:ff:ff:ff:ff:ff');
const NOBODY = mac('00:00:00:00:00:00');

export const bridge: BridgeService = {
  interfaceIndex: 5,
  mac: BRIDGE_MAC,
  address: ip('10.2.0.1'),
  prefix: prefix('10.2.0.0/24'),
  foreignAgent: { mac: BRIDGE_MAC, address: ip('10.2.0.1'), isLocal: true },
  homeAgent: { mac: BRIDGE_MAC, address: ip('10.2.0.1') },
  careOfAddress: undefined,
};

export const mapRow = { network: prefix('10.1.0.0/24'), homeAgent: HOME_AGENT, gatewayMac: GATEWAY_MAC };

export const configuration: AccessPointConfiguration = {
  bridges: new Map([['br-lan', bridge]]),
  associations: new SecurityAssociations([{ ...association, start: ip('10.0.0.0'), end: ip('10.2.255.255') }]),
  subnetMap: new SubnetMap([mapRow]),
  careOfAddresses: new Map([[HOME_AGENT, ip('192.0.2.2')]]),
  lifetimeSeconds: 600,
  encapsulation: 'ipip',
  reverseTunneling: 'whereOffered',
  dhcp: 'keep',
  mostStations: 4,
  mostAgents: 4,
};

export const withBridge = (changes: Partial<BridgeService>): Partial<AccessPointConfiguration> => ({
  bridges: new Map([['br-lan', { ...bridge, ...changes }]]),
});

export const terms: RegistrationTerms = {
  homeAddress: AWAY,
  homeAgent: HOME_AGENT,
  careOfAddress: ip('10.2.0.1'),
  lifetimeSeconds: 600,
  greEncapsulation: false,
  reverseTunneling: true,
  association,
  agent: { bridge: 'br-lan', mac: BRIDGE_MAC, address: ip('10.2.0.1'), isLocal: true },
};

/** A router on the link, and another one. */
export const AGENT = { mac: mac('02:00:00:00:0a:01'), address: ip('10.2.0.254') };
export const OTHER_AGENT = { mac: mac('02:00:00:00:0a:02'), address: ip('10.2.0.253') };
export const ALL_SYSTEMS = ip('224.0.0.1');

/** Topology T2: both agents are other boxes. */
export const elsewhere: Partial<AccessPointConfiguration> = {
  ...withBridge({ address: ip('10.2.0.2'), foreignAgent: undefined, homeAgent: undefined }),
  careOfAddresses: new Map(),
};

/** What an agent offers, as it went over the wire. */
export function advertisementOf(
  fields: Partial<AgentAdvertisementFields> = {},
): AgentAdvertisement | RouterAdvertisement {
  const message = decodeAgentDiscoveryMessage(
    encodeAgentAdvertisement({
      routesCommonTraffic: true,
      lifetimeSeconds: 30,
      routerAddresses: [{ address: AGENT.address, preference: 0 }],
      sequenceNumber: 1000,
      registrationLifetimeSeconds: 1800,
      registrationRequired: false,
      busy: false,
      homeAgent: false,
      foreignAgent: true,
      minimalEncapsulation: false,
      greEncapsulation: true,
      reverseTunneling: true,
      udpTunneling: false,
      registrationRevocation: false,
      regionalRegistration: false,
      careOfAddresses: [ip('192.0.2.254')],
      prefixLengths: [24],
      challenge: undefined,
      ...fields,
    }),
  );
  if (message.kind === 'agentSolicitation') throw new Error(message.kind);
  return message;
}

export function agentAdvertisementOf(fields: Partial<AgentAdvertisementFields> = {}): AgentAdvertisement {
  const message = advertisementOf(fields);
  if (message.kind !== 'agentAdvertisement') throw new Error(message.kind);
  return message;
}

export class Scene {
  readonly accessPoint: AccessPoint;
  /** Wrong by this much. */
  clockErrorMs = 0;

  /** Jitter is in the middle of its range: a lifetime of 600 s is renewed after 480. */
  constructor(changes: Partial<AccessPointConfiguration> = {}) {
    this.accessPoint = new AccessPoint({ ...configuration, ...changes }, digests, () => 0.5);
  }

  handle(event: Parameters<AccessPoint['handle']>[0], ms: number): AccessPointEffect[] {
    return this.accessPoint.handle(event, at(ms, this.clockErrorMs));
  }

  attach(ms: number, station = STATION, interfaceName = 'wlan0', bridgeName = 'br-lan'): AccessPointEffect[] {
    return this.handle({ kind: 'stationAttached', mac: station, interfaceName, bridge: bridgeName }, ms);
  }

  detach(ms: number, station = STATION, interfaceName = 'wlan0'): AccessPointEffect[] {
    return this.handle({ kind: 'stationDetached', mac: station, interfaceName }, ms);
  }

  hear(ms: number, frame: Frame, interfaceName = 'wlan0'): AccessPointEffect[] {
    return this.handle({ kind: 'frameReceived', interfaceName, frame }, ms);
  }

  /** The station attaches and asks for its gateway. */
  arrive(ms: number, address: Ipv4Address, station = STATION): AccessPointEffect[] {
    this.attach(ms, station);
    return this.hear(ms, arpRequest({ address, station }));
  }

  /** ... and is registered, 10 ms later. */
  registered(ms: number, address: Ipv4Address, station = STATION): AccessPointEffect[] {
    return this.answer(ms + 10, this.arrive(ms, address, station));
  }

  /** The home agent accepts what was just sent, but for these fields. */
  answer(ms: number, sent: readonly AccessPointEffect[], fields: Partial<ReplyFields> = {}): AccessPointEffect[] {
    const request = requestIn(sent);
    const { homeAddress, homeAgent, identification, lifetimeSeconds } = request;
    const message = reply({ homeAddress, homeAgent, identification, lifetimeSeconds, ...fields });
    const { isLocal, ipv4 } = request.frame;
    return this.hearReply(ms, message, isLocal ? undefined : ipv4.destination);
  }

  /** By an agent of this box, or over the wire from there. */
  hearReply(ms: number, message: RegistrationReply, sourceAddress?: Ipv4Address): AccessPointEffect[] {
    return this.handle({ kind: 'replyReceived', reply: message, sourceAddress }, ms);
  }

  advertise(
    ms: number,
    fields: Partial<AgentAdvertisementFields> = {},
    agent = AGENT,
    destinationAddress = ALL_SYSTEMS,
  ): AccessPointEffect[] {
    return this.hearAdvertisement(ms, advertisementOf(fields), agent, destinationAddress);
  }

  hearAdvertisement(
    ms: number,
    advertisement: AgentAdvertisement | RouterAdvertisement,
    agent = AGENT,
    destinationAddress = ALL_SYSTEMS,
  ): AccessPointEffect[] {
    const { mac: sourceMac, address: sourceAddress } = agent;
    const heard = { bridge: 'br-lan', sourceMac, sourceAddress, destinationAddress, advertisement };
    return this.handle({ kind: 'advertisementReceived', ...heard }, ms);
  }

  /** The station answers a question whether it is still there. */
  speak(ms: number, address: Ipv4Address, station = STATION): AccessPointEffect[] {
    return this.hear(ms, arpRequest({ address, station, operation: 'reply', target: ip('0.0.0.0') }));
  }

  deadline(ms: number): AccessPointEffect[] {
    return this.handle({ kind: 'deadlineReached' }, ms);
  }

  /** A station is asked whether it is still here, and says so. */
  confirm(ms: number, address = AWAY): AccessPointEffect[] {
    return [...this.deadline(ms), ...this.speak(ms, address)];
  }

  configure(ms: number, changes: Partial<AccessPointConfiguration>): AccessPointEffect[] {
    return this.handle({ kind: 'configured', configuration: { ...configuration, ...changes } }, ms);
  }

  /** ... and the station that is asked whether it is still here says so. */
  configureConfirmed(ms: number, changes: Partial<AccessPointConfiguration>, address = AWAY): AccessPointEffect[] {
    return [...this.configure(ms, changes), ...this.speak(ms, address)];
  }

  nextDeadline(): number | undefined {
    return this.accessPoint.nextDeadline();
  }

  /** Each station as 'its address, its mobility'. */
  stations(): string[] {
    return [...this.accessPoint.stations()].map(({ mobility }) =>
      mobility.kind === 'unidentified' ? mobility.kind : `${formatIpv4(mobility.address)} ${mobility.kind}`,
    );
  }
}

type ArpFields = {
  readonly address: Ipv4Address;
  readonly station?: MacAddress;
  readonly claimedMac?: MacAddress;
  readonly target?: Ipv4Address;
  readonly operation?: 'request' | 'reply';
};

export function arpRequest(fields: ArpFields): Frame {
  const source = fields.station ?? STATION;
  return {
    destination: EVERYBODY,
    source,
    payload: {
      kind: 'arp',
      arp: {
        operation: fields.operation ?? 'request',
        senderMac: fields.claimedMac ?? source,
        senderAddress: fields.address,
        targetMac: NOBODY,
        targetAddress: fields.target ?? HOME_AGENT,
      },
    },
  };
}

export function packet(address: Ipv4Address, station = STATION, udp?: UdpDatagram): Frame {
  const ipv4 = { source: address, destination: ip('198.51.100.1'), timeToLive: 64, protocol: 17, udp, icmp: undefined };
  return { destination: BRIDGE_MAC, source: station, payload: { kind: 'ipv4', ipv4 } };
}

/** The one request that these effects send, and the frame that it is in. */
export function requestIn(effects: readonly AccessPointEffect[]) {
  const [request, ...more] = requestsIn(effects);
  if (request === undefined || more.length > 0) throw new Error(`${more.length + (request ? 1 : 0)} requests`);
  return request;
}

export function requestsIn(effects: readonly AccessPointEffect[]) {
  return only(effects, 'agentFrameSent').map(({ octets, bridge: over, isLocal }) => {
    const { source, destination, payload } = decodeFrame(octets);
    if (payload.kind !== 'ipv4' || payload.ipv4.udp === undefined) throw new Error('no datagram');
    const { ipv4 } = payload;
    const request = decodeRegistrationRequest(payload.ipv4.udp.octets);
    return { ...request, frame: { over, isLocal, source, destination, ipv4, udp: payload.ipv4.udp } };
  });
}

/** ARP frames to stations, as 'wlan0 02:.. <- 10.1.0.1 is at 02:..' or '... <- who has ...'. */
export function arpIn(effects: readonly AccessPointEffect[]): string[] {
  return only(effects, 'stationFrameSent').map(({ interfaceName, octets }) => {
    const { destination, source, payload } = decodeFrame(octets);
    if (payload.kind !== 'arp') throw new Error(payload.kind);
    const { operation, senderMac, senderAddress, targetMac, targetAddress } = payload.arp;
    if (source !== senderMac) throw new Error('two senders');
    const to = `${interfaceName} ${formatMac(destination)} <-`;
    if (operation === 'request') return `${to} who has ${formatIpv4(targetAddress)}, says ${formatIpv4(senderAddress)}`;
    if (targetMac !== destination) throw new Error('two receivers');
    return `${to} ${formatIpv4(senderAddress)} is at ${formatMac(senderMac)}`;
  });
}

/** The last wish about the filter of each interface, as 'wlan0: 02:.., 02:..'. */
export function filtersIn(effects: readonly AccessPointEffect[]): string[] {
  return only(effects, 'filterWanted').map(
    ({ interfaceName, unidentified }) => `${interfaceName}: ${[...unidentified].map(formatMac).join(', ')}`,
  );
}

export function withoutReports(effects: readonly AccessPointEffect[]): string[] {
  return effects.filter(({ kind }) => kind !== 'report').map(({ kind }) => kind);
}
