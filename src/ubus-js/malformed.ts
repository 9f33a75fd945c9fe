// The one error that the decoders of this folder throw. It has a class of its own so that the folder can be used
// elsewhere: nothing here imports more than `octets`.

/** Octets that make no sense: which part, and why. */
export class Malformed extends Error {
  constructor(what: string, why: string) {
    super(`${what}: ${why}`);
    this.name = 'Malformed';
  }
}
