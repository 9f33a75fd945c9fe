// What the world said no to, and what that means to the person who must do something about it.

import { formatIpv4 } from '../octets/address.ts';
import type { FailedPart, Failure, NetlinkChannel } from '../runtime/runtime.ts';
import { REGISTRATION_PORT } from '../wire/registration.ts';
import { SUBNET_MAP_PORT } from '../wire/subnet-map.ts';

export type FailureNews =
  | { readonly kind: 'count'; readonly name: string }
  | { readonly kind: 'problem'; readonly part: string; readonly text: string };

export function failureNews(part: FailedPart, failure: Failure): FailureNews {
  const { code, message } = failure;
  // An interface was shut for a moment; its sockets go on when it is up again.
  if (code === 'ENETDOWN') return { kind: 'count', name: `networkDown.${part.kind}` };
  switch (part.kind) {
    case 'netlink':
      // Without nf_tables; that much `netfilter` tells.
      if (part.channel === 'tables') return { kind: 'count', name: `tablesUnheard.${code}` };
      return problem(`netlink ${part.channel}`, netlinkText(part.channel, message));
    case 'registrationSocket': {
      const why = `port ${REGISTRATION_PORT} cannot be opened (${message})`;
      return problem('registration', `${why}: no registration is possible; end what uses it`);
    }
    case 'registrationSend': {
      const to = formatIpv4(part.destination);
      return problem(`send ${to}`, `registration messages to ${to} cannot be sent: ${message}`);
    }
    case 'radiusSocket':
      return problem('radius-socket', `no RADIUS server can be asked: ${message}`);
    case 'radiusSend':
      // The question is repeated, and a server out of reach is said to be silent.
      return { kind: 'count', name: `radiusSendFailed.${code}` };
    case 'dnsSocket':
      return problem('dns-socket', `no name server can be asked: ${message}`);
    case 'dnsSend':
      // The question is repeated, and who does not answer is said to be silent.
      return { kind: 'count', name: `dnsSendFailed.${code}` };
    case 'mapSocket': {
      const why = `port ${SUBNET_MAP_PORT} cannot be opened (${message})`;
      return problem('map', `${why}: the subnet map is not exchanged; end what uses it`);
    }
    case 'mapSend':
      return { kind: 'count', name: `mapSendFailed.${code}` };
    case 'mapFile':
      return problem('map file', `the subnet map cannot be kept over a reboot: ${message}`);
    case 'frames': {
      const { interfaceName } = part;
      return problem(`frames ${interfaceName}`, `the frames of ${interfaceName} cannot be read or sent: ${message}`);
    }
    case 'groups': {
      const { interfaceName } = part;
      return problem(`groups ${interfaceName}`, `solicitations on ${interfaceName} may not be heard: ${message}`);
    }
    case 'state':
      return problem('state', `bindings and visitors cannot be kept over a restart: ${message}`);
    case 'packet':
      return { kind: 'count', name: `packetFailed.${code}` };
    case 'linkFrame':
      return { kind: 'count', name: `linkFrameFailed.${code}` };
  }
}

function problem(part: string, text: string): FailureNews {
  return { kind: 'problem', part, text };
}

function netlinkText(channel: NetlinkChannel, message: string): string {
  const need = channel === 'netfilter' ? 'install kmod-nft-core, or run as root' : 'run as root or with CAP_NET_ADMIN';
  return `netlink (${channel}) does not work: ${message}; ${need}`;
}
