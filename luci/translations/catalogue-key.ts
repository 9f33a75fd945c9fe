// By what LuCI's catalogues find a text: Paul Hsieh's SuperFastHash of its octets, as sfh_hash of LuCI's lmo.c.

export function catalogueKey(text: string): number {
  const octets = new TextEncoder().encode(text);
  const view = new DataView(octets.buffer);
  const rest = octets.length % 4;
  const end = octets.length - rest;
  let hash = octets.length;
  for (let offset = 0; offset < end; offset += 4) {
    hash = (hash + view.getUint16(offset, true)) | 0;
    hash = (hash << 16) ^ (view.getUint16(offset + 2, true) << 11) ^ hash;
    hash = (hash + (hash >>> 11)) | 0;
  }
  return scattered(rest === 0 ? hash : withRest(hash, view, end, rest));
}

/** The last one to three octets; the odd one counts as a signed number. */
function withRest(before: number, view: DataView, offset: number, rest: number): number {
  let hash = before;
  if (rest === 1) {
    hash = (hash + view.getInt8(offset)) | 0;
    hash ^= hash << 10;
    return (hash + (hash >>> 1)) | 0;
  }
  hash = (hash + view.getUint16(offset, true)) | 0;
  if (rest === 2) {
    hash ^= hash << 11;
    return (hash + (hash >>> 17)) | 0;
  }
  hash ^= hash << 16;
  hash ^= view.getInt8(offset + 2) << 18;
  return (hash + (hash >>> 11)) | 0;
}

function scattered(before: number): number {
  let hash = before;
  hash ^= hash << 3;
  hash = (hash + (hash >>> 5)) | 0;
  hash ^= hash << 4;
  hash = (hash + (hash >>> 17)) | 0;
  hash ^= hash << 25;
  hash = (hash + (hash >>> 6)) | 0;
  return hash >>> 0;
}
