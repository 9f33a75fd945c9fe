import './english.ts';
import { expect, test } from 'vitest';
import { checkValue, configurationProblems, problemText } from '../../luci/src/configuration.ts';
import { BRIDGE, MAIN } from '../../src/config/options.ts';

const named = (name: string, type: string, options: object) => ({
  '.name': name,
  '.type': type,
  '.anonymous': false,
  ...options,
});
const anonymous = (type: string, options: object) => ({
  '.name': 'cfg01',
  '.type': type,
  '.anonymous': true,
  '.index': 3,
  ...options,
});
const texts = (...sections: Parameters<typeof configurationProblems>[0]) =>
  configurationProblems(sections).map(problemText);
const option = (name: string) => {
  const found = [...MAIN.options, ...BRIDGE.options].find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no option ${name}`);
  return found;
};

test('a configuration without faults has none in the browser', () => {
  expect(
    texts(
      named('main', 'pmip', { enabled: '1', aap: ['ap-1', '10.1.0.1'] }),
      named('lan', 'bridge', { device: 'br-lan', ssid: ["it's"] }),
    ),
  ).toEqual([]);
});

test('faults are named by section and option, as the daemon names them', () => {
  const found = texts(named('main', 'pmip', { lifetime: '5' }), anonymous('subnet', { network: '10.1.0.1/24' }));
  expect(found.sort()).toEqual([
    expect.stringContaining('@subnet[0].home_agent: missing'),
    "@subnet[0].network '10.1.0.1/24': allowed is a subnet such as 10.1.0.0/24, with no bits set behind its mask; the section is left out",
    "main.lifetime '5': allowed is a whole number of seconds from 30 to 65534; '600' is used",
  ]);
});

test('a fault of a key does not show the key', () => {
  const problems = texts(anonymous('secure_node', { start: '10.1.0.7', spi: '100', hex: 'deadbeef' }));
  expect(problems.join()).toContain('@secure_node[0].hex');
  expect(problems.join()).not.toContain('deadbeef');
});

test.each([
  ['lifetime', '30', true],
  ['lifetime', '29', 'Allowed is a whole number of seconds from 30 to 65534'],
  ['ssid', 'é'.repeat(16), true],
  ['ssid', 'é'.repeat(17), 'Allowed is 1 to 32 octets'],
  ['device', 'br lan', 'Allowed is the name of a network device, at most 15 octets'],
])('%s "%s": %s', (name, value, verdict) => {
  expect(checkValue(option(name), value)).toBe(verdict);
});
