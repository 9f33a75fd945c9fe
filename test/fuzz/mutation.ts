// Octets that are wrong in the ways that networks and attackers make them wrong; everything from one source of chance.

import { join } from '../../src/octets/octets.ts';
import { seededRandom } from '../random.ts';

const { FUZZ_SEED } = process.env;
/** The default is fixed, so that a run of the tests means the same everywhere; FUZZ_SEED looks elsewhere. */
export const SEED = Number(FUZZ_SEED ?? 20_260_101);

const INTERESTING = [0, 1, 2, 3, 4, 127, 128, 254, 255];

export class Chance {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  octets(most: number): Uint8Array {
    return Uint8Array.from({ length: this.below(most + 1) }, () => this.below(256));
  }

  /** The message after one to four accidents. */
  mutated(message: Uint8Array): Uint8Array {
    let octets = Uint8Array.from(message);
    for (let left = 1 + this.below(4); left > 0; left--) octets = Uint8Array.from(this.#accident(octets));
    return octets;
  }

  #accident(octets: Uint8Array): Uint8Array {
    const at = this.below(octets.length + 1);
    const [head, tail] = [octets.subarray(0, at), octets.subarray(at)];
    switch (this.below(7)) {
      case 0:
        return head;
      case 1:
        return join([head, this.octets(8), tail]);
      case 2:
        return join([head, tail.subarray(this.below(8))]);
      case 3:
        return join([head, tail.subarray(0, 16), tail]);
      case 4:
        return join([head, Uint8Array.of(INTERESTING[this.below(INTERESTING.length)] ?? 0), tail.subarray(1)]);
      case 5:
        return join([head, Uint8Array.of(this.below(256)), tail.subarray(1)]);
      default:
        return join([head, Uint8Array.of((tail[0] ?? 0) ^ (1 << this.below(8))), tail.subarray(1)]);
    }
  }
}
