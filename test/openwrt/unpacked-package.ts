// The package as `make package` makes it on a machine without an SDK, unpacked into a root directory of its own, and a
// little system around it: busybox, the engine and their libraries, and a user `pmip`.

import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Json, type ProcdMessage, parseCalls, procdMessages } from './procd-messages.ts';

export const ROOT = resolve(fileURLToPath(new URL('.', import.meta.url)), '../..');
const QUICKJS = resolve(ROOT, process.env.QUICKJS ?? 'build/quickjs');
const ENGINE_VERSION = readFileSync(join(QUICKJS, 'VERSION'), 'utf8').trim();
const IS_ROOT = process.getuid?.() === 0;
/** Where the root is no mount point, as in a chroot, its propagation cannot be changed, and need not be. */
export const PROPAGATION = readFileSync('/proc/self/mountinfo', 'utf8')
  .split('\n')
  .some((line) => line.split(' ')[4] === '/')
  ? []
  : ['--propagation=unchanged'];
/** Of the user and group `pmip`; without root's rights no other can be given a file. */
export const PMIP_ID = IS_ROOT ? 4340 : 0;
const APPLETS = [
  'sh',
  'basename',
  'sed',
  'chgrp',
  'chown',
  'chmod',
  'ls',
  'stat',
  'id',
  'cat',
  'touch',
  'mkdir',
  'rm',
  'grep',
  'md5sum',
];

export type Made = { readonly directory: string; readonly output: string; readonly version: string };
export type Outcome = { readonly status: number | null; readonly stdout: string; readonly stderr: string };
export type Account = 'root' | 'pmip';

export function makePackage(environment: Readonly<Record<string, string>> = {}): Made {
  const directory = mkdtempSync(join(tmpdir(), 'pmip-openwrt-'));
  const command = [join(ROOT, 'openwrt/make-package.sh'), directory];
  const output = execFileSync('sh', command, { encoding: 'utf8', env: { ...process.env, ...environment } });
  return { directory, output, version: makefileValue('PKG_VERSION') };
}

/** The value of a variable of the package's Makefile. */
export function makefileValue(name: string, variables: readonly string[] = []): string {
  return runMake([...variables, `print-${name}`], tmpdir()).trim();
}

/** Runs a target of openwrt/without-sdk with the package's Makefile. */
export function runMake(words: readonly string[], destination: string): string {
  const { MAKEFLAGS: _, MAKELEVEL: __, MAKEOVERRIDES: ___, ...environment } = process.env;
  const folder = join(ROOT, 'openwrt/pmip');
  const variables = [`TOPDIR=${join(ROOT, 'openwrt/without-sdk')}`, `DESTDIR=${destination}`];
  const command = ['--silent', '-C', folder, ...variables, ...words];
  return execFileSync('make', command, { encoding: 'utf8', env: environment });
}

/** What an SDK gives: downloads, among them the archive that its feed builds QuickJS from, and the feed's Makefile. */
export function buildVariables({ directory }: Made, engineVersion = ENGINE_VERSION): string[] {
  const work = mkdtempSync(join(directory, 'sdk-build-'));
  const archive = join(directory, `quickjs-${engineVersion}-2.tar.xz`);
  execFileSync('tar', ['-cJf', archive, '--transform', 's,^,quickjs/,', '-C', QUICKJS, 'quickjs.h', 'VERSION']);
  const makefile = join(work, 'Makefile');
  const versions = `PKG_SRC_VERSION:=${engineVersion}\nPKG_SRC_VERSION_REV:=2\nPKG_RELEASE:=1\n`;
  writeFileSync(makefile, `PKG_NAME:=quickjs\nPKG_VERSION:=${engineVersion.replaceAll('-', '.')}\n${versions}`);
  return [`PKG_BUILD_DIR=${join(work, 'pmip')}`, `DL_DIR=${directory}`, `QUICKJS_MAKEFILE=${makefile}`];
}

export class UnpackedPackage {
  readonly root: string;

