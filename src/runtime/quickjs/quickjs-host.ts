// What a daemon is built with on QuickJS: digests and random numbers of the C module, and the conventions of the processor.

import { digest, hmac, randomOctets } from 'quickjs-ffi';
import * as std from 'std';
import { viewOf } from '../../octets/octets.ts';
import type { Host } from '../runtime.ts';

const RANDOM_RANGE = 2 ** 32;

export function quickJsHost(): Host {
  return {
    digests: { digest, hmac },
    random: () => viewOf(randomOctets(4)).getUint32(0) / RANDOM_RANGE,
    conventions: { littleEndian: isLittleEndian(), errnoNumbers: hasGenericErrnos() ? 'generic' : 'mips' },
  };
}

function isLittleEndian(): boolean {
  return new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
}

/** MIPS numbers its errors in its own way. */
function hasGenericErrnos(): boolean {
  return std.strerror(111) === 'Connection refused';
}
