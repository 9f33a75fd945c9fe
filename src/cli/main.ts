// The command `pmip`, but for `pmip daemon`: a file of its own, for the daemon never needs it.

import * as std from 'std';
import { CONFIGURATION_PATH } from '../runtime/quickjs/files.ts';
import { runCommand } from './cli.ts';

runCommand(scriptArgs.slice(1), { configurationPath: CONFIGURATION_PATH, exit: std.exit });
