import './english.ts';
import { expect, test } from 'vitest';
import { answersForOther, isPair, type PairAnswers, pairOf, wantedSections } from '../../luci/src/pairing.ts';
import type { RouterParts } from '../../luci/src/router-parts.ts';
import { type Ipv4Address, parseIpv4, prefixOf } from '../../src/octets/address.ts';

const KEY = '00112233445566778899aabbccddeeff';
const address = (text: string) => parseIpv4(text) as Ipv4Address;
const network = (name: string, device: string, text: string) => ({
  name,
  device,
  address: address(text),
  prefix: prefixOf(address(text), 24),
});
const router = (lan: string, wan: string): RouterParts => ({
  radios: [],
  wireless: [
    { ssid: 'tsunami', radio: 'radio0', networks: ['lan'] },
    { ssid: 'tsunami', radio: 'radio1', networks: ['lan'] },
    { ssid: 'lonely', radio: 'radio1', networks: ['nowhere'] },
  ],
  bridges: [],
  ports: [],
  networks: [network('lan', 'br-lan', lan), network('wan', 'wan', wan)],
});
const first = router('10.1.0.1', '192.168.50.1');
const answers: PairAnswers = { ssid: 'tsunami', otherAddress: '192.168.50.2', otherNetwork: '10.2.0.0/24', key: KEY };
const fields = (part: Partial<PairAnswers>) => {
  const result = pairOf({ ...answers, ...part }, first);
  return isPair(result) ? [] : result.map(({ field }) => field);
};

test('the second access point, answered as the first one says, has the mirror image of its configuration', () => {
  const here = pairOf(answers, first);
  if (!isPair(here)) throw new Error('no pair');
  const there = pairOf(answersForOther(here), router('10.2.0.1', '192.168.50.2'));
  if (!isPair(there)) throw new Error('no pair there');
  expect(answersForOther(there)).toEqual(answers);
  const parts = (pair: typeof here) =>
    wantedSections(pair)
      .map((section) => JSON.stringify(section))
      .sort();
  expect(parts(there)).toEqual(parts(here));
});

test('what it needs of the configuration', () => {
  const pair = pairOf({ ...answers, key: KEY.toUpperCase() }, first);
  if (!isPair(pair)) throw new Error('no pair');
  expect(wantedSections(pair)).toEqual([
    { type: 'pmip', name: 'main', same: {}, options: { enabled: '1' } },
    {
      type: 'bridge',
      same: { device: 'br-lan' },
      options: { enabled: '1' },
      lists: { radio: ['radio0', 'radio1'], ssid: ['tsunami'] },
    },
    {
      type: 'secure_node',
      same: { start: '10.1.0.1', end: '10.1.0.254', spi: '100' },
      options: { hex: KEY, algorithm: 'hmac-sha256' },
    },
    {
      type: 'secure_node',
      same: { start: '10.2.0.1', end: '10.2.0.254', spi: '100' },
      options: { hex: KEY, algorithm: 'hmac-sha256' },
    },
    { type: 'subnet', same: { network: '10.1.0.0/24' }, options: { home_agent: '192.168.50.1' } },
    { type: 'subnet', same: { network: '10.2.0.0/24' }, options: { home_agent: '192.168.50.2' } },
  ]);
});

test('an access point that is reached over routes is known by the address in its own network', () => {
  const pair = pairOf({ ...answers, otherAddress: '10.2.0.1' }, first);
  expect(isPair(pair) && answersForOther(pair).otherAddress).toBe('10.1.0.1');
});

test.each([
  [{}, []],
  [{ ssid: 'lonely' }, ['ssid']],
  [{ ssid: '' }, ['ssid']],
  [{ otherAddress: '' }, ['otherAddress']],
  [{ otherAddress: '10.1.0.1' }, ['otherAddress']],
  [{ otherAddress: '224.0.0.1' }, ['otherAddress']],
  [{ otherNetwork: '10.2.0.1/24' }, ['otherNetwork']],
  [{ otherNetwork: '10.2.0.4/31' }, ['otherNetwork']],
  [{ otherNetwork: '10.1.0.128/25' }, ['otherNetwork']],
  [{ otherNetwork: '10.0.0.0/8' }, ['otherNetwork']],
  [{ key: '123' }, ['key']],
  [{ ssid: '', otherAddress: '', otherNetwork: '', key: '' }, ['ssid', 'otherAddress', 'otherNetwork', 'key']],
])('of the answers %o these are wrong: %o', (part, wrong) => {
  expect(fields(part)).toEqual(wrong);
});
