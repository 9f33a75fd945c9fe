// LuCI's view: made, it loads, renders, and puts the buttons of the page below.

import { classOf, type LuCI } from './luci.ts';
import { append, made } from './nodes.ts';
import type { Ui } from './ui.ts';

type Handler = ((event: Event, mode?: string) => unknown) | null;
type Members = {
  load?(): unknown;
  render(loaded: unknown): unknown;
  handleSave?: Handler;
  handleSaveApply?: Handler;
  handleReset?: Handler;
};

export function standInView(luci: LuCI, _ui: Ui): { extend(members: Members): new () => unknown } {
  return {
    extend(members) {
      const View = classOf(members) as new () => Members;
      return class extends (View as new () => object) {
        constructor() {
          super();
          void show(this as unknown as Members, luci.hasViewPermission() !== true);
        }
      };
    },
  };
}

async function show(view: Members, isReadOnly: boolean): Promise<void> {
  const place = document.getElementById('view');
  if (place === null) return;
  try {
    const loaded = await view.load?.();
    const shown = await view.render(loaded);
    place.replaceChildren();
    append(place, shown);
    if (view.handleSave !== null) place.append(buttons(view, isReadOnly));
  } catch (error) {
    place.replaceChildren(made('pre', { class: 'alert-message error' }, [String(error)]));
  }
}

function buttons(view: Members, isReadOnly: boolean): HTMLElement {
  const button = (kind: string, text: string, press: Handler | undefined) => {
    const node = made('button', { class: `cbi-button cbi-button-${kind}`, ...(isReadOnly ? { disabled: '' } : {}) }, [
      text,
    ]);
    node.addEventListener('click', (event) => void press?.call(view, event, '0'));
    return node;
  };
  return made('div', { class: 'cbi-page-actions' }, [
    button('apply', _('Save & Apply'), view.handleSaveApply),
    button('save', _('Save'), view.handleSave),
  ]);
}
