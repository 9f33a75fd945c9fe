// LuCI's status overview (view/status/index.js of luci-mod-status), with the one section that is looked at.

import { classOf, type LuCI, type Poll } from './luci.ts';
import { append, made } from './nodes.ts';

type Include = { readonly title: string; load(): Promise<unknown>; render(loaded: unknown): Node | null };

export function statusOverview(luci: LuCI, poll: Poll): unknown {
  const View = classOf({});
  void luci.require('view.status.include.60_pmip').then(async (loaded) => {
    const include = loaded as Include;
    const content = made('div', {});
    const refresh = async () => {
      const shown = include.render(await include.load().catch(() => null));
      if (shown !== null) content.replaceChildren(shown);
    };
    await refresh();
    poll.add(refresh);
    const place = document.getElementById('view');
    place?.replaceChildren();
    if (place !== null)
      append(place, made('div', { class: 'cbi-section' }, [made('h3', {}, [include.title]), content]));
  });
  return new View();
}
