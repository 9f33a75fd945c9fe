// The expressions that nf_tables rules are made of (linux/netfilter/nf_tables.h): each loads a register, compares it, or
// writes it somewhere. All their numbers are in network order.

import { utf8Octets } from '../octets/octets.ts';
import type { MessageWriter } from './netlink.ts';

export type Expression = { readonly name: string; readonly write: (writer: MessageWriter) => void };

/** Register 1 has 16 octets; these are its first, second and third word. A MAC address takes two words. */
export const REGISTER_1 = 1;
export const REGISTER_1_WORD_2 = 9;
export const REGISTER_1_WORD_3 = 10;
export const REGISTER_2 = 2;
const REGISTER_VERDICT = 0;

const NFT_CMP_EQ = 0;
const NFT_CMP_NEQ = 1;
const NFT_BYTEORDER_HTON = 1;
const NFT_BITWISE_BOOL = 0;
const NFT_RT_TCPMSS = 3;
const NFT_PAYLOAD_CSUM_INET = 1;
const NFT_EXTHDR_OP_TCPOPT = 1;
const NFTA_DATA_VALUE = 1;
const NFTA_DATA_VERDICT = 2;
const NFTA_VERDICT_CODE = 1;
const NFTA_VERDICT_CHAIN = 2;
const NF_DROP = 0;
const NF_ACCEPT = 1;
const NFT_GOTO = 0xfffffffc;
const NFT_LOOKUP_F_INV = 1;
const NFT_DYNSET_OP_ADD = 0;
/** RFC 768. */
const UDP_CHECKSUM_OFFSET = 6;
const NFT_OBJECT_COUNTER = 1;
const HEADER = { link: 0, network: 1, transport: 2 };
const META_KEY = {
  protocol: 1,
  priority: 2,
  mark: 3,
  outputInterface: 5,
  inputInterfaceName: 6,
  outputInterfaceName: 7,
  networkProtocol: 15,
  transportProtocol: 16,
  packetType: 19,
};

export type HeaderField = { readonly header: keyof typeof HEADER; readonly offset: number; readonly length: number };

export function metaLoad(key: keyof typeof META_KEY, register = REGISTER_1): Expression {
  return {
    name: 'meta',
    write: (writer) => {
      writer.networkNumber32(2, META_KEY[key]); // NFTA_META_KEY
      writer.networkNumber32(1, register); // NFTA_META_DREG
    },
  };
}

export function metaSet(key: keyof typeof META_KEY): Expression {
  return {
    name: 'meta',
    write: (writer) => {
      writer.networkNumber32(2, META_KEY[key]); // NFTA_META_KEY
      writer.networkNumber32(3, REGISTER_1); // NFTA_META_SREG
    },
  };
}

/** The rule goes on only where register 1 begins with these octets. */
export function compareEqual(octets: Uint8Array): Expression {
  return compare(NFT_CMP_EQ, octets);
}

/** The rule goes on only where register 1 begins with something else. */
export function compareNotEqual(octets: Uint8Array): Expression {
  return compare(NFT_CMP_NEQ, octets);
}

export function payloadLoad(field: HeaderField, register = REGISTER_1): Expression {
  return {
    name: 'payload',
    write: (writer) => {
      writer.networkNumber32(1, register); // NFTA_PAYLOAD_DREG
      writeField(writer, field);
    },
  };
}

/** `checksumOffset`: where the header has its Internet checksum, which is to be right afterwards. */
export function payloadWrite(field: HeaderField, checksumOffset?: number): Expression {
  return {
    name: 'payload',
    write: (writer) => {
      writer.networkNumber32(5, REGISTER_1); // NFTA_PAYLOAD_SREG
      writeField(writer, field);
      if (checksumOffset === undefined) return;
      writer.networkNumber32(6, NFT_PAYLOAD_CSUM_INET); // NFTA_PAYLOAD_CSUM_TYPE
      writer.networkNumber32(7, checksumOffset); // NFTA_PAYLOAD_CSUM_OFFSET
    },
  };
}

