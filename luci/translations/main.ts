// Usage: translations.js template DIRECTORY FILE.pot | translations.js catalogue FILE.po FILE.lmo (from `make luci`)

import { readFileSync, writeFileSync } from 'node:fs';
import { catalogue } from './catalogue.ts';
import { parsePo } from './po.ts';
import { template } from './template.ts';

const [what, from, to] = process.argv.slice(2);

if (from === undefined || to === undefined || (what !== 'template' && what !== 'catalogue')) {
  process.stderr.write('usage: translations.js template DIRECTORY FILE.pot | catalogue FILE.po FILE.lmo\n');
  process.exitCode = 2;
} else {
  writeFileSync(to, what === 'template' ? template(from) : catalogue(parsePo(readFileSync(from, 'utf8'))));
}
