import { join } from '../../src/octets/octets.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import { seededRandom } from '../random.ts';

/** Every octets there are between a message and nonsense: other octets, cut, doubled, moved; the same for the same seed. */
export function* mutations(message: Uint8Array, seed: number, count: number): Generator<Uint8Array> {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let made = 0; made < count; made++) {
    let octets: Uint8Array = Uint8Array.from(message);
    for (let changes = 1 + below(4); changes > 0 && octets.length > 0; changes--) {
      const at = below(octets.length);
      switch (below(4)) {
        case 0:
          octets[at] = below(256);
          break;
        case 1:
          octets[at] = (octets[at] ?? 0) ^ (1 << below(8));
          break;
        case 2:
          octets = octets.slice(0, at);
          break;
        default:
          octets = join([octets.subarray(0, at), octets.subarray(below(octets.length))]);
      }
    }
    yield octets;
  }
}

/** What a decoder makes of octets; anything that it throws but Malformed is a fault and goes on. */
export function decodedOrMalformed<Message>(decode: (octets: Uint8Array) => Message, octets: Uint8Array) {
  try {
    return decode(octets);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