/** The same in a UDP header, whose checksum follows. */
export function udpWrite(field: Omit<HeaderField, 'header'>): Expression {
  return {
    name: 'payload',
    write: (writer) => {
      writer.networkNumber32(5, REGISTER_1); // NFTA_PAYLOAD_SREG
      writeField(writer, { ...field, header: 'transport' });
      writer.networkNumber32(6, NFT_PAYLOAD_CSUM_INET); // NFTA_PAYLOAD_CSUM_TYPE
      writer.networkNumber32(7, UDP_CHECKSUM_OFFSET); // NFTA_PAYLOAD_CSUM_OFFSET
    },
  };
}

/** The rule goes on only where the set has what begins in register 1. */
export function lookupSet(set: { readonly name: string; readonly id: number }): Expression {
  return {
    name: 'lookup',
    write: (writer) => {
      writer.networkNumber32(2, REGISTER_1); // NFTA_LOOKUP_SREG
      writer.text(1, set.name); // NFTA_LOOKUP_SET
      writer.networkNumber32(4, set.id); // NFTA_LOOKUP_SET_ID
    },
  };
}

/** The rule goes on only where the set has it not. */
export function lookupAbsence(set: { readonly name: string; readonly id: number }): Expression {
  const { name, write } = lookupSet(set);
  return {
    name,
    write: (writer) => {
      write(writer);
      writer.networkNumber32(5, NFT_LOOKUP_F_INV); // NFTA_LOOKUP_FLAGS
    },
  };
}

/** Puts what begins in register 1 into the set, unless it is full. */
export function addToSet(set: { readonly name: string; readonly id: number }): Expression {
  return {
    name: 'dynset',
    write: (writer) => {
      writer.networkNumber32(4, REGISTER_1); // NFTA_DYNSET_SREG_KEY
      writer.networkNumber32(3, NFT_DYNSET_OP_ADD); // NFTA_DYNSET_OP
      writer.text(1, set.name); // NFTA_DYNSET_SET_NAME
      writer.networkNumber32(2, set.id); // NFTA_DYNSET_SET_ID
    },
  };
}

/** The same in a map, whose value then is in register 1. */
export function lookupMap(map: { readonly name: string; readonly id: number }): Expression {
  return {
    name: 'lookup',
    write: (writer) => {
      writer.networkNumber32(2, REGISTER_1); // NFTA_LOOKUP_SREG
      writer.networkNumber32(3, REGISTER_1); // NFTA_LOOKUP_DREG
      writer.text(1, map.name); // NFTA_LOOKUP_SET
      writer.networkNumber32(4, map.id); // NFTA_LOOKUP_SET_ID
    },
  };
}

export function counter(): Expression {
  return { name: 'counter', write: () => {} };
}

/** Counts in a counter of the table that has a name, and can be asked for. */
export function namedCounter(counter: { readonly name: string }): Expression {
  return {
    name: 'objref',
    write: (writer) => {
      writer.networkNumber32(1, NFT_OBJECT_COUNTER); // NFTA_OBJREF_IMM_TYPE
      writer.octets(2, utf8Octets(counter.name)); // NFTA_OBJREF_IMM_NAME, as nft without the NUL
    },
  };
}

export function immediate(octets: Uint8Array, register = REGISTER_1): Expression {
  return {
    name: 'immediate',
    write: (writer) => {
      writer.networkNumber32(1, register); // NFTA_IMMEDIATE_DREG
      writer.nested(2, () => writer.octets(NFTA_DATA_VALUE, octets)); // NFTA_IMMEDIATE_DATA
    },
  };
}

/** Sends a copy to the address in register 1 as its gateway, by the interface whose index is in register 2. */
export function duplicate(): Expression {
  return {
    name: 'dup',
    write: (writer) => {
      writer.networkNumber32(1, REGISTER_1); // NFTA_DUP_SREG_ADDR
      writer.networkNumber32(2, REGISTER_2); // NFTA_DUP_SREG_DEV
    },
  };
}

/** Family netdev: sends a copy out by the interface whose index is in register 2. */
export function duplicateFrame(): Expression {
  return {
    name: 'dup',
    write: (writer) => writer.networkNumber32(2, REGISTER_2), // NFTA_DUP_SREG_DEV
  };
}

export function drop(): Expression {
  return verdict(NF_DROP);
}

