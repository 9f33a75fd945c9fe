// All texts that a translator has: what the pages hand to `_`, what they show of the table of options, and the titles of the menu and
// of the access groups.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { SECTIONS } from '../../src/config/options.ts';
import { shownTexts } from '../src/option-words.ts';
import { formatPo } from './po.ts';

const HEADER = [
  'Project-Id-Version: luci-app-pmip',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=UTF-8',
  'Content-Transfer-Encoding: 8bit',
];

/** `luci` is the directory of that name. */
export function template(luci: string): string {
  const places = new Map<string, string[]>();
  for (const [text, place] of [...pageTexts(luci), ...tableTexts(), ...rootTexts(luci)]) {
    places.set(text, [...(places.get(text) ?? []), place]);
  }
  const entries = Array.from(places, ([text, found]) => ({ text, places: [...new Set(found)] }));
  return formatPo(HEADER, entries);
}

export function templateTexts(luci: string): string[] {
  return [...new Set([...pageTexts(luci), ...tableTexts(), ...rootTexts(luci)].map(([text]) => text))];
}

function pageTexts(luci: string): [string, string][] {
  const names = readdirSync(join(luci, 'src'), { recursive: true, encoding: 'utf8' });
  const sources = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts')).sort();
  return sources.flatMap((name) => textsOf(name, readFileSync(join(luci, 'src', name), 'utf8')));
}

function textsOf(name: string, source: string): [string, string][] {
  const tree = ts.createSourceFile(name, source, ts.ScriptTarget.ES2022, true);
  const found: [string, string][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === '_') {
      const [argument] = node.arguments;
      // Others come from the table, and are added by what it has.
      if (argument !== undefined && ts.isStringLiteralLike(argument)) found.push([argument.text, `luci/src/${name}`]);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function tableTexts(): [string, string][] {
  return shownTexts(SECTIONS).map((text) => [text, 'src/config/options.ts']);
}

function rootTexts(luci: string): [string, string][] {
  const files = ['root/usr/share/luci/menu.d/luci-app-pmip.json', 'root/usr/share/rpcd/acl.d/luci-app-pmip.json'];
  return files.flatMap((file) => {
    const entries: Record<string, { title?: string; description?: string }> = JSON.parse(
      readFileSync(join(luci, file), 'utf8'),
    );
    const texts = Object.values(entries).flatMap(({ title, description }) => [title, description]);
    return texts.filter((text) => text !== undefined).map((text): [string, string] => [text, `luci/${file}`]);
  });
}
