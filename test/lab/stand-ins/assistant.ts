// What LuCI's assistant makes of its three answers, as lines for `uci batch`:
//   qjs -m assistant.js SSID LAN_ADDRESS/LENGTH WAN_ADDRESS/LENGTH OTHER_ADDRESS OTHER_NETWORK KEY
// The lines are made by the very code of the page; only the browser around it is missing.

import * as std from 'std';
import { isPair, pairOf, wantedSections } from '../../../luci/src/pairing.ts';
import { type Ipv4Address, parseIpv4, prefixOf } from '../../../src/octets/address.ts';

const [, ssid = '', lan = '', wan = '', otherAddress = '', otherNetwork = '', key = ''] = scriptArgs;

Object.assign(globalThis, { _: (text: string) => text });

function network(name: string, device: string, text: string) {
  const [address = '', length] = text.split('/');
  const parsed = parseIpv4(address) as Ipv4Address;
  return { name, device, address: parsed, prefix: prefixOf(parsed, Number(length)) };
}

function run(): number {
  const parts = {
    radios: [],
    wireless: [{ ssid, radio: 'radio0', networks: ['lan'] }],
    bridges: [],
    ports: [],
    networks: [network('lan', 'br-lan', lan), network('wan', 'wan', wan)],
  };
  const pair = pairOf({ ssid, otherAddress, otherNetwork, key }, parts);
  if (!isPair(pair)) {
    std.err.puts(`${pair.map(({ field, text }) => `${field}: ${text}`).join('\n')}\n`);
    return 1;
  }
  for (const { type, name, same, options, lists = {} } of wantedSections(pair)) {
    const place = name ?? `@${type}[-1]`;
    std.out.puts(name === undefined ? `add pmip ${type}\n` : `set pmip.${name}=${type}\n`);
    for (const [option, value] of Object.entries({ ...same, ...options }))
      std.out.puts(`set pmip.${place}.${option}='${value}'\n`);
    for (const [option, items] of Object.entries(lists))
      for (const item of items) std.out.puts(`add_list pmip.${place}.${option}='${item}'\n`);
  }
  return 0;
}

std.exit(run());
