'require view';
'require rpc';
'require uci';
'require ui';

// The first-time assistant: a pair of access points between which stations roam, from three answers.

import { formatIpv4, formatPrefix } from '../../../src/octets/address.ts';
import { element, update } from '../element.ts';
import {
  answersForOther,
  type Field,
  isPair,
  type Pair,
  type PairAnswers,
  pairOf,
  type Wrong,
  wantedSections,
} from '../pairing.ts';
import { phrase } from '../phrase.ts';
import { askRouterParts, type RouterParts } from '../router-parts.ts';
import styles from '../style.css';
import { putSections } from '../uci-changes.ts';

const FIELDS: readonly Field[] = ['ssid', 'otherAddress', 'otherNetwork', 'key'];

class Assistant {
  readonly root = element('div', { class: 'pmip' });
  readonly #parts: RouterParts;
  readonly #inputs: Readonly<Record<Field, HTMLInputElement | HTMLSelectElement>>;
  readonly #sheet = element('div', {});
  readonly #button = element(
    'button',
    { class: 'btn cbi-button cbi-button-apply important', type: 'button' },
    _('Set up this access point'),
  ) as HTMLButtonElement;
  /** Nothing is complained about before it was touched. */
  readonly #touched = new Set<Field>();

  constructor(parts: RouterParts) {
    this.#parts = parts;
    this.#inputs = {
      ssid: ssidSelect(parts),
      otherAddress: textInput('10.2.0.1', ''),
      otherNetwork: textInput('10.2.0.0/24', ''),
      key: textInput('', newKey()),
    };
    this.root.append(
      element('style', {}, styles),
      element('h2', {}, _('Two access points, one walk')),
      element(
        'p',
        {},
        _(
          'Answer the same three questions on both access points. After that a station that walks from one to the other keeps its address and its connections.',
        ),
      ),
      ...FIELDS.map((name) => this.#field(name)),
      this.#sheet,
      element('div', { class: 'cbi-page-actions' }, this.#button),
    );
    this.#button.addEventListener('click', () => void this.#setUp());
    this.#draw();
  }

  #field(name: Field): HTMLElement {
    const input = this.#inputs[name];
    const { title, help } = fieldText(name);
    input.id = `pmip-${name}`;
    input.setAttribute('aria-describedby', `pmip-${name}-help pmip-${name}-wrong`);
    input.addEventListener('input', () => this.#draw());
    input.addEventListener('change', () => {
      this.#touched.add(name);
      this.#draw();
    });
    return element(
      'div',
      { class: 'pmip-field' },
      element('label', { for: input.id }, title),
      input,
      element('span', { class: 'pmip-small', id: `pmip-${name}-help` }, help),
      element('span', { class: 'pmip-wrong', id: `pmip-${name}-wrong`, role: 'alert' }),
    );
  }

  #pair(): Pair | readonly Wrong[] {
    const { ssid, otherAddress, otherNetwork, key } = this.#inputs;
    const answers: PairAnswers = {
      ssid: ssid.value,
      otherAddress: otherAddress.value,
      otherNetwork: otherNetwork.value,
      key: key.value,
    };
    return pairOf(answers, this.#parts);
  }

  #draw(): void {
    const pair = this.#pair();
    const wrongs = isPair(pair) ? [] : pair;
    for (const name of FIELDS) {
      const text = wrongs.find(({ field }) => field === name)?.text ?? '';
      const isShown = text !== '' && (this.#touched.has(name) || name === 'ssid');
      const input = this.#inputs[name];
      input.setAttribute('aria-invalid', String(isShown));
      const place = this.root.querySelector(`#pmip-${name}-wrong`);
      if (place !== null)
        update(place, element('span', { class: 'pmip-wrong', id: place.id, role: 'alert' }, isShown ? text : ''));
    }
    this.#button.disabled = !isPair(pair) || L.hasViewPermission() !== true;
    update(this.#sheet, element('div', {}, isPair(pair) && sheet(pair)));
  }

  async #setUp(): Promise<void> {
    const pair = this.#pair();
    if (!isPair(pair)) return;
    this.#button.disabled = true;
    try {
      await uci.load('pmip');
      putSections(wantedSections(pair));
      await uci.save();
      await ui.changes.init();
      ui.changes.apply(true);
    } catch (error) {
      const text = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      ui.addNotification(null, [element('p', {}, text)], 'error');
    }
    this.#button.disabled = false;
  }
}

function fieldText(name: Field): { readonly title: string; readonly help: string } {
  switch (name) {
    case 'ssid':
      return {
        title: _('1. Which Wi-Fi network may stations roam in?'),
        help: _('It has the same name on both access points.'),
      };
    case 'otherAddress':
      return {
        title: _('2. By which address does this access point reach the other one?'),
        help: _('Its address in the network that both are connected to.'),
      };
    case 'otherNetwork':
      return {
        title: _('3. Which network do the clients of the other one have?'),
        help: _('Another than here: each access point has a network of its own.'),
      };
    case 'key':
      return {
        title: _('Key'),
        help: _(
          'It keeps strangers out. Here is a new one for the first access point; on the second, enter the key of the first.',
        ),
      };
  }
}

/** What goes into the configuration here, and what to answer on the other access point. */
function sheet(pair: Pair): HTMLElement {
  const { own, device } = pair;
  const there = answersForOther(pair);
  const rows: [string, string][] = [
    [_('1. Wi-Fi network'), there.ssid],
    [_('2. Address of the other'), there.otherAddress],
    [_('3. Network of the other'), there.otherNetwork],
    [_('Key'), there.key],
  ];
  return element(
    'div',
    { class: 'pmip-sheet', 'data-key': 'sheet' },
    element(
      'p',
      {},
      phrase(
        _('This access point has the network %1 on %2 and is reached at %3.'),
        formatPrefix(own.network),
        device,
        formatIpv4(own.homeAgent),
      ),
    ),
    element('strong', {}, _('To be answered on the other access point:')),
    element(
      'dl',
      { class: 'pmip-facts' },
      ...rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, element('code', {}, value))]),
    ),
  );
}

function ssidSelect({ wireless }: RouterParts): HTMLSelectElement {
  const names = [...new Set(wireless.map(({ ssid }) => ssid))];
  const options = names.map((name) => element('option', { value: name }, name));
  return element('select', { class: 'cbi-input-select' }, ...options) as HTMLSelectElement;
}

function textInput(placeholder: string, value: string): HTMLInputElement {
  const attributes = {
    class: 'cbi-input-text',
    type: 'text',
    placeholder,
    value,
    autocomplete: 'off',
    spellcheck: 'false',
  };
  return element('input', attributes) as HTMLInputElement;
}

function newKey(): string {
  const octets = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}

export const page = view.extend({
  load: async (): Promise<RouterParts> => {
    const [parts] = await Promise.all([askRouterParts(), uci.load('pmip')]);
    return parts;
  },

  render: (parts: RouterParts) => new Assistant(parts).root,

  handleSave: null,
  handleSaveApply: null,
  handleReset: null,
});
