// That the rules made of these are those of nft is shown in pmip-bridge-table.test.ts and pmip-inet-table.test.ts; here, that
// what is asked of a port is asked of the right one.

import { expect, test } from 'vitest';
import { isUdpFrom, isUdpTo, REGISTRATION_PORT } from '../../src/clients/pmip-matches.ts';
import { BRIDGE_SETS } from '../../src/clients/pmip-sets.ts';
import { encodeRule } from '../../src/wire/nftables.ts';
import * as expressions from '../../src/wire/nftables-expressions.ts';
import { body } from '../wire/netlink-recordings.ts';
import { NFT_REGISTRATION_BY_OTHER_PORT_RULE } from '../wire/nftables-recordings-of-ports.ts';

const CHAIN = { table: { family: 'bridge', name: 'pmip' }, name: 'input' } as const;

function byOtherPort(matches: readonly expressions.Expression[]): Uint8Array {
  const rest = [expressions.metaLoad('inputInterfaceName'), expressions.lookupSet(BRIDGE_SETS.other_ports)];
  return body(encodeRule(CHAIN, [...matches, ...rest, expressions.counter(), expressions.drop()], true));
}

test('to a port is what nft makes of udp dport, and from a port is something else', () => {
  expect(byOtherPort(isUdpTo(REGISTRATION_PORT))).toEqual(NFT_REGISTRATION_BY_OTHER_PORT_RULE);
  expect(byOtherPort(isUdpFrom(REGISTRATION_PORT))).not.toEqual(NFT_REGISTRATION_BY_OTHER_PORT_RULE);
});
