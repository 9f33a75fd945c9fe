import { describe, expect, test } from 'vitest';
import { parseUci } from '../../src/config/uci.ts';
import { formatUci, sectionReferences, showSection, showUci } from '../../src/config/uci-writer.ts';

const sections = parseUci(
  "# gone\nconfig host\n\toption name a\nconfig host 'named'\n\tlist l one\n\tlist l \"it's\"\nconfig host\n",
);

describe('sections', () => {
  test('are written as libuci commits them', () => {
    expect(formatUci(sections)).toBe(
      "\nconfig host\n\toption name 'a'\n\nconfig host 'named'\n\tlist l 'one'\n\tlist l 'it'\\''s'\n\nconfig host\n\n",
    );
    expect(formatUci([])).toBe('\n');
  });

  test('are shown with an index that counts the named ones too', () => {
    expect([...sectionReferences(sections).values()]).toEqual(['@host[0]', 'named', '@host[2]']);
    expect(showUci('t', sections, ',')).toBe(
      "t.@host[0]=host\nt.@host[0].name='a'\nt.named=host\nt.named.l='one','it'\\''s'\nt.@host[2]=host\n",
    );
  });

  test('are shown by their ids where nothing else is asked for', () => {
    expect(sections.map((section) => showSection('t', section)).join('')).toContain("t.cfg01fe63.name='a'\n");
  });
});
