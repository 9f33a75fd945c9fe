// The daemon's answers, of which a test says what matters.

import { type Answers, NO_ANSWERS } from '../../luci/src/answers.ts';

export function answersWith(part: Partial<Answers>): Answers {
  return { ...NO_ANSWERS, ...part };
}
