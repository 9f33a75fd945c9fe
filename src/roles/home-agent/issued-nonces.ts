// Replay protection by nonces (RFC 5944 §5.7.2): every reply gives the mobile node a new one, and only a request that brings
// the latest back is fresh. They need not outlive a restart: who brings none that we know is refused with a new one.

import type { Ipv4Address } from '../../octets/address.ts';
import { highHalf, identificationOf, lowHalf } from '../../wire/identification.ts';
import type { RegistrationRequest } from '../../wire/registration.ts';
import { randomWord } from '../random-word.ts';
import type { Random } from '../role.ts';

type Asked = Pick<RegistrationRequest, 'homeAddress' | 'identification'>;

export class IssuedNonces {
  readonly #latest = new Map<Ipv4Address, number>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  isFresh({ homeAddress, identification }: Asked): boolean {
    return this.#latest.get(homeAddress) === highHalf(identification);
  }

  /**
   * The Identification of the reply, whatever it says. Of more mobile nodes than `most` those are forgotten that have asked
   * for nothing the longest.
   */
  answering({ homeAddress, identification }: Asked, most: number): bigint {
    const drawn = randomWord(this.#random);
    // Another one than the request's: what was accepted must not be fresh again.
    const nonce = drawn === highHalf(identification) ? (drawn + 1) >>> 0 : drawn;
    this.#latest.delete(homeAddress);
    this.#latest.set(homeAddress, nonce);
    this.#forgetBeyond(most);
    return identificationOf(nonce, lowHalf(identification));
  }

  #forgetBeyond(most: number): void {
    for (const homeAddress of this.#latest.keys()) {
      if (this.#latest.size <= most) return;
      this.#latest.delete(homeAddress);
    }
  }
}