/** The rules of another chain are asked, and no more of this one. */
export function goTo(chain: { readonly name: string }): Expression {
  return verdict(NFT_GOTO, chain.name);
}

/** The rest of the chain is not asked. */
export function accept(): Expression {
  return verdict(NF_ACCEPT);
}

function verdict(code: number, chain?: string): Expression {
  return {
    name: 'immediate',
    write: (writer) => {
      writer.networkNumber32(1, REGISTER_VERDICT); // NFTA_IMMEDIATE_DREG
      writer.nested(2, () => {
        writer.nested(NFTA_DATA_VERDICT, () => {
          writer.networkNumber32(NFTA_VERDICT_CODE, code);
          if (chain !== undefined) writer.text(NFTA_VERDICT_CHAIN, chain);
        });
      });
    },
  };
}

/** Register 1, masked in place. */
export function bitwiseAnd(mask: Uint8Array): Expression {
  return {
    name: 'bitwise',
    write: (writer) => {
      writer.networkNumber32(1, REGISTER_1); // NFTA_BITWISE_SREG
      writer.networkNumber32(2, REGISTER_1); // NFTA_BITWISE_DREG
      writer.networkNumber32(6, NFT_BITWISE_BOOL); // NFTA_BITWISE_OP
      writer.networkNumber32(3, mask.length); // NFTA_BITWISE_LEN
      writer.nested(4, () => writer.octets(NFTA_DATA_VALUE, mask)); // NFTA_BITWISE_MASK
      writer.nested(5, () => writer.octets(NFTA_DATA_VALUE, new Uint8Array(mask.length))); // NFTA_BITWISE_XOR
    },
  };
}

/** The segment size that fits both the way out and the way back, in host order. */
export function routeSegmentSize(): Expression {
  return {
    name: 'rt',
    write: (writer) => {
      writer.networkNumber32(2, NFT_RT_TCPMSS); // NFTA_RT_KEY
      writer.networkNumber32(1, REGISTER_1); // NFTA_RT_DREG
    },
  };
}

/** The 16-bit number in register 1 from host to network order. */
export function networkOrder16(): Expression {
  return {
    name: 'byteorder',
    write: (writer) => {
      writer.networkNumber32(1, REGISTER_1); // NFTA_BYTEORDER_SREG
      writer.networkNumber32(2, REGISTER_1); // NFTA_BYTEORDER_DREG
      writer.networkNumber32(3, NFT_BYTEORDER_HTON); // NFTA_BYTEORDER_OP
      writer.networkNumber32(4, 2); // NFTA_BYTEORDER_LEN
      writer.networkNumber32(5, 2); // NFTA_BYTEORDER_SIZE
    },
  };
}

/** Writes register 1 into a TCP option; a segment without it is left alone, and a smaller MSS is not made greater. */
export function tcpOptionWrite(option: {
  readonly type: number;
  readonly offset: number;
  readonly length: number;
}): Expression {
  return {
    name: 'exthdr',
    write: (writer) => {
      writer.networkNumber32(7, REGISTER_1); // NFTA_EXTHDR_SREG
      writer.number8(2, option.type); // NFTA_EXTHDR_TYPE
      writer.networkNumber32(3, option.offset); // NFTA_EXTHDR_OFFSET
      writer.networkNumber32(4, option.length); // NFTA_EXTHDR_LEN
      writer.networkNumber32(6, NFT_EXTHDR_OP_TCPOPT); // NFTA_EXTHDR_OP
    },
  };
}

function compare(operation: number, octets: Uint8Array): Expression {
  return {
    name: 'cmp',
    write: (writer) => {
      writer.networkNumber32(1, REGISTER_1); // NFTA_CMP_SREG
      writer.networkNumber32(2, operation); // NFTA_CMP_OP
      writer.nested(3, () => writer.octets(NFTA_DATA_VALUE, octets)); // NFTA_CMP_DATA
    },
  };
}

function writeField(writer: MessageWriter, field: HeaderField): void {
  writer.networkNumber32(2, HEADER[field.header]); // NFTA_PAYLOAD_BASE
  writer.networkNumber32(3, field.offset); // NFTA_PAYLOAD_OFFSET
  writer.networkNumber32(4, field.length); // NFTA_PAYLOAD_LEN
}
