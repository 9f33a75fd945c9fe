// The program `pmip`: the daemon, or a command that asks it.

import * as std from 'std';
import { runCommand } from './cli/cli.ts';
import { Daemon } from './daemon/daemon.ts';
import { quickJsHost } from './runtime/quickjs/quickjs-host.ts';
import { QuickJsRuntime } from './runtime/quickjs/quickjs-runtime.ts';

const CONFIGURATION_PATH = '/etc/config/pmip';
const STATE_PATH = '/var/run/pmip/state.json';
/** On flash: the map of before a reboot is better than none. */
const MAP_PATH = '/etc/pmip/map/subnet-map';

const words = scriptArgs.slice(1);
if (words[0] === 'daemon' && words.length === 1)
  new QuickJsRuntime(new Daemon(quickJsHost()), {
    configuration: CONFIGURATION_PATH,
    state: STATE_PATH,
    map: MAP_PATH,
  }).run();
else runCommand(words, { configurationPath: CONFIGURATION_PATH, exit: std.exit });
