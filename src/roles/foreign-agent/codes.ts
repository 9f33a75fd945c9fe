// Codes that a foreign agent alone gives.

/** RFC 5944 §3.4, RFC 3024 §3.4, RFC 2794 §4, RFC 3115 §4, RFC 4433 §4. */
export const DENIAL = {
  mobileNodeFailedAuthentication: 67,
  homeAgentFailedAuthentication: 68,
  reverseTunnelMandatory: 75,
  homeNetworkUnreachable: 80,
  homeAgentHostUnreachable: 81,
  homeAgentPortUnreachable: 82,
  homeAgentUnreachable: 88,
  nonzeroHomeAgentRequired: 90,
  nonzeroHomeAddressRequired: 96,
  unknownVendorExtensionFromMobileNode: 100,
  unknownVendorExtensionFromHomeAgent: 101,
} as const;

/** RFC 792 and RFC 1812 §5.2.7.1: the codes of an ICMP Destination Unreachable; fragmentation needed (4) is none of them. */
const FRAGMENTATION_NEEDED = 4;
const NETWORK_CODES: readonly number[] = [0, 6, 9, 11];
const HOST_CODES: readonly number[] = [1, 7, 10, 12];
const PORT_CODE = 3;

/** RFC 5944 §3.7.3: what the mobile node is told of an ICMP error; undefined: it says nothing about the home agent. */
export function codeOfUnreachable(icmpCode: number): number | undefined {
  if (icmpCode === FRAGMENTATION_NEEDED) return undefined;
  if (NETWORK_CODES.includes(icmpCode)) return DENIAL.homeNetworkUnreachable;
  if (HOST_CODES.includes(icmpCode)) return DENIAL.homeAgentHostUnreachable;
  return icmpCode === PORT_CODE ? DENIAL.homeAgentPortUnreachable : DENIAL.homeAgentUnreachable;
}
