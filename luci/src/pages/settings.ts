'require view';
'require form';
'require rpc';
'require uci';
'require ui';

// All of /etc/config/pmip in LuCI's form. Each value is checked while it is entered, and the whole by the daemon's
// own reader before it is applied.

import { MAIN } from '../../../src/config/options.ts';
import { configurationProblems, problemText } from '../configuration.ts';
import { element, update } from '../element.ts';
import { setPaused } from '../pause.ts';
import { askRouterParts, type RouterParts } from '../router-parts.ts';
import { settingsForm } from '../settings-form.ts';
import styles from '../style.css';

class SettingsPage {
  readonly root = element('div', { class: 'pmip' });
  readonly #bar = element('div', { class: 'pmip-bar' });
  readonly #problems = element('div', {});
  #map: form.Map | undefined;

  async start(parts: RouterParts): Promise<HTMLElement> {
    this.#map = settingsForm(parts);
    const shown = await this.#map.render();
    this.#bar.addEventListener('click', ({ target }) => {
      if (target instanceof HTMLButtonElement) void this.#pause(target.dataset.act === 'pause');
    });
    this.root.append(
      element('style', {}, styles),
      element('h2', {}, _('Proxy Mobile IP')),
      this.#bar,
      this.#problems,
      shown,
    );
    this.#draw();
    return this.root;
  }

  /** False: it could not be saved, and the form has said why. */
  async save(): Promise<boolean> {
    try {
      await this.#map?.save(null);
      return true;
    } catch {
      return false;
    } finally {
      this.#draw();
    }
  }

  async saveAndApply(isChecked: boolean): Promise<void> {
    if (!(await this.save())) return;
    const problems = problemTexts();
    if (problems.length === 0) ui.changes.apply(isChecked);
    else this.#askWhetherToApply(problems, isChecked);
  }

  #draw(): void {
    const isPaused = isOn('paused');
    update(
      this.#bar,
      element(
        'div',
        { class: 'pmip-bar' },
        element('span', {}, _('What /etc/config/pmip has. Keys can be replaced here, but are not shown.')),
        isOn('enabled') &&
          element(
            'button',
            { class: 'btn cbi-button', type: 'button', 'data-act': isPaused ? 'resume' : 'pause' },
            isPaused ? _('Resume') : _('Pause'),
          ),
        element('a', { class: 'btn cbi-button', href: L.url('admin/network/pmip/assistant') }, _('Assistant')),
      ),
    );
    const problems = problemTexts();
    update(this.#problems, element('div', {}, problems.length > 0 && problemsAlert(problems)));
  }

  async #pause(isPaused: boolean): Promise<void> {
    try {
      await setPaused(isPaused);
      await uci.load('pmip');
      await this.#map?.reset();
    } catch (error) {
      const text = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      ui.addNotification(null, [element('p', {}, text)], 'error');
    }
    this.#draw();
  }

  #askWhetherToApply(problems: readonly string[], isChecked: boolean): void {
    const apply = element(
      'button',
      { class: 'btn cbi-button cbi-button-negative', type: 'button' },
      _('Apply all the same'),
    );
    const back = element('button', { class: 'btn cbi-button', type: 'button' }, _('Back'));
    apply.addEventListener('click', () => {
      ui.hideModal();
      ui.changes.apply(isChecked);
    });
    back.addEventListener('click', () => ui.hideModal());
    ui.showModal(
      [_('Not applied yet')],
      [
        element('p', {}, _('The daemon would say of this configuration:')),
        list(problems),
        element('div', { class: 'right' }, apply, ' ', back),
      ],
    );
    back.focus();
  }
}

function isOn(option: (typeof MAIN.options)[number]['name']): boolean {
  const section = uci.sections('pmip', MAIN.type)[0];
  return section !== undefined && section[option] === '1';
}

function problemTexts(): string[] {
  return configurationProblems(uci.sections('pmip')).map(problemText);
}

function problemsAlert(problems: readonly string[]): HTMLElement {
  return element(
    'div',
    { class: 'alert-message warning', role: 'status' },
    element('h4', {}, _('The daemon would say of this configuration:')),
    list(problems),
  );
}

function list(texts: readonly string[]): HTMLElement {
  return element('ul', {}, ...texts.map((text) => element('li', {}, text)));
}

const settings = new SettingsPage();

export const page = view.extend({
  load: async (): Promise<RouterParts> => {
    const [parts] = await Promise.all([askRouterParts(), uci.load('pmip')]);
    return parts;
  },

  render: (parts: RouterParts) => settings.start(parts),
  handleSave: () => settings.save(),
  handleSaveApply: (_event: Event, mode: string) => settings.saveAndApply(mode === '0'),
});
