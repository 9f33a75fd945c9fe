// Titles of options, and what their values may be, from the rows of THE table of options. The words that only the table
// has come into the template of translations from here too.

import type { OptionRow, SectionRow, ValueRule } from '../../src/config/options.ts';
import { phrase } from './phrase.ts';

const CAPITALS: Readonly<Record<string, string>> = {
  ascii: 'ASCII',
  dhcp: 'DHCP',
  mac: 'MAC',
  spi: 'SPI',
  ssids: 'SSIDs',
};

/** English: `careOfAddress` becomes `Care-of address`; units stand in the help. */
export function titleOf({ property }: OptionRow): string {
  const words = property
    .replace(/^(is|are)(?=[A-Z])/, '')
    .replace(/Seconds$/, '')
    .split(/(?=[A-Z])/)
    .map((word) => CAPITALS[word.toLowerCase()] ?? word.toLowerCase());
  const text = words.join(' ').replace('care of', 'care-of');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What of the table is shown, and so translated. */
export function shownTexts(sections: readonly SectionRow[]): string[] {
  return sections.flatMap(({ help, options }) => [
    help,
    ...options.flatMap((option) => [titleOf(option), option.help]),
  ]);
}

/** `allowedText` of the daemon in the user's language. */
export function allowedWords(rule: ValueRule): string {
  switch (rule.kind) {
    case 'boolean':
      return _('0 or 1');
    case 'integer':
      return rule.unit === undefined
        ? phrase(_('a whole number from %1 to %2'), rule.least, rule.most)
        : phrase(_('a whole number of seconds from %1 to %2'), rule.least, rule.most);
    case 'choice':
      return phrase(_('%1 or %2'), rule.choices.slice(0, -1).join(', '), rule.choices.at(-1) ?? '');
    case 'address':
      return _('an IPv4 address such as 10.91.7.151');
    case 'hostAddress':
      return _('the IPv4 address of a host, such as 10.1.0.1');
    case 'host':
      return _('the IPv4 address of a host, or a host name');
    case 'prefix':
      return _('a subnet such as 10.1.0.0/24, with no bits set behind its mask');
    case 'mac':
      return _('the MAC address of a host, such as 02:00:5e:10:00:01');
    case 'spi':
      return _('hexadecimal, 100 to ffffffff');
    case 'asciiKey':
      return _('1 to 16 ASCII characters');
    case 'hexKey':
      return _('exactly 32 hexadecimal digits');
    case 'secret':
      return phrase(_('at least %1 octets'), rule.leastOctets);
    case 'interfaceName':
      return _('the name of a network device, at most 15 octets');
    case 'path':
      return _('an absolute path of at most 107 octets');
    case 'text':
      return phrase(_('1 to %1 octets'), rule.mostOctets);
  }
}
