// What ubus tells of this router: the BSSs of hostapd, and the daemon's own word of itself.

import * as os from 'os';
import { UbusConnection, type UbusNews } from '../runtime/quickjs/ubus-connection.ts';
import { type PlainTable, toPlain } from '../ubus-js/blobmsg.ts';
import { UbusClient } from '../ubus-js/client.ts';
import { STATUS } from '../ubus-js/status.ts';
import type { Facts } from './check.ts';

type Purpose = { readonly path: string; readonly method: string } | 'lookup';

const HOSTAPD = 'hostapd.';
const DAEMON = 'pmip';
const CALL_TIMEOUT_MS = 3000;

/** Without ubusd, `bsses` and `daemon` are undefined. */
export function askBus(socket: string, done: (found: Pick<Facts, 'bsses' | 'daemon'>) => void): void {
  const client = new UbusClient<Purpose>();
  const answers = new Map<string, PlainTable>();
  let awaited = 0;
  let isDone = false;
  const connection = new UbusConnection(socket, client, (news) => told(news));

  function told(news: UbusNews<Purpose>): void {
    if (isDone) return;
    if (news.kind === 'lost') return finish(undefined);
    if (news.kind === 'ready') return lookUp();
    if (news.kind !== 'found' && news.kind !== 'answered') return;
    if (news.kind === 'found') for (const { path, objectId } of news.objects) call(path, objectId);
    else if (news.status === STATUS.ok) keep(news.purpose, toPlain(news.replies[0] ?? []));
    awaited -= 1;
    if (awaited === 0) finish(answers);
  }

  function lookUp(): void {
    for (const path of [`${HOSTAPD}*`, DAEMON]) {
      awaited += 1;
      connection.perform(client.lookup(path, 'lookup', os.now()));
    }
  }

  function call(path: string, objectId: number): void {
    for (const method of path === DAEMON ? ['status', 'agents'] : ['get_status']) {
      awaited += 1;
      const purpose = { path, method };
      const asked = { objectId, method, arguments: [], purpose, timeoutMs: CALL_TIMEOUT_MS };
      connection.perform(client.call(asked, os.now()));
    }
  }

  function keep(purpose: Purpose, data: PlainTable): void {
    if (purpose !== 'lookup') answers.set(`${purpose.path} ${purpose.method}`, data);
  }

  function finish(found: ReadonlyMap<string, PlainTable> | undefined): void {
    isDone = true;
    connection.stop();
    done({ bsses: found && bssesOf(found), daemon: found && daemonOf(found) });
  }

  connection.start();
}

function bssesOf(answers: ReadonlyMap<string, PlainTable>): Facts['bsses'] {
  const ofHostapd = [...answers].filter(([name]) => name.startsWith(HOSTAPD));
  return ofHostapd.map(([name, { ssid }]) => ({
    interfaceName: name.slice(HOSTAPD.length, name.indexOf(' ')),
    ssid: typeof ssid === 'string' ? ssid : '',
  }));
}

function daemonOf(answers: ReadonlyMap<string, PlainTable>): Facts['daemon'] {
  const status = answers.get(`${DAEMON} status`);
  const agents = answers.get(`${DAEMON} agents`)?.agents;
  return status && { status, agents: Array.isArray(agents) ? (agents as PlainTable[]) : [] };
}
