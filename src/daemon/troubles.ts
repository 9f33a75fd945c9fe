// What the bus and the kernel say of themselves, as problems that begin and end.

import type { KernelOutput } from '../clients/kernel-state.ts';
import { wishKey } from '../clients/kernel-wishes.ts';
import type { UbusEffect } from '../ubus-js/effects.ts';
import type { Problems } from './problems.ts';
import type { LogLine } from './report-text.ts';
import type { Counters } from './status.ts';

type UbusNews = Extract<UbusEffect<never>, { readonly kind: 'ready' | 'lost' | 'objectRefused' }>;
type KernelNews = Extract<KernelOutput, { readonly kind: 'established' | 'failed' | 'notRemoved' | 'malformed' }>;

export function ubusTroubles(news: UbusNews, problems: Problems): LogLine[] {
  switch (news.kind) {
    case 'ready':
      return problems.end('ubus', 'ubusd is back');
    case 'lost': {
      const text = `ubusd does not answer (${news.why}): no station can be seen until it runs; trying again`;
      return problems.begin('ubus', text);
    }
    case 'objectRefused': {
      // ubusd says no more, whether the name is taken or the right is missing.
      const causes = `does another pmip run, or does ubusd not know of its user (killall -HUP ubusd)?`;
      const text = `ubusd refuses the object '${news.path}' (status ${news.status}): ${causes} trying again`;
      return [{ level: 'warning', text }];
    }
  }
}

export function kernelTroubles(news: KernelNews, problems: Problems, counters: Counters): LogLine[] {
  switch (news.kind) {
    case 'established':
      return problems.end(`kernel ${wishKey(news.wish)}`, `${news.wish.kind} is in place now`);
    case 'failed':
      counters.add(`kernelRefused.${news.wish.kind}`);
      return problems.begin(`kernel ${wishKey(news.wish)}`, `${news.wish.kind}: ${news.reason}`);
    case 'notRemoved':
      return [{ level: 'warning', text: `${news.what} could not be removed: ${news.reason}` }];
    case 'malformed':
      counters.add('malformed.netlink');
      return [];
  }
}
