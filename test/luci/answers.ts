// The daemon's answers, of which a test says what matters.

import type { Answers } from '../../luci/src/answers.ts';

const NO_ANSWERS: Answers = {
  status: {},
  stations: [],
  visitors: [],
  bindings: [],
  agents: [],
  map: [],
  accessPoints: [],
  tunnels: [],
  counters: {},
  hints: {},
};

export function answersWith(part: Partial<Answers>): Answers {
  return { ...NO_ANSWERS, ...part };
}
