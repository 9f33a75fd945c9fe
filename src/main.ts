// The program `pmip`: the daemon, or a command that asks it.

import * as std from 'std';
import { runCommand } from './cli/cli.ts';
import { Daemon } from './daemon/daemon.ts';
import { quickJsHost } from './runtime/quickjs/quickjs-host.ts';
import { QuickJsRuntime } from './runtime/quickjs/quickjs-runtime.ts';
import { LOG_SOCKET_PATH } from './runtime/quickjs/system-log.ts';

const CONFIGURATION_PATH = '/etc/config/pmip';
const STATE_PATH = '/var/run/pmip/state.json';
/** On flash: the map of before a reboot is better than none. */
const MAP_PATH = '/etc/pmip/map/subnet-map';

const words = scriptArgs.slice(1);
const isLogdWanted = words[1] === '--logd';
const paths = {
  configuration: CONFIGURATION_PATH,
  state: STATE_PATH,
  map: MAP_PATH,
  log: isLogdWanted ? LOG_SOCKET_PATH : undefined,
};
if (words[0] === 'daemon' && words.length === (isLogdWanted ? 2 : 1))
  new QuickJsRuntime(new Daemon(quickJsHost()), paths).run();
else runCommand(words, { configurationPath: CONFIGURATION_PATH, exit: std.exit });
