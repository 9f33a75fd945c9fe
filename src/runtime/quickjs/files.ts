// Whole files as octets: /etc/config/pmip may hold any.

import * as os from 'os';
import { join } from '../../octets/octets.ts';

const CHUNK_LENGTH = 16_384;

/** Undefined where the file is not there or cannot be read. */
export function readFile(path: string): Uint8Array | undefined {
  const descriptor = os.open(path, os.O_RDONLY);
  if (descriptor < 0) return undefined;
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = new Uint8Array(CHUNK_LENGTH);
    const length = os.read(descriptor, chunk.buffer, 0, CHUNK_LENGTH);
    if (length <= 0) break;
    chunks.push(chunk.subarray(0, length));
  }
  os.close(descriptor);
  return join(chunks);
}
