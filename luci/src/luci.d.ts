// The part of LuCI's browser runtime that these pages use. Its loader hands these to a page as parameters, by the
// names in the page's leading 'require ...' directives; `_` and `L` are global.

declare function _(text: string, context?: string): string;

/** Its content is an array always: LuCI takes a bare string for HTML. */
type LuciContent = readonly (Node | string)[];

declare const L: {
  url(...parts: string[]): string;
  hasViewPermission(): boolean | null;
};

declare const view: { extend(members: object): unknown };
declare const baseclass: { extend(members: object): unknown };

declare const rpc: {
  /** Arguments go by the order of `params`. `reject`: any status but 0 rejects the promise. */
  declare<Answer, Arguments extends readonly unknown[] = []>(call: {
    readonly object: string;
    readonly method: string;
    readonly params?: readonly string[];
    readonly expect?: Readonly<Record<string, unknown>>;
    readonly reject?: boolean;
  }): (...given: Arguments) => Promise<Answer>;
};

declare const poll: {
  add(act: () => Promise<unknown>, intervalSeconds?: number): boolean;
  remove(act: () => Promise<unknown>): boolean;
};

declare const ui: {
  showModal(title: LuciContent, content: LuciContent, ...classes: string[]): Element;
  hideModal(): void;
  addNotification(title: null | LuciContent, content: LuciContent, ...classes: string[]): Element;
  readonly changes: {
    init(): Promise<unknown>;
    apply(checked: boolean): unknown;
  };
};

type UciValue = string | string[];

type UciSectionValues = {
  readonly '.name': string;
  readonly '.type': string;
  readonly '.anonymous'?: boolean;
} & { readonly [option: string]: UciValue | boolean | number | undefined };

declare const uci: {
  load(packages: string | readonly string[]): Promise<unknown>;
  unload(packages: string | readonly string[]): void;
  sections(packageName: string, type?: string): UciSectionValues[];
  get(packageName: string, section: string, option: string): UciValue | null | undefined;
  set(packageName: string, section: string, option: string, value: UciValue | null): void;
  add(packageName: string, type: string, name?: string): string;
  remove(packageName: string, section: string): void;
  save(): Promise<unknown>;
  changes(): Promise<Readonly<Record<string, readonly unknown[]>>>;
};

declare namespace form {
  type Instance<Kind extends abstract new (...given: never[]) => unknown> = InstanceType<Kind>;

  class Map {
    constructor(packageName: string, title?: string, description?: string);
    tabbed: boolean;
    readonly: boolean | null;
    root: HTMLElement;
    section<Kind extends typeof AbstractSection>(kind: Kind, ...given: (string | undefined)[]): Instance<Kind>;
    render(): Promise<HTMLElement>;
    save(changed: (() => unknown) | null, silent?: boolean): Promise<unknown>;
    reset(): Promise<unknown>;
    lookupOption(name: string, section: string): [AbstractValue, string] | null;
  }

  class AbstractSection {
    title: string;
    addremove: boolean;
    anonymous: boolean;
    addbtntitle: string;
    sectiontitle(section: string): string;
    filter(section: string): boolean;
    option<Kind extends typeof AbstractValue>(kind: Kind, name: string, title?: string, help?: string): Instance<Kind>;
  }
  class NamedSection extends AbstractSection {}
  class TypedSection extends AbstractSection {}
  class TableSection extends TypedSection {}

  class AbstractValue {
    readonly option: string;
    readonly map: Map;
    default: UciValue;
    rmempty: boolean;
    optional: boolean;
    placeholder: string;
    password: boolean;
    readonly: boolean;
    value(key: string, title?: string): void;
    validate(section: string, value: string): true | string;
    cfgvalue(section: string): UciValue | null | undefined;
    formvalue(section: string): UciValue | null | undefined;
    write(section: string, value: UciValue): unknown;
    remove(section: string): unknown;
    renderWidget(section: string, ...rest: unknown[]): Node;
  }
  class Value extends AbstractValue {}
  class Flag extends Value {
    enabled: string;
    disabled: string;
  }
  class ListValue extends Value {}
  class DynamicList extends Value {}
}

declare module '*.css' {
  const text: string;

  export { text as default };
}
