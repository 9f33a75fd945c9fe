// The nonces that home agents have given (RFC 5944 §5.7.2), for each mobile node the latest: the next request brings it
// back. Where none is known, or another access point has used it since, the refusal brings one.

import type { Ipv4Address } from '../../octets/address.ts';
import { highHalf, identificationOf } from '../../wire/identification.ts';
import { randomWord } from '../random-word.ts';
import type { Random } from '../role.ts';
import type { RegistrationTerms } from './registration-terms.ts';

type Parties = Pick<RegistrationTerms, 'homeAddress' | 'homeAgent'>;
type Given = { readonly homeAgent: Ipv4Address; readonly nonce: number };

/** As many as there are stations at most; a forgotten one costs one more request. */
const MOST_NONCES = 1000;

export class GivenNonces {
  readonly #latest = new Map<Ipv4Address, Given>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Of a request that was not made before. */
  identification(parties: Parties): bigint {
    const nonce = this.#nonceFor(parties) ?? randomWord(this.#random);
    // So that this request, as it is, can be sent again.
    this.#remember(parties, nonce);
    return identificationOf(nonce, randomWord(this.#random));
  }

  /** Whether a request that has this one can still be accepted. */
  isUsable(parties: Parties, identification: bigint): boolean {
    return this.#nonceFor(parties) === highHalf(identification);
  }

  /** A reply that the home agent has signed has this one. */
  given(parties: Parties, identification: bigint): void {
    this.#remember(parties, highHalf(identification));
  }

  #nonceFor({ homeAddress, homeAgent }: Parties): number | undefined {
    const given = this.#latest.get(homeAddress);
    return given?.homeAgent === homeAgent ? given.nonce : undefined;
  }

  #remember({ homeAddress, homeAgent }: Parties, nonce: number): void {
    this.#latest.delete(homeAddress);
    this.#latest.set(homeAddress, { homeAgent, nonce });
    const [oldest] = this.#latest.keys();
    if (this.#latest.size > MOST_NONCES && oldest !== undefined) this.#latest.delete(oldest);
  }
}
