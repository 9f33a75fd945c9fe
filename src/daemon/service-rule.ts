// Whose stations are served: the switch must be on for the bridge, the radio and the SSID.

import type { Bss } from '../clients/hostapd-client.ts';
import type { Bridge } from '../config/config.ts';

export type ServiceFault = 'radioNotChosen' | 'ssidNotChosen';

/** Why its stations are left alone. No radio named: all of them. No SSID named: none, for a guest network must not roam into the house. */
export function serviceFault(
  { radios, ssids }: Pick<Bridge, 'radios' | 'ssids'>,
  { ssid, radio }: Pick<Bss, 'ssid' | 'radio'>,
): ServiceFault | undefined {
  // Without netifd nobody can tell to which radio an interface belongs.
  const isRadioChosen = radios.length === 0 || radio === undefined || radios.includes(radio);
  if (!isRadioChosen) return 'radioNotChosen';
  return ssids.includes(ssid) ? undefined : 'ssidNotChosen';
}
