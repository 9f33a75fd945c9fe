import { join } from '../../src/octets/octets.ts';
import { encodeBlobmsg, fromPlain, type PlainTable } from '../../src/ubus-js/blobmsg.ts';
import { UbusClient } from '../../src/ubus-js/client.ts';
import type { UbusEffect } from '../../src/ubus-js/effects.ts';
import { type Attributes, decodeMessage, encodeMessage, MESSAGE_TYPE } from '../../src/ubus-js/messages.ts';

export type Effect = UbusEffect<string>;

export const NOW = 1000;
export const OBJECT = 0x8e365cea;
export const CALLER = 0x35109907;

export function ubusdSays(
  type: keyof typeof MESSAGE_TYPE,
  sequence: number,
  peer: number,
  attributes: Attributes = {},
) {
  return encodeMessage({ type: MESSAGE_TYPE[type], sequence, peer, attributes });
}

export const HELLO = ubusdSays('hello', 0, 0x12345678);
export const status = (sequence: number, code: number, peer = 0) =>
  ubusdSays('status', sequence, peer, { status: code });
export const added = (sequence: number, objectId: number) =>
  join([ubusdSays('data', sequence, 0, { objectId }), status(sequence, 0)]);
export const blobmsg = (table: PlainTable) => encodeBlobmsg(fromPlain(table));

export function readyClient(): UbusClient<string> {
  const client = new UbusClient<string>();
  client.start();
  client.connected(NOW);
  client.received(HELLO, NOW);
  return client;
}

/** What was sent, as ubusd would read it. */
export function sent(effects: readonly Effect[]) {
  return effects.flatMap((effect) => {
    if (effect.kind !== 'send') return [];
    const { type, sequence, peer, attributes } = decodeMessage(effect.octets);
    return { type, sequence, peer, ...attributes };
  });
}

export const told = (effects: readonly Effect[]) => effects.filter(({ kind }) => kind !== 'send');

/** A client that has the subscription, whose receiver has the id 0x1000. */
export function subscribedClient(): UbusClient<string> {
  const client = readyClient();
  client.subscribe(OBJECT, 'phy0-ap0', NOW);
  client.received(added(1, 0x1000), NOW);
  client.received(status(2, 0), NOW);
  return client;
}

/** A client whose object `pmip` has the id 0x2000. */
export function publishedClient(): UbusClient<string> {
  const client = readyClient();
  client.addObject({ path: 'pmip', methods: { status: {}, clear: { home_address: 'string' } } }, NOW);
  client.received(added(1, 0x2000), NOW);
  return client;
}
