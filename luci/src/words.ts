// What the daemon's words mean, for a person.

import type { BssAnswer, StationAnswer } from './answers.ts';
import { phrase, spanText } from './phrase.ts';
import type { StationPlace, StationState } from './station-places.ts';

export const STATES: readonly StationState[] = ['home', 'visiting', 'elsewhere', 'notProxied', 'unknown'];

export function stateText(state: StationState): string {
  switch (state) {
    case 'home':
      return _('At home here');
    case 'visiting':
      return _('Visiting from elsewhere');
    case 'elsewhere':
      return _('Ours, away');
    case 'notProxied':
      return _('Not proxied');
    case 'unknown':
      return _('Address not known yet');
  }
}

/** One line on how a station stands. */
export function standingText(place: StationPlace): string {
  const { station, visitor, binding, peer = '' } = place;
  if (binding !== undefined && place.state === 'elsewhere')
    return phrase(_('Reached through the tunnel to %1'), binding.care_of_address);
  if (place.state === 'visiting') {
    const from = phrase(_('Keeps its address from %1'), peer);
    const registration = station === undefined ? undefined : registrationText(station);
    const remaining = station?.remaining_seconds ?? visitor?.remaining_seconds;
    if (registration !== undefined) return `${from}; ${registration}`;
    return remaining === undefined ? from : `${from}; ${phrase(_('registered for another %1'), spanText(remaining))}`;
  }
  if (place.state === 'notProxied' && station !== undefined) return reasonText(station);
  if (place.state === 'unknown') return _('It has not yet sent anything with an IPv4 address');
  return _('In its own network');
}

/** The daemon's own sentence where it has one. */
export function reasonText({ reason, reason_text: text }: StationAnswer): string {
  return text ?? reason ?? _('The daemon gives no reason');
}

export function registrationText(station: StationAnswer): string | undefined {
  const { registration, remaining_seconds: remaining, code, reason_text: text } = station;
  switch (registration) {
    case undefined:
      return undefined;
    case 'registered':
      return remaining === undefined ? _('registered') : phrase(_('registered for another %1'), spanText(remaining));
    case 'refused':
      if (text !== undefined) return phrase(_('registration refused: %1'), text);
      return code === undefined ? _('registration refused') : phrase(_('registration refused with code %1'), code);
    case 'waiting':
    case 'postponed':
      return _('registration under way');
    default:
      return registration;
  }
}

/** By what the access point knows the address of a station. */
export function learnedText(learnedBy: string | undefined): string | undefined {
  switch (learnedBy) {
    case 'arp':
      return _('its ARP');
    case 'ipv4':
      return _('a packet of it');
    case 'dhcp':
      return _('its DHCP');
    case 'directory':
      return _('the access point where it was before');
    case 'memory':
      return _('its last stay here');
    case 'configuration':
      return _('its last stay here, under a former configuration');
    default:
      return learnedBy;
  }
}

/** An interface of this access point by what is sent there, another place by its address. */
export function placeText(place: string, bsses: readonly BssAnswer[]): string {
  const bss = bsses.find((each) => each.interface === place);
  return bss === undefined ? place : `${place} (${[bss.ssid, bandText(bss)].filter((part) => part !== '').join(', ')})`;
}

export function bandText({ frequency_mhz: frequency }: BssAnswer): string {
  if (frequency === undefined || frequency === 0) return '';
  if (frequency < 3000) return '2.4 GHz';
  return frequency < 5925 ? '5 GHz' : '6 GHz';
}

export function yesNo(value: boolean | undefined): string {
  if (value === undefined) return '';
  return value ? _('yes') : _('no');
}
