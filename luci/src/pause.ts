// The pause button: the option `paused`, committed at once. LuCI's own way of applying, with its countdown to take
// everything back, is for changes that may lock somebody out; this one cannot.

import { MAIN } from '../../src/config/options.ts';

export async function setPaused(isPaused: boolean): Promise<void> {
  const unapplied = (await uci.changes()).pmip ?? [];
  if (unapplied.length > 0)
    throw new Error(_('There are unapplied changes of the settings of proxy Mobile IP. Apply or revert them first.'));
  uci.unload('pmip');
  await uci.load('pmip');
  const section = uci.sections('pmip', MAIN.type)[0]?.['.name'] ?? MAIN.onlyName;
  const set = rpc.declare<unknown, [string, string, Record<string, string>]>({
    object: 'uci',
    method: 'set',
    params: ['config', 'section', 'values'],
    reject: true,
  });
  const commit = rpc.declare<unknown, [string]>({ object: 'uci', method: 'commit', params: ['config'], reject: true });
  await set('pmip', section, { paused: isPaused ? '1' : '0' });
  await commit('pmip');
  uci.unload('pmip');
}
