// LuCI's form made from THE table of options: a tab for each type of section, and a widget for each kind of value. Whoever
// adds a row to the table has it here.

import { readValue } from '../../src/config/config-values.ts';
import { BRIDGE, MAIN, type OptionRow, SECTIONS, type SectionRow } from '../../src/config/options.ts';
import { checkValue } from './configuration.ts';
import { titleOf } from './option-words.ts';
import { phrase } from './phrase.ts';
import type { Choice, RouterParts } from './router-parts.ts';

/** Options of the main section that have a tab of their own. */
const isOfSubnetMap = ({ name }: OptionRow) => name.startsWith('aap');

export function settingsForm(parts: RouterParts): form.Map {
  const map = new form.Map('pmip');
  map.tabbed = true;
  for (const row of SECTIONS) {
    const section = addSection(map, row);
    for (const option of row.options) {
      if (row.type !== MAIN.type || !isOfSubnetMap(option)) addOption(section, row, option, parts);
    }
  }
  const authorities = map.section(form.NamedSection, MAIN.onlyName, MAIN.type, _('Authoritative access points'));
  for (const option of MAIN.options.filter(isOfSubnetMap)) addOption(authorities, MAIN, option, parts);
  return map;
}

function addSection(map: form.Map, row: SectionRow): form.AbstractSection {
  const title = sectionTitle(row);
  if (row.onlyName !== undefined) return map.section(form.NamedSection, row.onlyName, row.type, title, _(row.help));
  // A bridge has long lists; the others are lines of a table.
  const kind = row.type === BRIDGE.type ? form.TypedSection : form.TableSection;
  const section = map.section(kind, row.type, title, _(row.help));
  section.addremove = true;
  section.anonymous = true;
  return section;
}

function sectionTitle({ type }: SectionRow): string {
  switch (type) {
    case 'pmip':
      return _('General');
    case 'bridge':
      return _('Bridges');
    case 'secure_node':
      return _('Keys of clients');
    case 'secure_agent':
      return _('Keys of agents');
    case 'subnet':
      return _('Subnet map');
    case 'radius':
      return 'RADIUS';
    default:
      return type;
  }
}

function addOption(section: form.AbstractSection, row: SectionRow, option: OptionRow, parts: RouterParts): void {
  const widget = section.option(widgetOf(option), option.name, _(titleOf(option)), _(option.help));
  widget.rmempty = option.isRequired !== true;
  widget.optional = option.isRequired !== true;
  if (option.default !== undefined) widget.default = option.default;
  if (option.value.kind === 'choice') for (const choice of option.value.choices) widget.value(choice);
  for (const { value, label } of choicesOf(row, option, parts)) widget.value(value, label);
  if (widget instanceof form.Flag) makeFlag(widget, option);
  else if (option.isSecret) makeWriteOnly(widget, row, option);
  else if (option.value.kind !== 'choice') makeChecked(widget, option);
  if (!option.isSecret) leaveDefaultsOut(widget, option);
}

/** What holds without being written is not written because somebody looked at it. */
function leaveDefaultsOut(widget: form.AbstractValue, option: OptionRow): void {
  widget.write = (section, value) => {
    if (value === option.default && (uci.get('pmip', section, option.name) ?? '') === '') return;
    uci.set('pmip', section, option.name, value);
  };
}

function widgetOf({ value, mostItems }: OptionRow): typeof form.Value {
  if (mostItems !== undefined) return form.DynamicList;
  if (value.kind === 'boolean') return form.Flag;
  return value.kind === 'choice' ? form.ListValue : form.Value;
}

/** What the router has of it; something else may be entered. */
function choicesOf(row: SectionRow, option: OptionRow, parts: RouterParts): readonly Choice[] {
  if (row.type !== BRIDGE.type) return [];
  const plain = (values: readonly string[]) => [...new Set(values)].map((value) => ({ value, label: value }));
  switch (option.property as (typeof BRIDGE.options)[number]['property']) {
    case 'device':
      return plain(parts.bridges);
    case 'ports':
      return plain(parts.ports);
    case 'radios':
      return parts.radios;
    case 'ssids':
      return plain(parts.wireless.map(({ ssid }) => ssid));
    default:
      return [];
  }
}

/** /etc/config has more words for yes than a checkbox. */
function makeFlag(flag: form.Flag, option: OptionRow): void {
  flag.cfgvalue = (section) => {
    const stored = uci.get('pmip', section, option.name);
    if (typeof stored !== 'string') return null;
    return readValue(option.value, stored) === true ? '1' : '0';
  };
}

function makeChecked(widget: form.AbstractValue, option: OptionRow): void {
  const { mostItems } = option;
  widget.validate = (section, value) => {
    if (value === '') return option.isRequired && mostItems === undefined ? checkValue(option, value) : true;
    const verdict = checkValue(option, value);
    if (verdict !== true || option.name !== 'end') return verdict;
    return checkEnd(option, value, formText(widget, section, 'start'));
  };
  if (mostItems === undefined) return;
  // `option` where a list is meant is one item, whatever blanks an SSID has.
  widget.cfgvalue = (section) => {
    const stored = uci.get('pmip', section, option.name);
    return typeof stored === 'string' ? [stored] : stored;
  };
  widget.placeholder = phrase(_('add one, at most %1'), mostItems);
}

/** A range that ends before it begins is none. */
function checkEnd({ value: rule }: OptionRow, end: string, start: string): true | string {
  const [first, last] = [readValue(rule, start), readValue(rule, end)];
  if (typeof first !== 'number' || typeof last !== 'number' || first <= last) return true;
  return phrase(_('This is before the start, %1'), start);
}

/** As it stands in the form now. */
function formText(widget: form.AbstractValue, section: string, name: string): string {
  const found = widget.map.lookupOption(name, section);
  const value = found?.[0].formvalue(found[1]);
  return typeof value === 'string' ? value : '';
}

/** A key can be given and replaced; the page never shows the one that is set, and an empty field leaves it as it is. */
function makeWriteOnly(widget: form.AbstractValue, row: SectionRow, option: OptionRow): void {
  const rivals = row.options.filter(({ name, isSecret }) => isSecret && name !== option.name).map(({ name }) => name);
  const isSet = (section: string, name: string) => (uci.get('pmip', section, name) ?? '') !== '';
  const render = widget.renderWidget;
  widget.password = true;
  widget.optional = true;
  widget.rmempty = true;
  widget.cfgvalue = () => null;
  widget.remove = () => undefined;
  widget.renderWidget = (section, ...rest) => {
    widget.placeholder = isSet(section, option.name) ? _('set; empty leaves it') : _('not set');
    return render.call(widget, section, ...rest);
  };
  widget.write = (section, value) => {
    uci.set('pmip', section, option.name, value);
    if (isOneKey(option)) for (const rival of rivals) uci.set('pmip', section, rival, null);
  };
  widget.validate = (section, value) => {
    if (value !== '') return checkValue(option, value);
    const isMissing = option.isRequired && !isSet(section, option.name);
    return isMissing ? checkValue(option, value) : true;
  };
}

/** A key is given in one of two ways: whichever was given last counts. */
function isOneKey({ value: { kind } }: OptionRow): boolean {
  return kind === 'asciiKey' || kind === 'hexKey';
}
