// A browser in front of a router: opens a page, and notices what must never happen (errors in the page, files that are not
// there, requests to other hosts).

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { HINTS, twoAccessPoints } from './answers.ts';
import { LUCI_ROOT, ROOT, Router } from './router.ts';
import { bundleStandIn } from './stand-in.ts';
import { CONFIGURATION, INTERFACES, NETWORK, WIRELESS } from './stored-configuration.ts';

const CHROMIUM = '/usr/bin/chromium';
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const QUIETER = ['--disable-component-update', '--disable-sync'];
/** Several files of tests may begin at once, and with them several builds. */
const BUILD_LOCK = join(ROOT, 'build/luci.lock');

export type View = 'pmip/status' | 'pmip/settings' | 'pmip/assistant' | 'status';
export type Opening = { readonly width?: number; readonly colors?: 'light' | 'dark' };

let browser: Browser | undefined;

/** A browser for the tests of a file, and a new router for each of them. */
export function siteOfTests(): Site {
  // Whoever comes first builds the pages.
  vi.setConfig({ hookTimeout: 120_000 });
  const site = new Site();
  beforeAll(startBrowser);
  afterAll(stopBrowser);
  beforeEach(() => site.begin());
  afterEach(async () => expect(await site.end()).toEqual([]));
  return site;
}

/** Pages follow in their own time. */
export const eventually = <Value>(read: () => Value) => expect.poll(read, { timeout: 20_000 });

async function startBrowser(): Promise<void> {
  execFileSync('flock', [BUILD_LOCK, 'make', '--silent', 'luci'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (LUCI_ROOT === undefined) await bundleStandIn();
  browser = await chromium.launch({ executablePath: CHROMIUM, args: [...QUIET, ...QUIETER] });
}

async function stopBrowser(): Promise<void> {
  await browser?.close();
}

export class Site {
  router = new Router();
  #wrongs: string[] = [];
  #page: Page | undefined;

  /** A router like any other, and nothing that has gone wrong. */
  begin(): void {
    this.router = new Router();
    this.#wrongs = [];
    this.router.daemon = twoAccessPoints();
    this.router.hints = HINTS;
    this.router.interfaces = INTERFACES;
    for (const [name, sections] of Object.entries({
      pmip: CONFIGURATION,
      wireless: WIRELESS,
      network: NETWORK,
      luci: [],
      system: [],
    })) {
      this.router.uci.put(name, sections);
    }
  }

  async open(view: View, { width = 1200, colors = 'light' }: Opening = {}): Promise<Page> {
    if (browser === undefined) throw new Error('startBrowser comes first');
    const base = await this.router.start();
    const page = await browser.newPage({
      colorScheme: colors,
      viewport: { width, height: 900 },
      isMobile: width < 600,
    });
    this.#page = page;
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => this.#wrongs.push(`error in the page: ${error.message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(base)) this.#wrongs.push(`asked another host: ${request.url()}`);
    });
    await page.goto(`${base}/cgi-bin/luci/admin/${view === 'status' ? view : `network/${view}`}`);
    await page.locator('#view .pmip, #view .cbi-section, #view .alert-message').first().waitFor();
    return page;
  }

  /** What must not happen and did. */
  async end(): Promise<readonly string[]> {
    await this.#page?.close();
    await this.router.stop();
    return [...this.#wrongs, ...this.router.misses.map((path) => `not there: ${path}`)];
  }
}
