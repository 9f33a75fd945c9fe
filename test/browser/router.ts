// A router for the pages: serves them, LuCI's runtime (our stand-in, or a real one by LUCI_ROOT) and /ubus/ as uhttpd and rpcd do,
// with the rights of the ACL file that the package installs. What the daemon answers is the test's.

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Access, readAcl } from './access.ts';
import { UciStore } from './uci-store.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** An unpacked tree of LuCI's sources; without it the stand-in. */
export const LUCI_ROOT = process.env.LUCI_ROOT;
const ACL_FILE = join(ROOT, 'luci/root/usr/share/rpcd/acl.d/luci-app-pmip.json');
const PAGES = join(ROOT, 'dist/luci/view');
const STAND_IN = join(ROOT, 'build/browser');
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

type Request = { readonly id: unknown; readonly method: string; readonly params?: readonly unknown[] };
type Answer = readonly [number] | readonly [number, unknown];
export type Method = (given: Record<string, unknown>) => unknown;

export class Router {
  /** The daemon's methods; undefined: it does not run. A method that throws a number answers that status. */
  daemon: Record<string, Method> | undefined = {};
  hints: Record<string, { readonly name: string }> = {};
  interfaces: readonly unknown[] = [];
  login: 'nothing' | 'read' | 'write' = 'write';
  /** English, or a language whose catalogue the package has. */
  language: string | undefined;
  readonly uci = new UciStore();
  /** `object.method` of each call, in order, with its arguments. */
  readonly calls: { readonly name: string; readonly given: Record<string, unknown> }[] = [];
  /** Files of pages that were asked for and are not there. */
  readonly misses: string[] = [];
  readonly #server: Server = createServer((request, response) => void this.#serve(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  called(name: string): Record<string, unknown>[] {
    return this.calls.filter((call) => call.name === name).map(({ given }) => given);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://router').pathname;
    if (path === '/ubus/') return this.#rpc(request, response);
    if (path.startsWith('/cgi-bin/luci/admin/translations/')) return send(response, '.js', translations(this.language));
    if (/^\/cgi-bin\/luci\/admin\/uci\/(apply_\w+|confirm)$/.test(path)) return this.#apply(path, response);
    const view = /^\/cgi-bin\/luci\/admin\/(?:network\/(pmip\/\w+)|(status))$/.exec(path);
    if (view !== null) return send(response, '.html', pageOf(view[1] ?? 'status/index', this.login === 'write'));
    const content = contentOf(normalize(path));
    if (content === undefined) {
      if (path.startsWith('/luci-static/')) this.misses.push(path);
      response.writeHead(404).end();
      return;
    }
    send(response, extname(path), content);
  }

  /** LuCI applies by requests of its own, not over rpcd. */
  #apply(path: string, response: ServerResponse): void {
    this.calls.push({ name: `apply ${path.split('/').at(-1)}`, given: {} });
    if (!path.endsWith('confirm')) this.uci.call('apply', {});
    send(response, '.json', JSON.stringify({ token: 'applied' }));
  }

  async #rpc(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const part of request) text += part;
    const asked = JSON.parse(text) as Request | Request[];
    const answers = Array.isArray(asked) ? asked.map((one) => this.#reply(one)) : this.#reply(asked);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answers));
  }

  #reply({ id, method, params = [] }: Request): object {
    const frame = { jsonrpc: '2.0', id };
    if (method !== 'call') return { ...frame, result: {} };
    const [, object, called, given] = params as [string, string, string, Record<string, unknown>];
    this.calls.push({ name: `${object}.${called}`, given });
    if (!this.#access().allows('ubus', object, called)) return refusal(frame, -32002, 'Access denied');
    const answer = this.#answer(object, called, given);
    return answer === undefined ? refusal(frame, -32000, 'Object not found') : { ...frame, result: answer };
  }

  #access(): Access {
    return this.login === 'nothing' ? new Access('read', []) : new Access(this.login, [readAcl(ACL_FILE)]);
  }

  #answer(object: string, called: string, given: Record<string, unknown>): Answer | undefined {
    switch (object) {
      case 'pmip':
        return this.#daemonAnswer(called, given);
      case 'uci':
        return this.#uciAnswer(called, given);
      case 'session':
        return [
          0,
          { access: this.#access().allows(String(given.scope), String(given.object), String(given.function)) },
        ];
      case 'luci-rpc':
        return [0, called === 'getHostHints' ? this.hints : {}];
      case 'network.interface':
        return [0, { interface: this.interfaces }];
      case 'file':
        return [
          0,
          {
            entries:
              called === 'list' && given.path === '/www/luci-static/resources/view/status/include'
                ? [{ type: 'file', name: '60_pmip.js' }]
                : [],
          },
        ];
      default:
        return [0, {}];
    }
  }

  #daemonAnswer(called: string, given: Record<string, unknown>): Answer | undefined {
    if (this.daemon === undefined) return undefined;
    const method = this.daemon[called];
    if (method === undefined) return [3];
    try {
      return [0, method(given)];
    } catch (status) {
      if (typeof status !== 'number') throw status;
      return [status];
    }
  }

  /** The method and the package are granted apart; without the latter it is status 6. */
  #uciAnswer(called: string, given: Record<string, unknown>): Answer {
    const name = given.config;
    const isReading = ['get', 'changes'].includes(called);
    if (typeof name === 'string' && !this.#access().allows('uci', name, isReading ? 'read' : 'write')) return [6];
    return this.uci.call(called, given);
  }
}

