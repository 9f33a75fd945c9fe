// Which radio an interface belongs to, as netifd tells (object network.wireless, method status).

import type { Plain, PlainTable } from '../ubus-js/blobmsg.ts';
import { isTable } from './hostapd-answers.ts';

/** netifd knows an interface a little later than hostapd; some it never knows. */
const MOST_QUESTIONS = 5;

export class Radios {
  #byInterface: ReadonlyMap<string, string> = new Map();
  #questions = 0;

  /** As /etc/config/wireless names it. */
  of(interfaceName: string): string | undefined {
    return this.#byInterface.get(interfaceName);
  }

  /** There is an interface that may not have been asked for. */
  interfaceFound(): void {
    this.#questions = 0;
  }

  /** The answer; whether it is worth asking again soon, if something is still unknown. */
  told(status: PlainTable): boolean {
    this.#byInterface = radiosOfInterfaces(status);
    this.#questions += 1;
    return this.#questions < MOST_QUESTIONS;
  }
}

/** `{ "radio0": { "interfaces": [ { "ifname": "phy0-ap0" } ] } }` as interface and radio. */
function radiosOfInterfaces(status: PlainTable): Map<string, string> {
  const radios = new Map<string, string>();
  for (const [radio, facts] of Object.entries(status)) {
    const interfaces = isTable(facts) ? facts.interfaces : undefined;
    for (const entry of Array.isArray(interfaces) ? (interfaces as readonly Plain[]) : []) {
      if (isTable(entry) && typeof entry.ifname === 'string') radios.set(entry.ifname, radio);
    }
  }
  return radios;
}
