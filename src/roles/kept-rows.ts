// What the agents keep over a restart is plain data, and what comes back is believed as little as a message: the readers
// of its fields give undefined, or say no, for all that makes no sense.

const IDENTIFICATION_TEXT = /^[0-9a-f]{16}$/;

/** In hexadecimal, by halves: QuickJS writes a digit too many for a bigint whose highest bit is set. */
export function formatIdentification(identification: bigint): string {
  const halves = [identification >> 32n, identification & 0xffffffffn];
  return halves.map((half) => Number(half).toString(16).padStart(8, '0')).join('');
}

export function readIdentification(value: unknown): bigint | undefined {
  return typeof value === 'string' && IDENTIFICATION_TEXT.test(value) ? BigInt(`0x${value}`) : undefined;
}

export function isCount(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
