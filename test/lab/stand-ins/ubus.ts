// The ubus command's stand-in as a program: `qjs -m ubus.js [options] command ...`.

import * as os from 'os';
import * as std from 'std';
import { UBUS_SOCKET_PATH, UbusConnection } from '../../../src/runtime/quickjs/ubus-connection.ts';
import { UbusClient } from '../../../src/ubus-js/client.ts';
import { type Options, type Outcome, parseOptions, UbusCommand, USAGE } from './ubus-command.ts';

function main(options: Options): void {
  const client = new UbusClient<string>();
  const command = new UbusCommand(options, client);
  const connection = new UbusConnection(options.socket ?? UBUS_SOCKET_PATH, client, (news) => {
    perform(command.handle(news, os.now()));
  });
  let timer: os.Timer | undefined;

  function perform(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      if (outcome.kind === 'print') write(std.out, outcome.text);
      else if (outcome.kind === 'complain') write(std.err, outcome.text);
      else if (outcome.kind === 'exit') std.exit(outcome.status);
      else connection.perform([outcome]);
    }
    const deadline = command.nextDeadline();
    if (deadline === undefined || timer !== undefined) return;
    timer = os.setTimeout(() => perform(command.deadlineReached(os.now())), Math.ceil(deadline - os.now()));
  }

  connection.start();
}

function write(file: std.File, text: string): void {
  file.puts(text);
  file.flush();
}

const options = parseOptions(scriptArgs.slice(1));
if (options === undefined) {
  write(std.err, USAGE);
  std.exit(1);
}
// `listen` and `subscribe` end well when they are told to.
os.signal(os.SIGTERM, () => std.exit(0));
os.signal(os.SIGINT, () => std.exit(0));
main(options);
