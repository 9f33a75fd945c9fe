// The fields of the stand-in's form.

import { made } from './nodes.ts';

export type Widget = {
  readonly node: HTMLElement;
  value(): string | string[];
  /** Shows what is wrong, or nothing. */
  mark(wrong: string | undefined): void;
};

type TextField = { readonly placeholder: string; readonly password: boolean };

export function textWidget(id: string, value: string, { placeholder, password }: TextField): Widget {
  const input = made('input', {
    id,
    class: 'cbi-input-text',
    type: password ? 'password' : 'text',
    placeholder,
  }) as HTMLInputElement;
  input.value = value;
  return { node: made('div', {}, [input]), value: () => input.value, mark: marking(input) };
}

export function checkboxWidget(
  id: string,
  isChecked: boolean,
  flag: { readonly enabled: string; readonly disabled: string },
): Widget {
  const input = made('input', { id, type: 'checkbox' }) as HTMLInputElement;
  input.checked = isChecked;
  return {
    node: made('div', {}, [input]),
    value: () => (input.checked ? flag.enabled : flag.disabled),
    mark: marking(input),
  };
}

export function selectWidget(id: string, value: string, choices: readonly [string, string][]): Widget {
  const options = choices.map(([key, title]) => made('option', { value: key }, [title]));
  const select = made('select', { id, class: 'cbi-input-select' }, options) as HTMLSelectElement;
  select.value = value;
  return { node: made('div', {}, [select]), value: () => select.value, mark: marking(select) };
}

/** Items, and a field whose text becomes one more. */
export function listWidget(id: string, values: readonly string[], placeholder: string): Widget {
  const input = made('input', { id, class: 'cbi-input-text', type: 'text', placeholder }) as HTMLInputElement;
  const node = made('div', { class: 'cbi-dynlist' }, [...values.map(item), input]);
  input.addEventListener('change', () => {
    if (input.value !== '') input.before(item(input.value));
    input.value = '';
  });
  return {
    node,
    value: () => Array.from(node.querySelectorAll('.item'), (one) => one.textContent ?? ''),
    mark: marking(input),
  };
}

function item(value: string): HTMLElement {
  return made('div', { class: 'item' }, [made('span', {}, [value])]);
}

function marking(input: HTMLElement): (wrong: string | undefined) => void {
  return (wrong) => {
    input.classList.toggle('cbi-input-invalid', wrong !== undefined);
    if (wrong === undefined) input.removeAttribute('data-tooltip');
    else input.setAttribute('data-tooltip', wrong);
  };
}
