// The daemon.

import * as std from 'std';
import { Daemon } from './daemon/daemon.ts';
import { CONFIGURATION_PATH } from './runtime/quickjs/files.ts';
import { quickJsHost } from './runtime/quickjs/quickjs-host.ts';
import { QuickJsRuntime } from './runtime/quickjs/quickjs-runtime.ts';
import { LOG_SOCKET_PATH } from './runtime/quickjs/system-log.ts';

const STATE_PATH = '/var/run/pmip/state.json';
/** On flash: the map of before a reboot is better than none. */
const MAP_PATH = '/etc/pmip/map/subnet-map';
const MISUNDERSTOOD = 2;

const words = scriptArgs.slice(1);
const isLogdWanted = words[1] === '--logd';
const paths = {
  configuration: CONFIGURATION_PATH,
  state: STATE_PATH,
  map: MAP_PATH,
  log: isLogdWanted ? LOG_SOCKET_PATH : undefined,
};
if (words[0] === 'daemon' && words.length === (isLogdWanted ? 2 : 1)) {
  new QuickJsRuntime(new Daemon(quickJsHost()), paths).run();
} else {
  std.err.puts('this is the daemon: pmip.js daemon [--logd]; everything else is in pmip-command.js\n');
  std.exit(MISUNDERSTOOD);
}
