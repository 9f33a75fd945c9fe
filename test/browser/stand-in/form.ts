// LuCI's form, as far as the settings use it: maps with tabs, sections, and options that load, check, and write themselves by the same
// rules (an empty field removes, what has not changed is not written).

import { made } from './nodes.ts';
import type { Rpc } from './rpc.ts';
import type { Uci } from './uci.ts';
import type { Ui } from './ui.ts';
import { checkboxWidget, listWidget, selectWidget, textWidget, type Widget } from './widgets.ts';

let uci: Uci;
let rpc: Rpc;

let showModal: Ui['showModal'];

export function useModules(given: { readonly uci: Uci; readonly rpc: Rpc; readonly ui: Ui }): void {
  [uci, rpc] = [given.uci, given.rpc];
  showModal = (...shown) => given.ui.showModal(...shown);
}

class FormMap {
  readonly config: string;
  readonly sections: AbstractSection[] = [];
  readonly root = made('div', { class: 'cbi-map' });
  tabbed = false;
  readonly = false;

  constructor(config: string) {
    this.config = config;
    this.root.id = `cbi-${config}`;
  }

  section<Kind extends new (map: FormMap, ...given: never[]) => AbstractSection>(
    kind: Kind,
    ...given: string[]
  ): AbstractSection {
    const section = new kind(this, ...(given as never[]));
    this.sections.push(section);
    return section;
  }

  async render(): Promise<HTMLElement> {
    const access = rpc.declare({
      object: 'session',
      method: 'access',
      params: ['scope', 'object', 'function'],
      expect: { access: false },
    });
    const [mayWrite] = await Promise.all([access('uci', this.config, 'write'), uci.load(this.config)]);
    this.readonly = mayWrite !== true;
    return this.#draw();
  }

  async save(changed: (() => unknown) | null): Promise<void> {
    const wrong = this.sections.flatMap((section) => section.wrongs());
    if (wrong.length > 0) {
      showModal(['Save error'], [wrong.join('; ')]);
      throw new TypeError(wrong.join('; '));
    }
    for (const section of this.sections) section.parse();
    await changed?.();
    await uci.save();
    await this.render();
  }

  async reset(): Promise<void> {
    await this.render();
  }

  lookupOption(name: string, id: string): [AbstractValue, string] | null {
    const found = this.sections
      .flatMap(({ options }) => options)
      .find((option) => option.option === name && option.isShownFor(id));
    return found === undefined ? null : [found, id];
  }

  #draw(): HTMLElement {
    const shown = this.sections.map((section) => section.render());
    const tabs = made('ul', { class: 'cbi-tabmenu' });
    const choose = (chosen: number) => {
      for (const [index, node] of shown.entries()) node.hidden = index !== chosen;
      for (const [index, tab] of Array.from(tabs.children).entries())
        tab.className = index === chosen ? 'cbi-tab' : 'cbi-tab-disabled';
    };
    for (const [index, { title }] of this.sections.entries()) {
      const link = made('a', { href: '#' }, [title]);
      link.addEventListener('click', (event) => {
        event.preventDefault();
        choose(index);
      });
      tabs.append(made('li', {}, [link]));
    }
    if (this.tabbed) choose(0);
    this.root.replaceChildren(...(this.tabbed ? [tabs] : []), ...shown);
    return this.root;
  }
}

class AbstractSection {
  readonly map: FormMap;
  readonly title: string;
  readonly description: string;
  readonly options: AbstractValue[] = [];
  addremove = false;
  anonymous = false;

  constructor(map: FormMap, title: string, description: string) {
    this.map = map;
    this.title = title;
    this.description = description;
  }

  ids(): string[] {
    return [];
  }

  add(): void {}

  option<Kind extends typeof AbstractValue>(kind: Kind, name: string, title = name, help = ''): AbstractValue {
    const option = new kind(this.map, name, title, help);
    this.options.push(option);
    return option;
  }

  wrongs(): string[] {
    return this.ids().flatMap((id) => this.options.flatMap((option) => option.wrong(id)));
  }

  parse(): void {
    for (const id of this.ids()) for (const option of this.options) option.parse(id);
  }

