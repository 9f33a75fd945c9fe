// hostapd's ubus side as a program: `qjs -m hostapd-ubus.js INTERFACE...`, beside a hostapd that has none. Each BSS has a
// connection to ubusd of its own, so that its object goes when the BSS goes; the object `hostapd` has another. It ends
// when hostapd ends, as then the objects must go.

import * as os from 'os';
import { receive, send, unixDatagram } from 'quickjs-ffi';
import * as std from 'std';
import { utf8Octets, utf8Text } from '../../../src/octets/octets.ts';
import { UBUS_SOCKET_PATH, UbusConnection } from '../../../src/runtime/quickjs/ubus-connection.ts';
import { UbusClient } from '../../../src/ubus-js/client.ts';
import type { Invocation } from '../../../src/ubus-js/effects.ts';
import { BSS_METHODS, Bss, type BssEffect } from './hostapd-ubus-core.ts';

const CONTROL_FOLDER = '/var/run/hostapd';
const RETRY_MS = 50;
const PING_MS = 1000;
/** hostapd's answers fit into 4096 octets. */
const buffer = new Uint8Array(8192);

const main = publish('hostapd');
main.connection.start();

type Published = { readonly client: UbusClient<never>; readonly connection: UbusConnection<never> };

function publish(path: string, bss?: Bss<Invocation>, perform?: (effects: BssEffect<Invocation>[]) => void): Published {
  const client = new UbusClient<never>();
  const connection = new UbusConnection(UBUS_SOCKET_PATH, client, (news) => {
    if (news.kind === 'invoked' && bss !== undefined) {
      perform?.(bss.invoked(news.method, news.arguments, news.invocation));
    }
  });
  connection.perform(client.addObject({ path, methods: bss === undefined ? {} : BSS_METHODS }, os.now()));
  return { client, connection };
}

function serveWhenThere(interfaceName: string): void {
  const control = openControl(interfaceName);
  if (control === undefined) os.setTimeout(() => serveWhenThere(interfaceName), RETRY_MS);
  else serve(interfaceName, control);
}

function serve(interfaceName: string, control: number): void {
  const bss = new Bss<Invocation>(interfaceName);
  const path = `hostapd.${interfaceName}`;
  const { client, connection } = publish(path, bss, perform);

  function perform(effects: readonly BssEffect<Invocation>[]): void {
    for (const effect of effects) performOne(effect);
  }

  function performOne(effect: BssEffect<Invocation>): void {
    switch (effect.kind) {
      case 'command':
        if (!sendCommand(control, effect.text)) std.exit(0);
        break;
      case 'notify':
        connection.perform(client.notify(path, effect.notification, effect.data));
        break;
      case 'reply':
        connection.perform(client.reply(effect.caller, effect.status, effect.data));
        break;
      case 'enabled':
        connection.start();
        tellMain('bss.add', interfaceName);
        break;
      case 'disabled':
        connection.stop();
        tellMain('bss.remove', interfaceName);
        break;
      case 'terminated':
        std.exit(0);
    }
  }

  function ping(): void {
    perform(bss.ping());
    os.setTimeout(ping, PING_MS);
  }

  os.setReadHandler(control, () => {
    const length = receive(control, buffer);
    if (length !== undefined) perform(bss.received(utf8Text(buffer.subarray(0, length))));
  });
  perform(bss.connected());
  ping();
}

/** 24.10 tells no name in `bss.remove`. */
function tellMain(notification: 'bss.add' | 'bss.remove', interfaceName: string): void {
  const data = notification === 'bss.add' ? [{ name: 'name', type: 'string', value: interfaceName } as const] : [];
  main.connection.perform(main.client.notify('hostapd', notification, data));
}

/** Undefined while hostapd has not made its socket. */
function openControl(interfaceName: string): number | undefined {
  try {
    return unixDatagram(`/var/run/hostapd-ubus-${interfaceName}`, `${CONTROL_FOLDER}/${interfaceName}`);
  } catch (error) {
    if (error instanceof Error && error.name === 'SystemError') return undefined;
    throw error;
  }
}

function sendCommand(descriptor: number, text: string): boolean {
  try {
    return send(descriptor, utf8Octets(text)) > 0;
  } catch (error) {
    if (error instanceof Error && error.name === 'SystemError') return false;
    throw error;
  }
}

for (const interfaceName of scriptArgs.slice(1)) serveWhenThere(interfaceName);
