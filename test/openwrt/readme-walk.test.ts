// The commands that the README tells to type on an untouched router, typed into the stand-in for uci: what the daemon then
// makes of the file.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { utf8Octets } from '../../src/octets/octets.ts';
import { ip } from '../addresses.ts';
import { configured } from '../daemon/router.ts';
import { runUci, type UciFiles } from '../lab/stand-ins/uci-core.ts';
import { ROOT } from './unpacked-package.ts';

const PATH = '/etc/config/pmip';
const block = /^```sh both\n([\s\S]*?)^```$/m.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))?.[1] ?? '';
const commands = block
  .split('\n')
  .map((line) => line.replace(/#.*/, '').trim())
  .filter((line) => line !== '');

/** The file after all commands. */
function typed(): string {
  const content = new Map([[PATH, readFileSync(join(ROOT, 'openwrt/pmip/files/pmip.config'))]]);
  const files: UciFiles = {
    read: (path) => content.get(path),
    write: (path, octets) => void content.set(path, Buffer.from(octets)),
    names: (directory) => [...content.keys()].filter((path) => path.startsWith(directory)),
  };
  for (const command of commands.filter((line) => line.startsWith('uci '))) {
    const { exit, stderr } = runUci(command.split(/\s+/).slice(1), () => '', files);
    expect({ command, exit, stderr }).toEqual({ command, exit: 0, stderr: '' });
  }
  return content.get(PATH)?.toString('utf8') ?? '';
}

test('are uci commands, and at last reload_config', () => {
  expect(commands.length).toBeGreaterThan(10);
  expect(commands.filter((line) => !line.startsWith('uci '))).toEqual(['reload_config']);
  expect(commands.at(-2)).toBe('uci commit pmip');
});

test('give a configuration in which nothing is wrong, and that serves the SSID of the drawing', () => {
  const { config, problems } = readConfig(utf8Octets(typed()));
  expect(problems).toEqual([]);
  expect(config.main.isEnabled).toBe(true);
  expect(config.bridges).toMatchObject([{ device: 'br-lan', ssids: ['tsunami'], isHomeAgent: true }]);
});

test('give each router the keys and the home agents of both networks', () => {
  const { accessPoint, homeAgent, faults } = configured(typed());
  expect(faults).toEqual([]);
  for (const [address, agent] of [
    ['10.1.0.77', '10.1.0.1'],
    ['10.2.0.77', '10.2.0.1'],
  ] as const) {
    expect(accessPoint.subnetMap.lookup(ip(address))?.homeAgent).toBe(ip(agent));
    expect(homeAgent.associations.forNode(ip(address))).toMatchObject({ algorithm: 'hmac-sha256', spi: 0x100 });
  }
});
