// A language's catalogue for LuCI's server (.lmo, as LuCI's po2lmo writes it): the translations one after the other, each filled up to
// 32 bits, then an index sorted by key, and last where it begins; numbers in network byte order.

import { catalogueKey } from './catalogue-key.ts';
import type { Translation } from './po.ts';

const INDEX_ENTRY_OCTETS = 16;
/** po2lmo has the number of plural forms here; for a text without any it is this. */
const WITHOUT_PLURAL = 1;

type Entry = { readonly key: number; readonly offset: number; readonly octets: Uint8Array };

export function catalogue(translations: readonly Translation[]): Uint8Array {
  const entries: Entry[] = [];
  let offset = 0;
  for (const { text, translated } of translations) {
    // What is the same in both languages is not looked up.
    if (translated === '' || translated === text) continue;
    const octets = new TextEncoder().encode(translated);
    entries.push({ key: catalogueKey(text), offset, octets });
    offset += octets.length + ((4 - (octets.length % 4)) % 4);
  }
  const file = new Uint8Array(offset + entries.length * INDEX_ENTRY_OCTETS + 4);
  const view = new DataView(file.buffer);
  for (const entry of entries) file.set(entry.octets, entry.offset);
  entries.sort((a, b) => a.key - b.key);
  for (const [index, { key, offset: textOffset, octets }] of entries.entries()) {
    const at = offset + index * INDEX_ENTRY_OCTETS;
    view.setUint32(at, key);
    view.setUint32(at + 4, WITHOUT_PLURAL);
    view.setUint32(at + 8, textOffset);
    view.setUint32(at + 12, octets.length);
  }
  view.setUint32(file.length - 4, offset);
  return file;
}
