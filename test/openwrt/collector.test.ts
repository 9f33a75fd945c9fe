// The Prometheus collector run by ucode, where UCODE names the program (Debian has none): what it gives for answers of the
// ubus object. Without it, package.test.ts compares the names.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from './unpacked-package.ts';

const UCODE = process.env.UCODE;
const COLLECTOR = join(ROOT, 'openwrt/pmip/files/pmip.uc');
// The exporter's words, as far as a collector uses them.
const HOST = `
  const metric = (kind) => (name, help) => (labels, value) => printf("%s %s %J %J\\n", kind, name, labels, value);
  const answers = json(ARGV[1]);
  const ubus = { call: (object, method) => answers[object + " " + method] };
  const collect = loadfile(ARGV[0], { strict_declarations: true, raw_mode: true });
  if (call(collect, null, { ubus, gauge: metric("gauge"), counter: metric("counter") }) === false) printf("failed\\n");
`;

function collected(answers: object): string[] {
  const words = ['-e', HOST, COLLECTOR, JSON.stringify(answers)];
  return execFileSync(UCODE ?? '', words, { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
}

describe.skipIf(UCODE === undefined)('the Prometheus collector', () => {
  test('gives the state, each BSS, and every counter once', () => {
    const bss = [{ interface: 'phy0-ap0', ssid: 'tsunami', frequency_mhz: 2412, served: true }];
    const bridges = [{ device: 'br-lan', served: false }];
    const facts = { version: '0.1.0', uptime_seconds: 7, bridges };
    const status = {
      ...facts,
      enabled: true,
      paused: false,
      stations: 3,
      visitors: 1,
      bindings: 2,
      problems: ['one'],
      bss,
    };
    const counters = { requestDenied: 2, 'requestDenied.133': 2, 'kernelRefused.tunnel': 1 };
    expect(collected({ 'pmip status': status, 'pmip counters': counters })).toEqual([
      'gauge pmip_info { "version": "0.1.0" } 1',
      'gauge pmip_uptime_seconds null 7',
      'gauge pmip_enabled null true',
      'gauge pmip_paused null false',
      'gauge pmip_stations null 3',
      'gauge pmip_visitors null 1',
      'gauge pmip_bindings null 2',
      'gauge pmip_problems null 1',
      'gauge pmip_bridge_served { "device": "br-lan" } false',
      'gauge pmip_bss_served { "interface": "phy0-ap0", "ssid": "tsunami" } true',
      'counter pmip_events_total { "event": "requestDenied" } 2',
      'counter pmip_event_reasons_total { "event": "requestDenied", "reason": "133" } 2',
      'counter pmip_event_reasons_total { "event": "kernelRefused", "reason": "tunnel" } 1',
    ]);
  });

  test('says that it has failed where the daemon does not run', () => {
    expect(collected({})).toEqual(['failed']);
  });
});