/** As LuCI answers it, from the very file that is installed: the index at its end leads to the texts. */
function translations(language: string | undefined): string {
  if (language === undefined) return '';
  const file = readFileSync(join(ROOT, `dist/luci/i18n/pmip.${language}.lmo`));
  const texts: Record<string, string> = {};
  for (let at = file.readUInt32BE(file.length - 4); at < file.length - 4; at += 16) {
    const offset = file.readUInt32BE(at + 8);
    texts[file.subarray(at, at + 4).toString('hex')] = file.toString(
      'utf8',
      offset,
      offset + file.readUInt32BE(at + 12),
    );
  }
  return `window.TR = ${JSON.stringify(texts)};`;
}

function refusal(frame: object, code: number, message: string): object {
  return { ...frame, error: { code, message } };
}

function send(response: ServerResponse, extension: string, content: string | Buffer): void {
  response.writeHead(200, {
    'Content-Type': TYPES[extension] ?? 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  response.end(content);
}

function contentOf(path: string): Buffer | undefined {
  const file = fileOf(path);
  try {
    return file === undefined ? undefined : readFileSync(file);
  } catch {
    return undefined;
  }
}

function fileOf(path: string): string | undefined {
  const view = /^\/luci-static\/resources\/view\/(pmip\/\w+\.js|status\/include\/60_pmip\.js)$/.exec(path);
  if (view?.[1] !== undefined) return join(PAGES, view[1]);
  const [, kind, rest = ''] = /^\/luci-static\/(resources|bootstrap)\/(.+)$/.exec(path) ?? [];
  if (LUCI_ROOT === undefined) return kind === undefined ? undefined : join(STAND_IN, rest);
  if (kind === 'bootstrap') return join(LUCI_ROOT, 'themes/luci-theme-bootstrap/htdocs/luci-static/bootstrap', rest);
  if (kind === undefined) return undefined;
  const module = rest.startsWith('view/status/') ? 'luci-mod-status' : 'luci-base';
  return join(LUCI_ROOT, 'modules', module, 'htdocs/luci-static/resources', rest);
}

/** What LuCI's templates (header.ut, view.ut) make around a view. */
function pageOf(view: string, mayWrite: boolean): string {
  const environment = {
    media: '/luci-static/bootstrap',
    resource: '/luci-static/resources',
    scriptname: '/cgi-bin/luci',
    pathinfo: '',
    documentroot: '/www',
    requestpath: ['admin', 'network', ...view.split('/')],
    dispatchpath: ['admin', 'network', ...view.split('/')],
    pollinterval: 1,
    ubuspath: '/ubus/',
    sessionid: '0'.repeat(32),
    token: '',
    nodespec: { satisfied: true, readonly: !mayWrite },
    apply_rollback: 90,
    apply_holdoff: 1,
    apply_timeout: 5,
    apply_display: 0.1,
  };
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>router</title>
<script>
const dark = matchMedia('(prefers-color-scheme: dark)');
const setDark = ({ matches }) => document.documentElement.setAttribute('data-darkmode', matches);
dark.addEventListener('change', setDark); setDark(dark);
</script>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/luci-static/bootstrap/cascade.css">
<link rel="stylesheet" media="only screen and (max-device-width: 854px)" href="/luci-static/bootstrap/mobile.css">
<script src="/cgi-bin/luci/admin/translations/en"></script>
<script src="/luci-static/resources/cbi.js"></script>
</head><body>
<header><a class="brand" href="/">router</a><ul class="nav" id="topmenu"></ul><div id="indicators" class="pull-right"></div></header>
<div id="maincontent" class="container"><div id="tabmenu" style="display:none"></div>
<script src="/luci-static/resources/luci.js"></script>
<script>L = new LuCI(${JSON.stringify(environment)});</script>
<div id="view"><div class="spinning">Loading view…</div>
<script>L.require('ui').then((ui) => ui.instantiateView('${view}'));</script>
</div></div></body></html>`;
}
