// The Identification field as a timestamp (RFC 5944 §5.7.1): 64 bits as NTP counts time (RFC 5905 §6), seconds since
// 1900 in the high 32 bits, their fraction in the low ones. And as two nonces (§5.7.2): the home agent's in the high bits,
// the mobile node's in the low ones.

/** Seconds from 1900-01-01 to 1970-01-01. */
const NTP_EPOCH_SECONDS = 2_208_988_800n;
const FRACTION = 1n << 32n;
const LOW_BITS = FRACTION - 1n;
const ALL_BITS = (1n << 64n) - 1n;
const HALF_AN_ERA = 1n << 31n;

export function identificationAt(unixMs: number): bigint {
  const microseconds = BigInt(Math.floor(unixMs * 1000));
  const seconds = microseconds / 1_000_000n + NTP_EPOCH_SECONDS;
  const fraction = ((microseconds % 1_000_000n) << 32n) / 1_000_000n;
  // By masks: what QuickJS makes by BigInt.asUintN of a number whose highest bit is set is negative afterwards.
  return ((seconds & LOW_BITS) << 32n) | fraction;
}

/** So many units of the field later, of times that no clock tells. */
export function identificationAfter(identification: bigint, units = 1n): bigint {
  return (identification + units) & ALL_BITS;
}

/** Milliseconds since 1970. The seconds begin again in 2036: without their highest bit they are of that era (RFC 4330 §3). */
export function unixMsOf(identification: bigint): number {
  const highBits = identification >> 32n;
  const seconds = (highBits < HALF_AN_ERA ? highBits + FRACTION : highBits) - NTP_EPOCH_SECONDS;
  return Number(seconds) * 1000 + Math.round((Number(identification & LOW_BITS) * 1000) / 2 ** 32);
}

/** Whether `later` was made after `earlier`; the difference counts, because the field wraps in 2036. */
export function isLater(later: bigint, earlier: bigint): boolean {
  return BigInt.asIntN(64, later - earlier) > 0n;
}

/** Of two halves, each a whole number of 32 bits. */
export function identificationOf(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

/** Where the home agent's nonce stands. */
export function highHalf(identification: bigint): number {
  return Number(identification >> 32n);
}

/** Where the mobile node's nonce stands. */
export function lowHalf(identification: bigint): number {
  return Number(lowBits(identification));
}

/** What a foreign agent and a mobile node match replies by. */
export function lowBits(identification: bigint): bigint {
  return identification & LOW_BITS;
}

/** The identification of a refusal: the low bits of the request, the high bits of the home agent's clock (§5.7.1). */
export function resynchronizing(request: bigint, unixMs: number): bigint {
  return (identificationAt(unixMs) & ~LOW_BITS) | lowBits(request);
}