  constructor({ directory, version }: Made) {
    this.root = mkdtempSync(join(directory, 'root-'));
    execFileSync('tar', ['-xzf', join(directory, `pmip-${version}-any.tar.gz`), '-C', this.root]);
  }

  path(name: string): string {
    return join(this.root, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  write(name: string, text = ''): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text, { mode: 0o755 });
  }

  remove(name: string): void {
    rmSync(this.path(name), { force: true });
  }

  addSystem(): void {
    for (const directory of ['bin', 'sbin', 'proc', 'tmp', 'dev', 'var/run'])
      mkdirSync(this.path(directory), { recursive: true });
    copyFileSync(
      execFileSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).trim(),
      this.path('bin/busybox'),
    );
    for (const applet of APPLETS) symlinkSync('busybox', this.path(`bin/${applet}`));
    this.write('dev/null');
    this.write('etc/passwd', `root:x:0:0::/:/bin/sh\npmip:x:${PMIP_ID}:${PMIP_ID}::/:/bin/false\n`);
    this.write('etc/group', `pmip:x:${PMIP_ID}:\n${PMIP_ID === 0 ? '' : 'root:x:0:\n'}`);
    cpSync(join(ROOT, 'test/openwrt/rc-common.sh'), this.path('etc/rc.common'));
  }

  /** The engine, and the module compiled for this machine from the archives, by the recipes that an SDK runs. */
  addEngine(made: Made, compiledFor = ENGINE_VERSION): void {
    runMake([...buildVariables(made, compiledFor), 'prepare', 'compile', 'install'], this.root);
    copyFileSync(join(QUICKJS, 'qjs'), this.path('usr/bin/qjs'));
    const programs = [this.path('usr/bin/qjs'), this.path('usr/lib/pmip/quickjs-ffi.so'), this.path('bin/busybox')];
    for (const program of programs) this.#addLibraries(program);
  }

  #addLibraries(program: string): void {
    const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' });
    for (const [library] of stdout.matchAll(/\/\S+(?= \(0x)/g)) {
      if (existsSync(this.path(library))) continue;
      mkdirSync(dirname(this.path(library)), { recursive: true });
      copyFileSync(library, this.path(library));
    }
  }

  run(
    command: readonly string[],
    account: Account = 'root',
    variables: Readonly<Record<string, string>> = {},
  ): Outcome {
    const rights = IS_ROOT ? [] : ['--map-root-user'];
    const user = account === 'root' ? [] : [`--setgid=${PMIP_ID}`, `--setuid=${PMIP_ID}`];
    const isolation = [
      ...PROPAGATION,
      '--mount',
      '--pid',
      '--fork',
      '--net',
      `--root=${this.root}`,
      '--mount-proc',
      ...user,
    ];
    const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...variables };
    return spawnSync('unshare', [...rights, ...isolation, ...command], { encoding: 'utf8', env: environment });
  }

  /** What an init script sends to procd. */
  runInit(script: string, action: string, variables: Readonly<Record<string, string>> = {}): ProcdMessage[] {
    this.remove('calls');
    const { status, stderr } = this.run([script, action], 'root', variables);
    if (status !== 0 || stderr !== '') throw new Error(`${script} ${action} ends with ${status}: ${stderr}`);
    return procdMessages(parseCalls(existsSync(this.path('calls')) ? this.read('calls') : ''));
  }

  /** As `uci commit` does: another file, of root, with the mode of the old one. */
  commit(text: string): void {
    const path = this.path('etc/config/pmip');
    execFileSync('sh', ['-c', 'cp "$1" "$1.new" && chmod --reference="$1" "$1.new" && mv "$1.new" "$1"', 'sh', path]);
    appendFileSync(path, text);
  }
}

/** The plain value of a recorded blobmsg element. */
export function plainValue({ type, value }: { readonly type: string; readonly value: unknown }): Json {
  if (type === 'int8') return value !== 0;
  if (type !== 'table' && type !== 'array') return value as Json;
  const elements = value as readonly { readonly name: string; readonly type: string; readonly value: unknown }[];
  if (type === 'array') return elements.map(plainValue);
  return Object.fromEntries(elements.map((element) => [element.name, plainValue(element)]));
}
