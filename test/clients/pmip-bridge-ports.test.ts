// That the rules are those of nft is shown in pmip-bridge-table.test.ts; here, that each ends as it should.

import { expect, test } from 'vitest';
import { INPUT_RULES, OUTPUT_RULES, POSTROUTING_RULES } from '../../src/clients/pmip-bridge-ports.ts';

test('every rule drops what it finds, and counts it', () => {
  for (const rule of [...INPUT_RULES, ...OUTPUT_RULES, ...POSTROUTING_RULES]) {
    expect(rule.slice(-2).map(({ name }) => name)).toEqual(['counter', 'immediate']);
    expect(rule.filter(({ name }) => name === 'lookup').length).toBeGreaterThan(0);
  }
});
