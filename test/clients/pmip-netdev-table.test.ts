import { expect, test } from 'vitest';
import { interfaceChain, NETDEV_CHAINS } from '../../src/clients/pmip-netdev-table.ts';
import { COPY_PLACES } from '../../src/clients/pmip-sets.ts';

/** What nft says of it, and that the kernel takes it, is tested in the engine. */
test('for each place there is a rule in each chain, and what is left of a broadcast is dropped', () => {
  for (const { rules } of NETDEV_CHAINS) {
    expect(rules.filter((rule) => rule.some(({ name }) => name === 'dup'))).toHaveLength(COPY_PLACES);
    expect(rules.at(-1)?.map(({ name }) => name)).toEqual(['counter', 'immediate']);
  }
});

test('the chain of an interface hears what leaves by it, and leads that into one of the others', () => {
  const { device, hook, rules } = interfaceChain('phy0-ap0');
  expect({ device, hook }).toEqual({ device: 'phy0-ap0', hook: 'egress' });
  expect(rules.map((rule) => rule.map(({ name }) => name))).toEqual([['meta', 'cmp', 'immediate'], ['immediate']]);
});
