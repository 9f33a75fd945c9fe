// The package without its C module, as made without an SDK: its files and whether they fit each other. Then the same
// with the module compiled for this machine: the installed command, and the init script under rc-common.sh.

import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import recorded from '../vectors/procd/init-script.json' with { type: 'json' };
import {
  buildVariables,
  makefileValue,
  makePackage,
  PMIP_ID,
  plainValue,
  ROOT,
  runMake,
  UnpackedPackage,
} from './unpacked-package.ts';

const FILES: Readonly<Record<string, number>> = {
  'etc/capabilities/pmip.json': 0o644,
  'etc/config/pmip': 0o600,
  'etc/init.d/pmip': 0o755,
  'etc/sysctl.d/50-pmip.conf': 0o644,
  'etc/uci-defaults/90-pmip': 0o755,
  'usr/bin/pmip': 0o755,
  'usr/lib/pmip/pmip-command.js': 0o644,
  'usr/lib/pmip/pmip.js': 0o644,
  'usr/share/acl.d/pmip_acl.json': 0o644,
  'usr/share/nftables.d/chain-pre/forward/50-pmip.nft': 0o644,
  'usr/share/nftables.d/chain-pre/input/50-pmip.nft': 0o644,
  'usr/share/nftables.d/chain-pre/srcnat/50-pmip.nft': 0o644,
  'usr/share/ucode/node-exporter/lib/pmip.uc': 0o644,
};
const BUNDLES = ['usr/lib/pmip/pmip.js', 'usr/lib/pmip/pmip-command.js'];
const INIT = '/etc/init.d/pmip';
const COMMAND = ['/usr/bin/qjs', '--strip-source', '-m', '/usr/lib/pmip/pmip.js', 'daemon', '--logd'];
// Like ubusd, it reads its files again at SIGHUP. Once it is ready it starts no process: that would have its name, and not
// its trap, until it is the other program.
const BUS = `#!/bin/sh
trap 'echo ubusd reads its files >>/notices; exit 0' HUP
mkfifo /silence
exec <>/silence
: >/ready
read -t 2 _
`;
const RELOAD = ['run_script', '/etc/init.d/pmip', 'reload'];

const made = makePackage();
const installed = new UnpackedPackage(made);
const main = readFileSync(join(ROOT, 'src/main.ts'), 'utf8');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };

afterAll(() => rmSync(made.directory, { recursive: true, force: true }));