  render(): HTMLElement {
    const nodes = this.ids().map((id) =>
      made('div', { class: 'cbi-section-node', id: `cbi-${this.map.config}-${id}` }, [
        ...(this.addremove ? [this.#button('remove', _('Delete'), () => uci.remove(this.map.config, id))] : []),
        ...this.options.map((option) => option.render(id)),
      ]),
    );
    const adding = this.addremove
      ? [made('div', { class: 'cbi-section-create' }, [this.#button('add', _('Add'), () => this.add())])]
      : [];
    return made('div', { class: 'cbi-section' }, [
      made('h3', {}, [this.title]),
      made('p', {}, [this.description]),
      ...nodes,
      ...adding,
    ]);
  }

  #button(kind: string, text: string, act: () => void): HTMLElement {
    const button = made('button', { class: `cbi-button cbi-button-${kind}`, type: 'button' }, [text]);
    button.addEventListener('click', () => {
      act();
      button.closest('.cbi-section')?.replaceWith(this.render());
    });
    return button;
  }
}

class NamedSection extends AbstractSection {
  readonly #id: string;

  constructor(map: FormMap, id: string, _type: string, title = '', description = '') {
    super(map, title, description);
    this.#id = id;
  }

  override ids(): string[] {
    return uci.sections(this.map.config).some((section) => section['.name'] === this.#id) ? [this.#id] : [];
  }
}

class TypedSection extends AbstractSection {
  readonly #type: string;

  constructor(map: FormMap, type: string, title = '', description = '') {
    super(map, title, description);
    this.#type = type;
  }

  override ids(): string[] {
    return uci.sections(this.map.config, this.#type).map((section) => section['.name']);
  }

  override add(): void {
    uci.add(this.map.config, this.#type);
  }
}

class TableSection extends TypedSection {}

class AbstractValue {
  readonly map: FormMap;
  readonly option: string;
  readonly title: string;
  readonly help: string;
  readonly choices: [string, string][] = [];
  default: string | undefined;
  rmempty = true;
  optional = false;
  placeholder = '';
  password = false;
  readonly #widgets = new Map<string, Widget>();

  constructor(map: FormMap, option: string, title: string, help: string) {
    this.map = map;
    this.option = option;
    this.title = title;
    this.help = help;
  }

  value(key: string, title = key): void {
    this.choices.push([key, title]);
  }

  cfgvalue(id: string): unknown {
    return uci.get(this.map.config, id, this.option);
  }

  formvalue(id: string): unknown {
    return this.#widgets.get(id)?.value();
  }

  isShownFor(id: string): boolean {
    return this.#widgets.get(id)?.node.isConnected === true;
  }

  validate(_id: string, _value: string): true | string {
    return true;
  }

  write(id: string, value: unknown): void {
    uci.set(this.map.config, id, this.option, value);
  }

  remove(id: string): void {
    uci.set(this.map.config, id, this.option, null);
  }

  /** What is wrong, which its field shows too. */
  wrong(id: string): string[] {
    const widget = this.#widgets.get(id);
    if (widget === undefined) return [];
    const value = widget.value();
    const isMissing = (value === '' || (Array.isArray(value) && value.length === 0)) && !this.rmempty && !this.optional;
    const verdicts: (true | string)[] = [
      isMissing ? 'non-empty value' : true,
      ...[value].flat().map((one) => this.validate(id, one)),
    ];
    const wrong = verdicts.filter((verdict): verdict is string => verdict !== true);
    widget.mark(wrong[0]);
    return wrong.map((verdict) => `${this.title}: ${verdict}`);
  }

  parse(id: string): void {
    const value = this.formvalue(id);
    const isEmpty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
    if (isEmpty || this.isDefault(value)) this.remove(id);
    else if (JSON.stringify(value) !== JSON.stringify(this.cfgvalue(id))) this.write(id, value);
  }

  /** Only of a checkbox: what holds anyhow is not written. */
  isDefault(_value: unknown): boolean {
    return false;
  }

  render(id: string): HTMLElement {
    const name = `cbid.${this.map.config}.${id}.${this.option}`;
    const widget = this.renderWidget(id);
    widget.classList.add('cbi-value-field');
    return made('div', { class: 'cbi-value', 'data-field': name, 'data-name': this.option }, [
      made('label', { class: 'cbi-value-title', for: `widget.${name}` }, [this.title]),
      widget,
      made('div', { class: 'cbi-value-description' }, [this.help]),
    ]);
  }

  renderWidget(id: string): HTMLElement {
    const widget = this.widget(
      `widget.cbid.${this.map.config}.${id}.${this.option}`,
      this.cfgvalue(id) ?? this.default,
    );
    this.#widgets.set(id, widget);
    widget.node.addEventListener('change', () => void this.wrong(id));
    return widget.node;
  }

  widget(id: string, value: unknown): Widget {
    return textWidget(id, String(value ?? ''), this);
  }
}

class Value extends AbstractValue {}

class Flag extends Value {
  enabled = '1';
  disabled = '0';

  override widget(id: string, value: unknown): Widget {
    return checkboxWidget(id, value === this.enabled, this);
  }

  override isDefault(value: unknown): boolean {
    return (this.rmempty || this.optional) && value === (this.default ?? this.disabled);
  }
}

class ListValue extends Value {
  override widget(id: string, value: unknown): Widget {
    return selectWidget(id, String(value ?? ''), this.choices);
  }
}

class DynamicList extends Value {
  override widget(id: string, value: unknown): Widget {
    return listWidget(id, [value ?? []].flat().map(String), this.placeholder);
  }
}

export {
  AbstractSection,
  AbstractValue,
  DynamicList,
  Flag,
  FormMap as Map,
  ListValue,
  NamedSection,
  TableSection,
  TypedSection,
  Value,
};
