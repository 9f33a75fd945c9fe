// The one object of netifd that pmip asks, `network.wireless`: `qjs -m netifd.js FILE` answers its `status` with the table
// that the file has as JSON, each time anew.

import * as os from 'os';
import * as std from 'std';
import { utf8Text } from '../../../src/octets/octets.ts';
import { readFile } from '../../../src/runtime/quickjs/files.ts';
import { UBUS_SOCKET_PATH, UbusConnection } from '../../../src/runtime/quickjs/ubus-connection.ts';
import { UbusClient } from '../../../src/ubus-js/client.ts';
import { STATUS } from '../../../src/ubus-js/status.ts';
import { parseJsonTable } from './ubus-json.ts';

const [, path = ''] = scriptArgs;
const client = new UbusClient<never>();
const connection = new UbusConnection<never>(UBUS_SOCKET_PATH, client, (news) => {
  if (news.kind !== 'invoked') return;
  const table = parseJsonTable(utf8Text(readFile(path) ?? new Uint8Array(0)));
  connection.perform(client.reply(news.invocation, table === undefined ? STATUS.noData : STATUS.ok, table));
});
if (path === '') std.exit(2);
connection.perform(client.addObject({ path: 'network.wireless', methods: { status: {} } }, os.now()));
connection.start();
