// LuCI's ui: the modal dialog, notifications, and applying what was saved.

import type { LuCI } from './luci.ts';
import { append, made } from './nodes.ts';
import type { Uci } from './uci.ts';

export class Ui {
  readonly #dialog = made('div', { class: 'modal', role: 'dialog', 'aria-modal': 'true' });
  readonly changes: { init(): Promise<void>; apply(isChecked: boolean): void };

  readonly #luci: LuCI;

  constructor(luci: LuCI, uci: Uci) {
    this.#luci = luci;
    document.body.append(made('div', { id: 'modal_overlay', tabindex: '-1' }, [this.#dialog]));
    const post = (action: string) => fetch(luci.url('admin/uci', action), { method: 'POST' });
    this.changes = {
      init: async () => {
        const changes = (await uci.changes()) as Record<string, unknown[]>;
        document.body.dataset.changes = String(Object.values(changes).flat().length);
      },
      apply: (isChecked) => {
        void post(isChecked ? 'apply_rollback' : 'apply_unchecked')
          .then(() => post('confirm'))
          .then(() => location.reload());
      },
    };
  }

  instantiateView(path: string): Promise<unknown> {
    return this.#luci.require(`view.${path.replaceAll('/', '.')}`);
  }

  showModal(title: unknown, content: unknown, ...classes: string[]): Element {
    this.#dialog.className = ['modal', ...classes].join(' ');
    this.#dialog.replaceChildren(made('h4', {}, title));
    append(this.#dialog, content);
    document.body.classList.add('modal-overlay-active');
    return this.#dialog;
  }

  hideModal(): void {
    document.body.classList.remove('modal-overlay-active');
  }

  addNotification(title: unknown, content: unknown, ...classes: string[]): Element {
    const notification = made('div', { class: ['alert-message', ...classes].join(' ') });
    if (title !== null) append(notification, made('h4', {}, title));
    append(notification, content);
    document.getElementById('maincontent')?.prepend(notification);
    return notification;
  }
}
