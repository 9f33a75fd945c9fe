// A piece of kernel state in words: two that read the same are the same.

import type { Wish } from '../../src/clients/kernel-wishes.ts';
import { formatIpv4, formatMac, formatPrefix } from '../../src/octets/address.ts';

export function wishText(wish: Wish): string {
  switch (wish.kind) {
    case 'binding':
      return `${wish.encapsulation} tunnel for ${formatIpv4(wish.homeAddress)} from ${formatIpv4(wish.homeAgent)} to ${formatIpv4(wish.careOfAddress)}${wish.reverseTunneling ? ' and back' : ''}`;
    case 'homeCopy':
      return `copies for ${formatIpv4(wish.homeAddress)} from ${formatIpv4(wish.homeAgent)} to ${formatIpv4(wish.careOfAddress)}`;
    case 'deliveryTunnel':
      return `packets of ${formatIpv4(wish.homeAddress)} admitted by ${wish.encapsulation} from itself`;
    case 'visitorTunnel':
      return `packets for ${formatIpv4(wish.homeAddress)} admitted by ${wish.encapsulation} from ${formatIpv4(wish.homeAgent)}`;
    case 'visitorRoute':
      return `route to ${formatIpv4(wish.homeAddress)} at ${formatMac(wish.mac)}`;
    case 'reverseTunnel':
      return `reverse ${wish.encapsulation} tunnel from ${formatIpv4(wish.careOfAddress)} to ${formatIpv4(wish.homeAgent)}`;
    case 'reverseRule':
      return `rule that leads ${formatPrefix(wish.source)} to ${formatIpv4(wish.homeAgent)}`;
    case 'directRule':
      return `rule that leads ${formatPrefix(wish.source)} by ${wish.inputInterface} its usual way`;
    case 'interception':
      return `interception of ${formatMac(wish.mac)} ${formatIpv4(wish.homeAddress)} for ${formatMac(wish.agentMac)}`;
    case 'replyInterception':
      return `interception of replies to ${formatMac(wish.mac)}`;
    case 'dhcpLocal':
      return `DHCP of ${formatMac(wish.mac)} reaches its server`;
    case 'advertisementsHeard':
      return `advertisements reach ${wish.interfaceName}`;
    case 'broadcastsKept':
      return `barrier against broadcasts to ${wish.interfaceName}`;
    case 'broadcastsCopied':
      return `copies of broadcasts on ${wish.interfaceName} for ${wish.others.map((mac) => (mac === undefined ? 'nobody' : formatMac(mac))).join(', ')}`;
    case 'tunnelDevice':
      return `${wish.encapsulation} device`;
    case 'bridgeTable':
    case 'mssClamp':
    case 'tunnelAdmission':
      return wish.kind;
  }
}