function filesBelow(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

function json(name: string): Record<string, unknown> {
  return JSON.parse(installed.read(name));
}

describe('the files of the package', () => {
  test('are these, with these modes, and no other', () => {
    const found = filesBelow(installed.root).map((name) => [name, statSync(installed.path(name)).mode & 0o7777]);
    expect(Object.fromEntries(found)).toEqual(FILES);
  });

  test('with the C module added are what the package of an SDK has', () => {
    const build = join(made.directory, 'content', `pmip-${version}`);
    const destination = mkdtempSync(join(made.directory, 'complete-'));
    writeFileSync(join(build, 'quickjs-ffi.so'), '');
    runMake([`PKG_BUILD_DIR=${build}`, 'install'], destination);
    expect(filesBelow(destination)).toEqual([...Object.keys(FILES), 'usr/lib/pmip/quickjs-ffi.so'].sort());
  });

  test('that a user changes are conffiles', () => {
    expect(makefileValue('conffiles').split('\n')).toEqual(['/etc/config/pmip', '/etc/pmip/']);
  });

  test('in the release archive are all that the Makefile builds from', () => {
    const archive = join(made.directory, `pmip-${version}.tar.xz`);
    const names = execFileSync('tar', ['-tJf', archive], { encoding: 'utf8' }).split('\n');
    const sources = readdirSync(join(ROOT, 'src/quickjs-ffi')).filter((name) => /\.[ch]$/.test(name));
    const wanted = [
      'LICENSE',
      'dist/pmip.js',
      'dist/pmip-command.js',
      ...sources.map((name) => `src/quickjs-ffi/${name}`),
    ];
    const files = names.filter((name) => name !== '' && !name.endsWith('/'));
    expect(files.sort()).toEqual(wanted.map((name) => `pmip-${version}/${name}`).sort());
  });

  test('in the release archive are the same octets each time', () => {
    const again = makePackage();
    const [first, second] = [made, again].map(({ directory }) =>
      readFileSync(join(directory, `pmip-${version}.tar.xz`)),
    );
    rmSync(again.directory, { recursive: true });
    expect(first?.equals(second ?? Buffer.of())).toBe(true);
  });

  test('are said to lack the C module, which an SDK makes', () => {
    expect(made.output).toMatch(/Missing: the C module \/usr\/lib\/pmip\/quickjs-ffi\.so/);
    expect(made.output).toMatch(/make package OPENWRT_SDK=/);
  });
});

describe('the parts of the package fit each other:', () => {
  test('the Makefile, package.json and the command have one version', () => {
    expect(makefileValue('PKG_VERSION')).toBe(version);
    for (const bundle of BUNDLES) expect(installed.read(bundle)).toContain(`${version}`);
  });

  test('every path of ours that a script names is installed', () => {
    const scripts = ['etc/init.d/pmip', 'usr/bin/pmip', 'etc/uci-defaults/90-pmip'].map((name) => installed.read(name));
    const named = scripts.join('\n').match(/(?<![\w'])\/[\w./-]*pmip[\w./-]*/g) ?? [];
    const absent = [...new Set(named)].filter((path) => !Object.hasOwn(FILES, path.slice(1)));
    // Made by the user, for each target, by reload_config, and at start.
    expect(absent.sort()).toEqual([
      '/etc/pmip/map',
      '/etc/pmip/no-jail',
      '/usr/lib/pmip/quickjs-ffi.so',
      '/var/run/config.check/pmip',
      '/var/run/pmip',
    ]);
  });

  test("QuickJS's archive and the versions depended on are those of the feed's own package", () => {
    const variables = buildVariables(made, '2025-09-13');
    const value = (name: string) => makefileValue(name, variables);
    expect(value('QUICKJS_SOURCE')).toBe('quickjs-2025-09-13-2.tar.xz');
    expect([value('QUICKJS_VERSION'), value('QUICKJS_PKG_VERSION')]).toEqual(['2025-09-13', '2025.09.13']);
  });

  test('without the feed of packages the build says what to do', () => {
    const variables = [...buildVariables(made), 'QUICKJS_MAKEFILE='];
    expect(() => runMake([...variables, 'prepare'], made.directory)).toThrow('./scripts/feeds install quickjs');
  });

  test('the bundles look for their module beside themselves, where the Makefile puts it', () => {
    for (const bundle of BUNDLES) expect(installed.read(bundle)).toContain('"./quickjs-ffi.so"');
  });

  test('the user of the ACL, of the init script and of the Makefile is one', () => {
    expect(json('usr/share/acl.d/pmip_acl.json').user).toBe('pmip');
    expect(readFileSync(join(ROOT, 'openwrt/pmip/Makefile'), 'utf8')).toContain('  USERID:=pmip:pmip\n');
  });

  test('the capabilities are the three that sockets and the kernel state need, in all five sets', () => {
    const wanted = ['CAP_NET_ADMIN', 'CAP_NET_RAW', 'CAP_NET_BIND_SERVICE'];
    const sets = ['bounding', 'effective', 'ambient', 'permitted', 'inheritable'];
    expect(json('etc/capabilities/pmip.json')).toEqual(Object.fromEntries(sets.map((name) => [name, wanted])));
  });

  test('the init script reads no option of the configuration', () => {
    const commands = installed.read('etc/init.d/pmip').replace(/#.*/g, '');
    expect(commands.match(/config_\w+|uci\w*|cat|grep|sed|awk/g)).toBe(null);
  });

  test('the Prometheus collector reads only what the ubus object answers', () => {
    const answers = readFileSync(join(ROOT, 'src/daemon/bus-object.ts'), 'utf8');
    const fields = [...installed.read('usr/share/ucode/node-exporter/lib/pmip.uc').matchAll(/status\.(\w+)/g)];
    expect(fields.length).toBeGreaterThan(5);
    for (const [, field] of fields) expect(answers).toMatch(new RegExp(`^    ${field}: `, 'm'));
  });

  test('every shell file passes shellcheck', () => {
    const scripts = ['etc/init.d/pmip', 'usr/bin/pmip', 'etc/uci-defaults/90-pmip'].map((name) => installed.path(name));
    const others = ['openwrt/pmip/test.sh', 'openwrt/make-package.sh'].map((name) => join(ROOT, name));
    const { stdout } = spawnSync('shellcheck', ['-s', 'sh', ...scripts, ...others], { encoding: 'utf8' });
    expect(stdout).toBe('');
  });
});

describe('with the C module, as the SDK recipe compiles it,', () => {
  const system = new UnpackedPackage(made);
  beforeAll(() => {
    system.addSystem();
    system.addEngine(made);
  });

  test('the command pmip prints the version', () => {
    expect(system.run(['/usr/bin/pmip', '--version'])).toMatchObject({ status: 0, stdout: `pmip ${version}\n` });
  });

  test("the feed's test passes", () => {
    system.write('test.sh', readFileSync(join(ROOT, 'openwrt/pmip/test.sh'), 'utf8'));
    expect(system.run(['/test.sh', 'pmip', version])).toMatchObject({ status: 0 });
  });

  test("the feed's test fails for another version", () => {
    expect(system.run(['/test.sh', 'pmip', '99']).stderr).toMatch(/prints 'pmip [\d.]+', not 'pmip 99'/);
  });

  test('an engine of another version is refused with a sentence that says what to do', () => {
    const other = new UnpackedPackage(made);
    other.addSystem();
    other.addEngine(made, '1999-01-01');
    const { status, stderr } = other.run(['/usr/bin/pmip', '--version']);
    expect(status).not.toBe(0);
    expect(stderr).toContain('reinstall the pmip package for this QuickJS');
  });

  test('after start the user pmip reads the configuration, and others do not', () => {
    system.runInit(INIT, 'start');
    const { mode, gid } = statSync(system.path('etc/config/pmip'));
    expect([(mode & 0o777).toString(8), gid]).toEqual(['640', PMIP_ID]);
    expect(system.run(['/usr/bin/pmip', 'check', '--configuration'], 'pmip')).toMatchObject({ status: 0 });
  });

  test('after start the daemon keeps its state where nobody else reads', () => {
    system.runInit(INIT, 'start');
    const { mode, uid } = statSync(system.path('var/run/pmip'));
    expect([(mode & 0o777).toString(8), uid]).toEqual(['700', PMIP_ID]);
    expect(main).toContain("'/var/run/pmip/state.json'");
  });

  test('the defaults take effect on the interfaces that are there, as often as they are run', () => {
    const settings = '/proc/sys/net/ipv4/conf/lo/send_redirects /proc/sys/net/ipv4/neigh/lo/proxy_delay';
    const run = '/etc/uci-defaults/90-pmip';
    const outcome = system.run(['/bin/sh', '-c', `cat ${settings} && ${run} && ${run} && cat ${settings}`]);
    expect(outcome).toMatchObject({ status: 0, stderr: '', stdout: '1\n80\n0\n0\n' });
  });

  describe('without waiting for a reboot', () => {
    const notices = ['fw4 -q reload', 'ubusd reads its files'];
    // The shell has a killall of its own, so there must be a process.
    const besideTheBus = (script: string) =>
      `/sbin/ubusd & until [ -e /ready ]; do sleep 0.1; done; sh ${script} && wait`;

    beforeEach(() => {
      system.write('sbin/fw4', '#!/bin/sh\necho fw4 "$@" >>/notices\n');
      system.write('sbin/ubusd', BUS);
      system.write('notices');
    });
    afterEach(() => {
      for (const name of ['sbin/fw4', 'sbin/ubusd', 'notices', 'ready', 'silence']) system.remove(name);
    });

    test('the bus hears of the new user, and the firewall of new rules, by the defaults', () => {
      const outcome = system.run(['/bin/sh', '-c', besideTheBus('/etc/uci-defaults/90-pmip')]);
      expect(outcome).toMatchObject({ status: 0, stdout: '', stderr: '' });
      expect(system.read('notices').trim().split('\n').sort()).toEqual(notices);
    });

    test('both hear when the package is removed, but not of an image that is made', () => {
      system.write('postrm', makefileValue('postrm'));
      const ofImage = system.run(['/bin/sh', '/postrm'], 'root', { IPKG_INSTROOT: '/' });
      expect([ofImage.status, system.read('notices')]).toEqual([0, '']);
      const outcome = system.run(['/bin/sh', '-c', besideTheBus('/postrm')]);
      expect(outcome).toMatchObject({ status: 0, stdout: '', stderr: '' });
      expect(system.read('notices').trim().split('\n').sort()).toEqual(notices);
    });

    test('at boot, where neither is there, the defaults succeed', () => {
      system.write('sbin/fw4', '#!/bin/sh\nexit 1\n');
      const outcome = system.run(['/bin/sh', '/etc/uci-defaults/90-pmip']);
      expect(outcome).toMatchObject({ status: 0, stdout: '', stderr: '' });
    });
  });

  test('the defaults make the package known to reload_config, once, where that has run before', () => {
    const defaults = ['/bin/sh', '/etc/uci-defaults/90-pmip'];
    system.write('bin/uci', '#!/bin/sh\necho "pmip.main=pmip"\n');
    expect(system.run(defaults)).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(system.path('var/run/config.md5'))).toBe(false);
    const others = '0123456789abcdef0123456789abcdef  /var/run/config.check/luci-app-pmip-settings\n';
    system.write('var/run/config.md5', others);
    for (const _ of [1, 2]) expect(system.run(defaults)).toMatchObject({ status: 0, stderr: '' });
    system.write('var/run/config.check/pmip', 'pmip.main=pmip\n');
    expect(system.read('var/run/config.md5').split('\n')).toHaveLength(3);
    const check = ['/bin/sh', '-c', 'grep /pmip$ /var/run/config.md5 | md5sum -c'];
    expect(system.run(check)).toMatchObject({ status: 0, stdout: '/var/run/config.check/pmip: OK\n' });
  });

  test('a commit takes the configuration from the daemon, and reload gives it back', () => {
    system.runInit(INIT, 'start');
    system.commit("\nconfig subnet\n\toption network '10.1.0.0/24'\n\toption home_agent '10.1.0.1'\n");
    expect(statSync(system.path('etc/config/pmip')).gid).toBe(0);
    system.write('procd-runs');
    system.runInit(INIT, 'reload');
    expect(statSync(system.path('etc/config/pmip')).gid).toBe(PMIP_ID);
  });
});

describe('the init script', () => {
  const system = new UnpackedPackage(made);
  const triggers = [['config.change', ['if', ['eq', 'package', 'pmip'], RELOAD], 1000]];
  const always = { command: COMMAND, respawn: ['3600', '5', '0'], stdout: true, stderr: true };
  beforeAll(() => system.addSystem());

  test('under the stand-in for rc.common sends what procd was recorded to get from the recorded script', () => {
    system.write('etc/init.d/demo', recorded.init_script);
    system.write('configuration', 'enabled=1\nlma=192.0.2.1\n');
    const message = plainValue({ type: 'table', value: recorded.set });
    expect(system.runInit('/etc/init.d/demo', 'start')).toEqual([{ method: 'set', message }]);
  });

  test('starts the daemon in a jail, as the user pmip with capabilities, and never gives it up', () => {
    system.write('sbin/ujail');
    const jail = {
      name: 'pmip',
      log: true,
      procfs: true,
      mount: {
        '/var/run/ubus': '0',
        '/usr/lib/pmip/pmip.js': '0',
        '/usr/lib/pmip/quickjs-ffi.so': '0',
        '/etc/config': '0',
        '/etc/hosts': '0',
        '/etc/resolv.conf': '0',
        '/etc/pmip/map': '1',
        '/var/run/pmip': '1',
      },
    };
    const confined = { capabilities: '/etc/capabilities/pmip.json', user: 'pmip', group: 'pmip', no_new_privs: true };
    const instances = { instance1: { ...always, jail, ...confined } };
    const message = { name: 'pmip', script: INIT, instances, triggers };
    expect(system.runInit(INIT, 'start')).toEqual([{ method: 'set', message }]);
  });

  test.each([
    ['there is no ujail', (): void => system.remove('sbin/ujail')],
    ['its user has made /etc/pmip/no-jail', (): void => system.write('etc/pmip/no-jail')],
  ])('starts the daemon as root where %s', (_, arrange) => {
    system.write('sbin/ujail');
    arrange();
    const message = { name: 'pmip', script: INIT, instances: { instance1: always }, triggers };
    expect(system.runInit(INIT, 'start')).toEqual([{ method: 'set', message }]);
    system.remove('etc/pmip/no-jail');
  });

  test('sends SIGHUP at reload while the daemon runs', () => {
    system.write('procd-runs');
    const message = { ...(plainValue({ type: 'table', value: recorded.signal }) as object), name: 'pmip' };
    expect(system.runInit(INIT, 'reload')).toEqual([{ method: 'signal', message }]);
  });

  test('at restart tells the daemon to make way, and starts the next one', () => {
    system.write('procd-runs');
    const messages = system.runInit(INIT, 'restart');
    expect(messages[0]).toEqual({ method: 'signal', message: { name: 'pmip', signal: 10 } });
    expect(messages.map(({ method }) => method)).toEqual(['signal', 'set']);
  });

  test('at restart ends a daemon that does not hear, as procd ends every service', () => {
    system.write('procd-runs');
    system.write('procd-is-deaf');
    expect(system.runInit(INIT, 'restart').map(({ method }) => method)).toEqual(['signal', 'delete', 'set']);
    system.remove('procd-is-deaf');
    system.remove('procd-runs');
  });

  test('at an upgrade tells the daemon to make way, at any other stop it does not', () => {
    system.write('procd-runs');
    expect(system.runInit(INIT, 'stop').map(({ method }) => method)).toEqual(['delete']);
    expect(system.runInit(INIT, 'stop', { PKG_UPGRADE: '1' }).map(({ method }) => method)).toEqual([
      'signal',
      'delete',
    ]);
  });

  test('starts the daemon at reload when it does not run', () => {
    system.remove('procd-runs');
    expect(system.runInit(INIT, 'reload').map(({ method }) => method)).toEqual(['set']);
  });

  test('starts the daemon even without a configuration, which the daemon reports', () => {
    const bare = new UnpackedPackage(made);
    bare.addSystem();
    bare.remove('etc/config/pmip');
    expect(bare.runInit(INIT, 'start').map(({ method }) => method)).toEqual(['set']);
  });
});

describe('with an SDK', () => {
  const sdk = mkdtempSync(join(made.directory, 'sdk-'));
  // What an SDK is asked to do is written down; a package appears.
  const feeds = `#!/bin/sh\necho "feeds $*" >>log\n`;
  const makefile = `%:\n\t@echo "make $@" >>log\npackage/pmip/compile:\n\t@echo "make $@" >>log\n\t@mkdir -p bin/packages/mips_24kc/pmip && touch bin/packages/mips_24kc/pmip/pmip-${version}-r1.apk\npackage/luci-app-pmip/compile:\n\t@echo "make $@" >>log\n\t@touch bin/packages/mips_24kc/pmip/luci-app-pmip-${version}-r1.apk\n`;

  test('the feed is added once, the package is built there and put beside the archive', () => {
    mkdirSync(join(sdk, 'scripts'));
    writeFileSync(join(sdk, 'scripts/feeds'), feeds, { mode: 0o755 });
    writeFileSync(join(sdk, 'Makefile'), makefile);
    writeFileSync(join(sdk, 'feeds.conf.default'), 'src-git packages https://example.org/packages.git\n');
    const first = makePackage({ OPENWRT_SDK: sdk });
    const second = makePackage({ OPENWRT_SDK: sdk });
    const lines = readFileSync(join(sdk, 'feeds.conf'), 'utf8').split('\n');
    expect(lines.filter((line) => line.startsWith('src-link pmip '))).toEqual([
      `src-link pmip ${join(ROOT, 'openwrt')}`,
    ]);
    expect(lines[0]).toContain('src-git packages');
    const log = readFileSync(join(sdk, 'log'), 'utf8').split('\n').slice(0, 7);
    expect(log).toEqual([
      'feeds update base packages luci pmip',
      'feeds install pmip luci-app-pmip',
      'make defconfig',
      'make package/pmip/clean',
      'make package/pmip/compile',
      'make package/luci-app-pmip/clean',
      'make package/luci-app-pmip/compile',
    ]);
    for (const name of ['pmip', 'luci-app-pmip'])
      expect(first.output).toContain(`${first.directory}/${name}-${version}-r1.apk`);
    for (const { directory } of [first, second]) rmSync(directory, { recursive: true });
  });

  test('a directory that is none is refused', () => {
    expect(() => makePackage({ OPENWRT_SDK: '/nonexistent' })).toThrow('it has no scripts/feeds');
  });
});
