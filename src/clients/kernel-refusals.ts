// What a refusal of the kernel means to the person who must do something about it.

import { type KernelItem, tableOf } from './kernel-items.ts';

const UNSUPPORTED = ['EOPNOTSUPP', 'EAFNOSUPPORT', 'EPROTONOSUPPORT', 'ENOENT'];

const MISSING_FOR_TABLE = {
  bridge: 'the kernel has no nftables for bridges: install kmod-nft-bridge',
  inet: 'the kernel cannot check tunnels and clamp TCP segments by nftables: install kmod-nft-core',
  netdev:
    'the kernel cannot keep the broadcasts of visitors and of others in one BSS apart: install kmod-nft-netdev (OpenWrt 24.10 or later)',
  ip: 'the kernel cannot send copies to a second care-of address by nftables: install kmod-nft-dup-inet',
};

/** One line in plain words. `message` is the kernel's own. */
export function explainRefusal(item: KernelItem, errnoName: string, message: string | undefined): string {
  if (errnoName === 'EPERM')
    return 'the kernel does not let pmip change the network: run it as root or with CAP_NET_ADMIN';
  if (UNSUPPORTED.includes(errnoName)) {
    const missing = explainMissing(item);
    if (missing !== undefined) return missing;
  }
  if (errnoName === 'ENODEV') return 'the interface is gone: it is made again when the interface is back';
  if (errnoName === 'ENETDOWN') return 'the interface is down: it is made again when the interface is up';
  const words = message === undefined ? '' : `: ${message}`;
  return `the kernel refused it with ${errnoName}${words}`;
}

/** Why a device of our name does not do. */
export function explainForeignLink(name: string, kind: string | undefined): string {
  return `an interface named ${name} is in the way (${kind ?? 'no tunnel'}): rename or remove it`;
}

function explainMissing(item: KernelItem): string | undefined {
  switch (item.kind) {
    case 'link': {
      const { encapsulation } = item.link;
      return `the kernel has no ${encapsulation} tunnels: install kmod-${encapsulation}`;
    }
    case 'route':
      if (item.route.encapsulation === undefined) return undefined;
      return 'the kernel cannot send routes through a tunnel: it was built without CONFIG_LWTUNNEL';
    case 'table':
    case 'chain':
    case 'element':
      return MISSING_FOR_TABLE[tableOf(item) ?? 'inet'];
    default:
      return undefined;
  }
}
