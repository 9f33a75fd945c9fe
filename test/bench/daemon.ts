// The daemon with its files where the bench wants them: `daemon.js CONFIGURATION STATE`.

import { Daemon } from '../../src/daemon/daemon.ts';
import { quickJsHost } from '../../src/runtime/quickjs/quickjs-host.ts';
import { QuickJsRuntime } from '../../src/runtime/quickjs/quickjs-runtime.ts';

const [, configuration = '', state = ''] = scriptArgs;
new QuickJsRuntime(new Daemon(quickJsHost()), { configuration, state, map: `${state}.map` }).run();
