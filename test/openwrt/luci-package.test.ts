// The package luci-app-pmip and its German catalogue as `make package` makes them: their files, and whether menu, rights,
// pages and the daemon's methods fit each other.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { OBJECT } from '../../src/daemon/bus-object.ts';
import { Access, readAcl } from '../browser/access.ts';
import { makePackage, ROOT } from './unpacked-package.ts';

const FILES = [
  'etc/uci-defaults/luci-i18n-pmip-de',
  'usr/lib/lua/luci/i18n/pmip.de.lmo',
  'usr/share/luci/menu.d/luci-app-pmip.json',
  'usr/share/rpcd/acl.d/luci-app-pmip.json',
  'www/luci-static/resources/view/pmip/assistant.js',
  'www/luci-static/resources/view/pmip/settings.js',
  'www/luci-static/resources/view/pmip/status.js',
  'www/luci-static/resources/view/status/include/60_pmip.js',
];
const PAGES = 'www/luci-static/resources/view';

const made = makePackage();
const root = join(made.directory, 'luci-root');
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const acl = readAcl(join(root, 'usr/share/rpcd/acl.d/luci-app-pmip.json'));
const pages = FILES.filter((name) => name.endsWith('.js'));

afterAll(() => rmSync(made.directory, { recursive: true, force: true }));

test('its files are these and no other, and everybody may read them', () => {
  const found = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = found.map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1));
  expect(names.sort()).toEqual(FILES);
  expect(names.filter((name) => (statSync(join(root, name)).mode & 0o777) !== 0o644)).toEqual([]);
});

test('the archive has what the Makefile of the feed installs, the template of translations, and the licence', () => {
  const archive = join(made.directory, `luci-app-pmip-${made.version}.tar.xz`);
  const names = execFileSync('tar', ['-tJf', archive], { encoding: 'utf8' }).split('\n');
  for (const name of ['LICENSE', 'pmip.pot', 'po/de/pmip.po', 'view/pmip/status.js', 'i18n/pmip.de.lmo']) {
    expect(names).toContain(`luci-app-pmip-${made.version}/${name}`);
  }
});

test('each page of the menu is there', () => {
  const menu: Record<
    string,
    { readonly action: { readonly type: string; readonly path?: string }; readonly depends: { readonly acl: string[] } }
  > = JSON.parse(read('usr/share/luci/menu.d/luci-app-pmip.json'));
  for (const [place, { action, depends }] of Object.entries(menu)) {
    if (action.path !== undefined) expect(existsSync(join(root, PAGES, `${action.path}.js`)), place).toBe(true);
    expect(depends.acl.filter((group) => !Object.hasOwn(acl, group))).toEqual([]);
  }
});

describe.each(pages)('%s', (name) => {
  test('is what the loader of LuCI takes: directives first, a class returned last', () => {
    expect(read(name)).toMatch(/^"use strict";("require \w+";)+/);
    expect(read(name).trimEnd()).toMatch(/return bundle\.page;$/);
  });

  test('names no other host, and needs nothing of LuCI that it does not require', () => {
    expect(read(name).match(/https?:\/\/(?!www\.w3\.org\/2000\/svg)[^"'`\s]*/g)).toBeNull();
    const required = [...read(name).matchAll(/"require (\w+)";/g)].map(([, module]) => module);
    const used = ['rpc', 'uci', 'ui', 'form', 'poll', 'view', 'baseclass'].filter((module) =>
      new RegExp(`(?<![\\w$.#"'])${module}\\.[a-z]\\w*`, 'i').test(read(name)),
    );
    expect(used.filter((module) => !required.includes(module))).toEqual([]);
  });
});

describe('rights', () => {
  const reader = new Access('read', [acl]);
  const writer = new Access('write', [acl]);
  const methods = Object.keys(OBJECT.methods);
  const CHANGING = ['clear', 'reload'];

  test('who may read sees whatever the daemon tells and changes nothing', () => {
    expect(methods.filter((method) => !CHANGING.includes(method) && !reader.allows('ubus', 'pmip', method))).toEqual(
      [],
    );
    expect(CHANGING.filter((method) => reader.allows('ubus', 'pmip', method))).toEqual([]);
    for (const method of ['set', 'add', 'delete', 'commit', 'apply'])
      expect(reader.allows('ubus', 'uci', method)).toBe(false);
  });

  test('who may read does not see the configuration, which has the keys', () => {
    for (const right of ['read', 'write']) expect(reader.allows('uci', 'pmip', right)).toBe(false);
    expect(reader.allows('access-group', 'luci-app-pmip-settings', 'read')).toBe(false);
  });

  test('who may write has what the settings need', () => {
    for (const right of ['read', 'write']) expect(writer.allows('uci', 'pmip', right)).toBe(true);
    for (const name of ['wireless', 'network']) {
      expect(writer.allows('uci', name, 'read')).toBe(true);
      expect(writer.allows('uci', name, 'write')).toBe(false);
    }
    for (const method of ['get', 'set', 'add', 'delete', 'commit', 'changes'])
      expect(writer.allows('ubus', 'uci', method)).toBe(true);
  });

  test('no right is for everything of its kind', () => {
    expect(readFileSync(join(ROOT, 'luci/root/usr/share/rpcd/acl.d/luci-app-pmip.json'), 'utf8')).not.toContain('*');
  });
});
