// Whose stations are served: the switch must be on for the bridge, the radio and the SSID.

import type { AttachmentChange } from '../clients/attached-stations.ts';
import type { Bss } from '../clients/hostapd-client.ts';
import type { Bridge } from '../config/config.ts';
import type { Report } from '../roles/report.ts';

export type ServiceFault = 'radioNotChosen' | 'ssidNotChosen' | 'ssidWithVlans' | 'repeater';

/** Why its stations are left alone. No radio named: all of them. No SSID named: none, for a guest network must not roam into the house. */
export function serviceFault(
  { radios, ssids }: Pick<Bridge, 'radios' | 'ssids'>,
  { ssid, radio, hasVlans, hasWirelessUplink }: Pick<Bss, 'ssid' | 'radio' | 'hasVlans' | 'hasWirelessUplink'>,
): ServiceFault | undefined {
  // Without netifd nobody can tell to which radio an interface belongs.
  const isRadioChosen = radios.length === 0 || radio === undefined || radios.includes(radio);
  if (!isRadioChosen) return 'radioNotChosen';
  if (!ssids.includes(ssid)) return 'ssidNotChosen';
  if (hasVlans) return 'ssidWithVlans';
  return hasWirelessUplink ? 'repeater' : undefined;
}

/** Of a station of a BSS that is not served: that it has come is a fact of its trail. */
export function notServed({ kind, mac, interfaceName }: AttachmentChange): { kind: 'report'; report: Report }[] {
  const report = { kind: 'stationNotServed', mac, interfaceName } as const;
  return kind === 'stationAttached' ? [{ kind: 'report', report }] : [];
}
