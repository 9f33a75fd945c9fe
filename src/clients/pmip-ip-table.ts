// The rule of `table ip pmip`: what goes to a mobile node with two care-of addresses goes to both (RFC 5944 §3.8.2.2). The
// kernel's route leads into the tunnel to the first. On its way into that, a copy is sent as if to the home address by the
// tunnel device; a routing rule for what is bound to the device leads that into a table with the other care-of address.
// The kernel copies only in families of its own, ip and ip6, and does not copy a copy.

import type * as nftables from '../wire/nftables.ts';
import * as expressions from '../wire/nftables-expressions.ts';
import { DESTINATION_ADDRESS } from './pmip-matches.ts';
import { IP_SETS, PMIP_TABLES } from './pmip-sets.ts';

/** Both tunnel devices, and nothing else, have names that begin so. */
const TUNNEL_NAME_PREFIX = Uint8Array.from('pmip', (letter) => letter.charCodeAt(0));
/** After `table inet pmip` has told whether the packet may be fragmented: copies are marked never to be. */
const AFTER_MANGLE_PRIORITY = -149;

export const IP_CHAINS: readonly nftables.ChainWithRules[] = [
  {
    table: PMIP_TABLES.ip,
    name: 'postrouting',
    hook: 'postrouting',
    priority: AFTER_MANGLE_PRIORITY,
    rules: [copyRule()],
  },
];

/** `oifname "pmip*" ip daddr @copied_addresses counter dup to ip daddr device oif` */
function copyRule(): expressions.Expression[] {
  return [
    expressions.metaLoad('outputInterfaceName'),
    expressions.compareEqual(TUNNEL_NAME_PREFIX),
    expressions.payloadLoad(DESTINATION_ADDRESS),
    expressions.lookupSet(IP_SETS.copied_addresses),
    expressions.counter(),
    expressions.payloadLoad(DESTINATION_ADDRESS),
    expressions.metaLoad('outputInterface', expressions.REGISTER_2),
    expressions.duplicate(),
  ];
}
