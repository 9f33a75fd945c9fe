// What a daemon is built with on QuickJS: digests and random numbers of the C module, and the conventions of the processor.

import { digest, errnoNumbers, hmac, randomOctets } from 'quickjs-ffi';
import { viewOf } from '../../octets/octets.ts';
import type { Host } from '../runtime.ts';

const RANDOM_RANGE = 2 ** 32;

export function quickJsHost(): Host {
  return {
    digests: { digest, hmac },
    random: () => viewOf(randomOctets(4)).getUint32(0) / RANDOM_RANGE,
    conventions: { littleEndian: isLittleEndian(), errnoNumbers },
  };
}

function isLittleEndian(): boolean {
  return new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
}
