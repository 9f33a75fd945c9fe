// The frame that carries a station's registration to an agent. It has the station's own MAC and IP address as its source:
// the agent learns where its visitor is from it.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import { encodeUdpFrame } from '../../wire/frames.ts';
import { REGISTRATION_PORT } from '../../wire/registration.ts';

/** RFC 3024 §3.2: a request for a reverse tunnel must show that no router has forwarded it. */
const TIME_TO_LIVE = 255;

type Agent = { readonly mac: MacAddress; readonly address: Ipv4Address };

export function requestFrame(
  station: MacAddress,
  homeAddress: Ipv4Address,
  agent: Agent,
  request: Uint8Array,
): Uint8Array {
  return encodeUdpFrame({
    destinationMac: agent.mac,
    sourceMac: station,
    source: homeAddress,
    destination: agent.address,
    sourcePort: REGISTRATION_PORT,
    destinationPort: REGISTRATION_PORT,
    timeToLive: TIME_TO_LIVE,
    octets: request,
  });
}
