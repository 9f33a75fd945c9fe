// What the daemon's own code answers, for the pages: of boxes that live in test/daemon, asked over their bus.

import { OBJECT } from '../../src/daemon/bus-object.ts';
import type { PlainTable } from '../../src/ubus-js/blobmsg.ts';
import { callOverBus } from '../daemon/bus.ts';
import type { Box } from '../daemon/two-boxes.ts';
import type { DaemonAnswers } from './answers.ts';
import type { Method } from './router.ts';

export function answersOf(box: Box): DaemonAnswers {
  const methodOf = (method: string): Method => {
    return (given) => {
      const answer = callOverBus(box.bus, 'pmip', method, given as PlainTable);
      if (answer?.status !== 0) throw answer?.status ?? 4;
      return answer.data;
    };
  };
  return Object.fromEntries(Object.keys(OBJECT.methods).map((method) => [method, methodOf(method)]));
}

/** The fields of an answer, as `stations[].mac`. */
export function fieldsOf(answer: unknown, path: string): string[] {
  if (Array.isArray(answer)) return answer.flatMap((item) => fieldsOf(item, `${path}[]`));
  if (typeof answer !== 'object' || answer === null) return [path];
  return Object.entries(answer).flatMap(([name, value]) => fieldsOf(value, `${path}.${name}`));
}
