// The flags of the `uci` command, which stand before its first other word.

export type UciSettings = {
  readonly configDirectory: string;
  /** A file in it takes the place of the one of the same name in the configuration directory. */
  readonly overrideDirectory: string;
  /** Where uncommitted changes lie; new ones are saved in the last. */
  readonly changeDirectories: readonly string[];
  readonly delimiter: string;
  readonly inputPath: string | undefined;
  /** The letters of the flags without an argument, and P. */
  readonly flags: ReadonlySet<string>;
};

export const DEFAULT_SETTINGS: UciSettings = {
  configDirectory: '/etc/config',
  overrideDirectory: '/var/run/uci',
  changeDirectories: ['/tmp/.uci'],
  delimiter: ' ',
  inputPath: undefined,
  flags: new Set(),
};

const WITH_ARGUMENT = 'cCdfpPt';
const WITHOUT_ARGUMENT = 'LmnNqsSX';
const OPPOSITES: Readonly<Record<string, string>> = { n: 'N', N: 'n', s: 'S', S: 's' };

type Reading = {
  readonly settings: UciSettings;
  readonly rest: readonly string[];
  readonly unknownFlag: string | undefined;
};

export function readFlags(argv: readonly string[]): Reading {
  const rest = [...argv];
  let settings = DEFAULT_SETTINGS;
  while (rest[0]?.startsWith('-') && rest[0] !== '-') {
    let letters = rest.shift()?.slice(1) ?? '';
    if (letters === '-') break;
    while (letters !== '') {
      const flag = letters.charAt(0);
      letters = letters.slice(1);
      if (WITH_ARGUMENT.includes(flag)) {
        settings = withArgument(settings, flag, letters === '' ? (rest.shift() ?? '') : letters);
        letters = '';
      } else if (WITHOUT_ARGUMENT.includes(flag)) {
        settings = withFlag(settings, flag);
      } else {
        return { settings, rest, unknownFlag: flag };
      }
    }
  }
  return { settings, rest, unknownFlag: undefined };
}

function withFlag(settings: UciSettings, flag: string): UciSettings {
  const flags = new Set(settings.flags).add(flag);
  flags.delete(OPPOSITES[flag] ?? '');
  return { ...settings, flags };
}

function withArgument(settings: UciSettings, flag: string, argument: string): UciSettings {
  const others = settings.changeDirectories.filter((directory) => directory !== argument);
  switch (flag) {
    case 'c':
      return { ...settings, configDirectory: argument };
    case 'C':
      return { ...settings, overrideDirectory: argument };
    case 'd':
      return { ...settings, delimiter: argument };
    case 'f':
      return { ...settings, inputPath: argument };
    case 'p':
      return {
        ...settings,
        changeDirectories: [
          ...settings.changeDirectories.slice(0, -1),
          argument,
          ...settings.changeDirectories.slice(-1),
        ],
      };
    case 'P':
      return { ...withFlag(settings, 'P'), changeDirectories: [...others, argument] };
    default:
      return { ...settings, changeDirectories: [...others, argument] };
  }
}
