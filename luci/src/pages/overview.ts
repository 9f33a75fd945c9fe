'require baseclass';
'require rpc';

// The part of LuCI's own status overview: how many stations are at home, visiting and away, and what needs attention.

import type { Answers, Outcome } from '../answers.ts';
import { element } from '../element.ts';
import { phrase } from '../phrase.ts';
import { askStatus } from '../questions.ts';
import { stationPlaces } from '../station-places.ts';
import styles from '../style.css';
import { stateMark } from '../table-view.ts';
import { STATES, stateText } from '../words.ts';

export const page = baseclass.extend({
  title: _('Proxy Mobile IP'),

  load: () => askStatus(['stations', 'visitors', 'bindings']),

  /** Undefined: this login may not see it, or the daemon is off, and there is no section. */
  render(outcome: Outcome | null): HTMLElement | null {
    if (outcome?.kind === 'notRunning') return element('p', {}, element('em', {}, _('The daemon is not running')));
    if (outcome?.kind !== 'answered') return null;
    return overview(outcome.answers);
  },
});

function overview(answers: Answers): HTMLElement {
  const { status } = answers;
  const places = stationPlaces(answers);
  const problems = status.problems ?? [];
  return element(
    'div',
    { class: 'pmip' },
    element('style', {}, styles),
    element(
      'div',
      { class: 'pmip-legend' },
      ...STATES.map((state) => {
        const count = places.filter((place) => place.state === state).length;
        return stateMark(state, `${stateText(state)}: ${count}`);
      }),
    ),
    element(
      'p',
      {},
      stateLine(status),
      ' ',
      element('a', { href: L.url('admin/network/pmip/status') }, _('Show the network')),
    ),
    problems.length > 0 && element('p', { class: 'pmip-wrong' }, phrase(_('Needs attention: %1'), problems.join('; '))),
  );
}

function stateLine({ enabled, paused }: Answers['status']): string {
  if (enabled !== true) return _('Switched off: no station is taken in.');
  return paused === true ? _('Paused: stations are not proxied; agents and map go on.') : '';
}
