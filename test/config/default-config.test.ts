import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { SECTIONS } from '../../src/config/options.ts';
import { parseUci } from '../../src/config/uci.ts';

const shipped = readFileSync(new URL('../../openwrt/pmip/files/pmip.config', import.meta.url), 'utf8');
// What a user does: the '#' at the start of a line of configuration is taken away.
const uncommented = shipped.replace(/^#(?=\t|config )/gm, '');

describe('the default configuration', () => {
  test('is read without a problem as shipped, and does nothing', () => {
    const { config, problems } = readConfig(shipped);
    expect(problems).toEqual([]);
    expect(config.main.isEnabled).toBe(false);
    expect(config.secureNodes).toEqual([]);
  });

  test('is read without a problem with every example uncommented', () => {
    const { config, problems } = readConfig(uncommented);
    expect(problems).toEqual([]);
    expect(config.secureNodes).toHaveLength(2);
    expect(config.secureAgents).toHaveLength(2);
    expect(config.subnets).toHaveLength(1);
    expect(config.radiusServers).toHaveLength(1);
  });

  test('says as shipped what holds without it', () => {
    expect(readConfig(shipped).config.main).toEqual(readConfig('').config.main);
  });

  test('has every option of the table and no other', () => {
    const found = new Set<string>();
    for (const section of parseUci(uncommented)) {
      for (const option of section.options.keys()) found.add(`${section.type}.${option}`);
    }
    const wanted = SECTIONS.flatMap((row) => row.options.map((option) => `${row.type}.${option.name}`));
    expect([...found].sort()).toEqual([...wanted].sort());
  });

  test('gives a section that can be only one the name of the table', () => {
    for (const row of SECTIONS.filter((section) => section.onlyName !== undefined)) {
      const sections = parseUci(uncommented).filter((section) => section.type === row.type);
      expect(sections.map((section) => section.name)).toEqual([row.onlyName]);
    }
  });

  test('keeps its comment lines short', () => {
    const comments = shipped.split('\n').filter((line) => /^\s*# /.test(line));
    expect(comments.length).toBeGreaterThan(20);
    expect(comments.slice(1).filter((line) => line.length > 72)).toEqual([]);
  });
});
