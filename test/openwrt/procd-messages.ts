// What procd is sent by the calls that rc-common.sh has written down: the arguments of its ubus object `service`.

export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

export type ProcdMessage = { readonly method: string; readonly message: Json };

type Call = { readonly name: string; readonly words: readonly string[] };
type Table = Record<string, Json>;

const RELOAD_DELAY_MS = 1000;
const SIGNALS: Readonly<Record<string, number>> = { HUP: 1, USR1: 10, TERM: 15 };
const LISTS = ['command', 'netdev', 'file', 'respawn', 'watch', 'watchdog'];
const TABLES = ['env', 'data', 'limits'];
const NUMBERS = ['nice', 'term_timeout'];
const BOOLEANS = ['stdout', 'stderr', 'no_new_privs'];
const TEXTS = ['pidfile', 'user', 'group', 'seccomp', 'capabilities', 'facility'];

export function parseCalls(text: string): Call[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', ...words] = line.split('\x1f').slice(0, -1);
      return { name, words };
    });
}

export function procdMessages(calls: readonly Call[]): ProcdMessage[] {
  const messages: ProcdMessage[] = [];
  let service: Table = {};
  let instances: Table = {};
  let instance: Table = {};
  let triggers: Json[] = [];
  for (const { name, words } of calls) {
    const [first = '', second = '', third = ''] = words;
    switch (name) {
      case 'open_service':
        instances = {};
        triggers = [];
        service = { name: first, script: second, instances };
        break;
      case 'open_instance':
        instance = {};
        instances[first || `instance${Object.keys(instances).length + 1}`] = instance;
        break;
      case 'set_param':
        instance[first] = parameter(first, words.slice(1));
        break;
      case 'add_jail':
        instance.jail = { name: first, ...tableOf(words.slice(1), true), mount: {} };
        break;
      case 'add_jail_mount':
      case 'add_jail_mount_rw':
        Object.assign(mountOf(instance), tableOf(words, name === 'add_jail_mount' ? '0' : '1'));
        break;
      case 'open_triggers':
        service.triggers = triggers;
        break;
      case 'add_reload_trigger':
        for (const config of words) triggers.push(reloadTrigger(config, service));
        break;
      case 'add_interface_trigger':
        triggers.push(trigger(first, 'interface', second, words.slice(2)));
        break;
      case 'send':
        messages.push({ method: first, message: service });
        break;
      case 'send_signal':
        messages.push({ method: 'signal', message: signal(first, second, third) });
        break;
      case 'kill':
        messages.push({ method: 'delete', message: { name: first } });
        break;
      case 'close_instance':
        break;
      default:
        throw new Error(`rc-common.sh has written an unknown call: ${name}`);
    }
  }
  return messages;
}

function parameter(name: string, values: readonly string[]): Json {
  const [first = ''] = values;
  if (LISTS.includes(name)) return values;
  if (TABLES.includes(name)) return Object.fromEntries(values.map((value) => value.split('=', 2)));
  if (NUMBERS.includes(name)) return Number(first);
  if (BOOLEANS.includes(name)) return first === '1';
  if (TEXTS.includes(name)) return first;
  // The real function ignores it.
  throw new Error(`procd has no parameter '${name}'`);
}

function mountOf({ jail }: Table): object {
  if (typeof jail !== 'object' || !('mount' in jail) || typeof jail.mount !== 'object') {
    throw new Error('a jail mount without a jail is ignored by procd');
  }
  return jail.mount;
}

function tableOf(names: readonly string[], value: Json): Table {
  return Object.fromEntries(names.map((name) => [name, value]));
}

function reloadTrigger(config: string, service: Table): Json {
  return trigger('config.change', 'package', config, [`/etc/init.d/${service.name}`, 'reload']);
}

function trigger(event: string, field: string, value: string, command: readonly string[]): Json {
  return [event, ['if', ['eq', field, value], ['run_script', ...command]], RELOAD_DELAY_MS];
}

function signal(name: string, instance: string, number: string): Json {
  return {
    name,
    ...(instance === '' || instance === '*' ? {} : { instance }),
    signal: SIGNALS[number] ?? Number(number),
  };
}
