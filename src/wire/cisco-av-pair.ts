// A mobile node's security associations as Cisco's RADIUS servers keep them: attribute 26, vendor 9, type 1, with the text
// `mobileip:spi#0=spi 100 key hex 0011...ff`. Behind the `=` stands what IOS writes behind `ip mobile secure host ADDRESS`.

import { parseHex, utf8Octets, utf8Text } from '../octets/octets.ts';
import type { AuthenticationAlgorithm, SecurityAssociation } from './authentication.ts';
import { type RadiusMessage, vendorAttributes } from './radius.ts';

const CISCO = 9;
const AV_PAIR = 1;

const ASSOCIATION_PAIR = /^mobileip:spi#(\d{1,3})[=*](.*)$/;
/** RFC 5944 §3.5.1 reserves 0 to 255. */
const LEAST_SPI = 0x100;
/** A mobile node has a few keys while they are changed; more are a mistake. */
const MOST_ASSOCIATIONS = 8;

/** Why a pair is of no use; it names nothing of the key. */
export type PairFault = 'spi' | 'key' | 'replay' | 'algorithm' | 'mode' | 'unknownWord' | 'tooMany';

export type MobileIpPairs = {
  /** By their number, the lowest first: that one signs. */
  readonly associations: readonly SecurityAssociation[];
  readonly faults: readonly PairFault[];
};

export function readMobileIpPairs(message: RadiusMessage): MobileIpPairs {
  const numbered: { readonly number: number; readonly association: SecurityAssociation }[] = [];
  const faults: PairFault[] = [];
  for (const octets of vendorAttributes(message, CISCO, AV_PAIR)) {
    const [, number, text] = ASSOCIATION_PAIR.exec(utf8Text(octets)) ?? [];
    if (number === undefined || text === undefined) continue;
    const association = numbered.length < MOST_ASSOCIATIONS ? readAssociation(text) : 'tooMany';
    if (typeof association === 'string') faults.push(association);
    else numbered.push({ number: Number(number), association });
  }
  numbered.sort((a, b) => a.number - b.number);
  return { associations: numbered.map(({ association }) => association), faults };
}

/** `spi HEX key {hex | ascii} KEY [replay timestamp [SECONDS]] [algorithm ALGORITHM] [mode MODE]`, the options in any order. */
function readAssociation(text: string): SecurityAssociation | PairFault {
  const words = text.trim().split(/\s+/);
  const next = () => words.shift() ?? '';
  let spi: number | undefined;
  let key: Uint8Array | undefined;
  let algorithmWord = 'md5';
  let modeWord = '';
  while (words.length > 0) {
    switch (next()) {
      case 'spi':
        spi = readSpi(next());
        if (spi === undefined) return 'spi';
        break;
      case 'key':
        key = readKey(next(), next());
        if (key === undefined) return 'key';
        break;
      case 'replay':
        // How far apart clocks may be is the home agent's own affair.
        if (next() !== 'timestamp') return 'replay';
        if (/^\d{1,3}$/.test(words[0] ?? '')) next();
        break;
      case 'algorithm':
        algorithmWord = next();
        break;
      case 'mode':
        modeWord = next();
        break;
      default:
        return 'unknownWord';
    }
  }
  if (spi === undefined) return 'spi';
  if (key === undefined) return 'key';
  const modes = ALGORITHMS.get(algorithmWord);
  if (modes === undefined) return 'algorithm';
  const algorithm = modes.get(modeWord);
  return algorithm === undefined ? 'mode' : { spi, key, algorithm };
}

type Modes = ReadonlyMap<string, AuthenticationAlgorithm>;

/** By the words for algorithm and mode. Without a mode, md5 is prefix+suffix, as on IOS (RFC 2002 §3.5.1). */
const ALGORITHMS: ReadonlyMap<string, Modes> = new Map<string, Modes>([
  [
    'md5',
    new Map([
      ['', 'keyed-md5'],
      ['prefix-suffix', 'keyed-md5'],
      ['hmac', 'hmac-md5'],
    ] as const),
  ],
  [
    'hmac-md5',
    new Map([
      ['', 'hmac-md5'],
      ['hmac', 'hmac-md5'],
    ] as const),
  ],
  [
    'hmac-sha256',
    new Map([
      ['', 'hmac-sha256'],
      ['hmac', 'hmac-sha256'],
    ] as const),
  ],
]);

function readSpi(text: string): number | undefined {
  if (!/^(0x)?[0-9a-f]{1,8}$/i.test(text)) return undefined;
  const spi = Number.parseInt(text, 16);
  return spi >= LEAST_SPI ? spi : undefined;
}

/** As in our own configuration: 32 digits, or 1 to 16 characters. */
function readKey(kind: string, text: string): Uint8Array | undefined {
  if (kind === 'hex') return text.length === 32 ? parseHex(text) : undefined;
  return kind === 'ascii' && /^[!-~]{1,16}$/.test(text) ? utf8Octets(text) : undefined;
}
