import { describe, expect, test } from 'vitest';
import { byteString, octetsOf } from '../../src/config/uci-words.ts';
import { runUci, type UciFiles } from '../lab/stand-ins/uci-core.ts';
import { bytesOfRecorded, octetsOfRecorded, readCases, type WriteStep, writeCases } from './uci-vectors.ts';

const USAGE = 'Usage: uci [<options>] <command> [<arguments>]\n';

class FilesInMemory implements UciFiles {
  readonly texts = new Map<string, string>();

  read(path: string): Uint8Array | undefined {
    const text = this.texts.get(path);
    return text === undefined ? undefined : octetsOf(text);
  }

  write(path: string, octets: Uint8Array): void {
    this.texts.set(path, byteString(octets));
  }

  names(directory: string): readonly string[] {
    return Object.keys(this.below(directory));
  }

  below(directory: string): Record<string, string> {
    const entries = [...this.texts].filter(([path]) => path.startsWith(`${directory}/`));
    return Object.fromEntries(entries.map(([path, text]) => [path.slice(directory.length + 1), text]));
  }
}

function run(files: UciFiles, argv: readonly string[], stdin = '') {
  return runUci(argv.map(bytesOfRecorded), () => bytesOfRecorded(stdin), files);
}

/** The stand-in prints only the first line of the usage text. */
function shortened(stderr: string): string {
  return stderr.replace(/Usage: .*/s, USAGE);
}

function bytesOfFiles(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, bytesOfRecorded(text)]));
}

describe('the stand-in for uci prints of every recorded file what the real one printed', () => {
  for (const { name, file, runs } of readCases) {
    test.each(runs.map((recorded) => [recorded.argv.join(' '), recorded] as const))(`${name}: %s`, (_, recorded) => {
      const files = new FilesInMemory();
      files.write('/etc/config/t', octetsOfRecorded(file));
      const result = run(files, recorded.argv.slice(1));
      expect(result).toEqual({
        exit: recorded.exit,
        stdout: bytesOfRecorded(recorded.stdout),
        stderr: shortened(recorded.stderr),
      });
    });
  }
});

describe('the stand-in for uci does in every recorded session what the real one did', () => {
  test.each(writeCases.map((recorded) => [`${recorded.name}: ${recorded.description}`, recorded] as const))(
    '%s',
    (_, { start, delta_start = {}, steps }) => {
      const files = new FilesInMemory();
      for (const [name, text] of Object.entries(bytesOfFiles(start))) {
        const override = name.replace(/^override:/, '');
        files.texts.set(override === name ? `/etc/config/${name}` : `/var/run/uci/${override}`, text);
      }
      for (const [name, text] of Object.entries(bytesOfFiles(delta_start))) files.texts.set(`/tmp/.uci/${name}`, text);
      for (const step of steps) expectStep(files, step);
    },
  );
});

function expectStep(files: FilesInMemory, step: WriteStep): void {
  const command = step.argv?.join(' ') ?? 'at the end';
  if (step.argv !== undefined) {
    const result = run(files, step.argv.slice(1), step.stdin);
    const stdout = bytesOfRecorded(step.stdout ?? '');
    expect({ command, ...result }).toEqual({ command, exit: step.exit, stdout, stderr: shortened(step.stderr ?? '') });
  }
  const { config_files_after, delta_files_after, override_files_after } = step;
  if (config_files_after)
    expect({ command, ...files.below('/etc/config') }).toEqual({ command, ...bytesOfFiles(config_files_after) });
  if (delta_files_after)
    expect({ command, ...files.below('/tmp/.uci') }).toEqual({ command, ...bytesOfFiles(delta_files_after) });
  if (override_files_after) expect(files.below('/var/run/uci')).toEqual(bytesOfFiles(override_files_after));
}

describe('the stand-in for uci', () => {
  test('builds a configuration as a user types it', () => {
    const files = new FilesInMemory();
    files.texts.set('/etc/config/pmip', "config pmip 'main'\n\toption enabled '0'\n");
    const commands = [
      'set pmip.main.enabled=1',
      'add pmip secure_node',
      'set pmip.@secure_node[-1].start=10.91.7.151',
      'set pmip.@secure_node[-1].spi=102',
      'add_list pmip.main.aap=192.168.15.22',
      'add_list pmip.main.aap=192.168.15.24',
      'commit pmip',
    ];
    for (const command of commands) expect(run(files, command.split(' ')).exit).toBe(0);
    expect(files.texts.get('/etc/config/pmip')).toBe(
      "\nconfig pmip 'main'\n\toption enabled '1'\n\tlist aap '192.168.15.22'\n\tlist aap '192.168.15.24'\n" +
        "\nconfig secure_node\n\toption start '10.91.7.151'\n\toption spi '102'\n\n",
    );
  });

  test('commits nothing with -P, and looks for changes in the directory of -p too', () => {
    const files = new FilesInMemory();
    files.texts.set('/etc/config/t', "config a 's'\n");
    files.texts.set('/tmp/more/t', "t.s.x='1'\n");
    expect(run(files, ['-P', '/tmp/state', 'set', 't.s.o=v']).exit).toBe(0);
    expect(run(files, ['-P', '/tmp/state', 'commit', 't']).exit).toBe(0);
    expect(files.below('/tmp/state')).toEqual({ t: "t.s.o='v'\n" });
    expect(files.texts.get('/etc/config/t')).toBe("config a 's'\n");
    const shown = run(files, ['-p', '/tmp/more', '-P', '/tmp/state', 'show', 't']);
    expect(shown.stdout).toBe("t.s=a\nt.s.x='1'\nt.s.o='v'\n");
  });

  test('takes its directories from -c and -t', () => {
    const files = new FilesInMemory();
    files.texts.set('/root/c/t', "config a 's'\n");
    run(files, ['-c', '/root/c', '-t', '/root/d', 'set', 't.s.o=v']);
    expect(files.below('/root/d')).toEqual({ t: "t.s.o='v'\n" });
    run(files, ['-c/root/c', '-t/root/d', 'commit']);
    expect(files.texts.get('/root/c/t')).toBe("\nconfig a 's'\n\toption o 'v'\n\n");
  });
});
