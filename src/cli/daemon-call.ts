// Asks the daemon over ubus, once or again and again.

import * as os from 'os';
import { UbusConnection, type UbusNews } from '../runtime/quickjs/ubus-connection.ts';
import { fromPlain, type PlainTable, toPlain } from '../ubus-js/blobmsg.ts';
import { UbusClient } from '../ubus-js/client.ts';
import { formatStatus, STATUS } from '../ubus-js/status.ts';

export type DaemonAnswer =
  | { readonly kind: 'answered'; readonly data: PlainTable }
  | { readonly kind: 'refused'; readonly status: number; readonly text: string }
  /** Nobody is there to answer. */
  | { readonly kind: 'unreachable'; readonly text: string };

type Question = { readonly method: string; readonly given: PlainTable; readonly socket: string };

const CALL_TIMEOUT_MS = 5000;

/** The function that is given back asks once more. After an answer that it is unreachable the bus is tried again by itself. */
export function askDaemon({ method, given, socket }: Question, heard: (answer: DaemonAnswer) => void): () => void {
  const client = new UbusClient<'lookup' | 'call'>();
  const connection = new UbusConnection(socket, client, (news) => told(news));

  function told(news: UbusNews<'lookup' | 'call'>): void {
    if (news.kind === 'lost') return heard({ kind: 'unreachable', text: `ubusd does not answer (${news.why})` });
    if (news.kind === 'ready') return ask();
    if (news.kind === 'found') {
      const objectId = news.objects[0]?.objectId;
      if (objectId === undefined) {
        return heard({ kind: 'unreachable', text: 'the daemon does not run: /etc/init.d/pmip start' });
      }
      const call = {
        objectId,
        method,
        arguments: fromPlain(given),
        purpose: 'call',
        timeoutMs: CALL_TIMEOUT_MS,
      } as const;
      return connection.perform(client.call(call, os.now()));
    }
    if (news.kind !== 'answered') return;
    const { status, replies } = news;
    if (status === STATUS.ok) return heard({ kind: 'answered', data: toPlain(replies[0] ?? []) });
    heard({ kind: 'refused', status, text: `the daemon answers: ${formatStatus(status)}` });
  }

  function ask(): void {
    if (client.isReady) connection.perform(client.lookup('pmip', 'lookup', os.now()));
  }

  connection.start();
  return ask;
}
