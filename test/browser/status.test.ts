// The status page and the section of LuCI's overview, in a browser.

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { roamed } from '../daemon/two-boxes.ts';
import { HOSTILE, HOSTILE_HINTS, hostileNames, manyStations, nothingYet, twoAccessPoints } from './answers.ts';
import { eventually, type Opening, siteOfTests, type View } from './site.ts';
import { answersOf } from './whole-daemon.ts';

const site = siteOfTests();
const open = (view: View = 'pmip/status', opening: Opening = {}) => site.open(view, opening);
const drawn = async (page: Page) => (await page.locator('.pmip-drawing').textContent()) ?? '';
const rowCount = (page: Page) => page.locator('.pmip tr[data-key^="row "]').count();
/** What of the page is ours to keep the same. */
const shown = (page: Page) => page.locator('#view > .pmip').innerHTML();

test('the drawing has this access point, those it knows, the tunnels and every station', async () => {
  const page = await open();
  const text = await drawn(page);
  for (const part of ['This access point', '10.1.0.0/24', 'tsunami (5 GHz)', 'guests (5 GHz): not served'])
    expect(text).toContain(part);
  for (const part of ['ap-east', '10.2.0.0/24', '10.3.0.1', '10.4.0.1', 'ipip: 1 away, 2 visiting'])
    expect(text).toContain(part);
  const names = await page
    .locator('.pmip-station')
    .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('aria-label')));
  expect(names).toHaveLength(7);
  expect(names.join('\n')).toMatch(
    /^Anna's phone, Visiting from elsewhere, Keeps its address from 10\.2\.0\.1; registered for another 7 min 11 s$/m,
  );
  expect(names.join('\n')).toMatch(/^172\.16\.9\.1, Not proxied, no row of the subnet map covers/m);
  expect(names.join('\n')).toMatch(/^10\.1\.0\.23, Ours, away, Reached through the tunnel to 192\.168\.50\.2$/m);
});

test('what polling draws is what a first look draws', async () => {
  const page = await open();
  site.router.daemon = manyStations(20);
  await page.locator('text=Stations 20').waitFor();
  const polled = await shown(page);
  await page.reload();
  await page.locator('text=Stations 20').waitFor();
  // The first look is drawn once more when the page has its width.
  await page.waitForTimeout(100);
  expect(await shown(page)).toBe(polled);
});

test('polling leaves what was typed, the focus and the chosen table', async () => {
  const page = await open();
  await page.locator('[data-table=map]').click();
  await page.locator('[data-act=search]').fill('10.2');
  await page.locator('[data-act=search]').focus();
  const polls = site.router.called('pmip.status').length;
  await eventually(() => site.router.called('pmip.status').length).toBeGreaterThan(polls + 1);
  expect(await page.locator('[data-act=search]').inputValue()).toBe('10.2');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-act'))).toBe('search');
  expect(await rowCount(page)).toBe(1);
});

test('a station opens by mouse and by keyboard to why it is not proxied, its roams and its trail', async () => {
  const page = await open();
  await page.locator('.pmip-station[aria-label^="172.16.9.1"]').focus();
  await page.keyboard.press('Enter');
  const dialog = page.locator('.modal');
  await eventually(() => dialog.textContent()).toMatch(/Why it is not proxied.*no row of the subnet map covers/);
  await dialog.getByText('Close').click();
  await page.getByRole('button', { name: "Anna's phone", exact: true }).click();
  await eventually(() => dialog.textContent()).toMatch(
    /5, the last with an outage of 23 ms.*from 192\.168\.50\.2 to phy1-ap0 \(tsunami, 5 GHz\).*outage 23 ms.*is registered for 600 s.*2 h 13 min ago/s,
  );
  expect(site.router.called('pmip.trail').map(({ station }) => station)).toContain('02:00:00:00:02:4d');
});

test('whole daemons are shown as they answer: a phone of one that has roamed to the other, and on', async () => {
  const { home, visited, phone } = roamed((box) => box.addBss('phy1-ap0'));
  phone.comeTo(visited, 'phy1-ap0');
  site.router.daemon = answersOf(visited);
  const page = await open();
  expect(await drawn(page)).toMatch(/10\.2\.0\.0\/24.*PMIP \(5 GHz\).*10\.1\.0\.77.*10\.1\.0\.1.*10\.1\.0\.0\/24/);
  expect(await page.locator('.pmip-tabs').textContent()).toMatch(/Stations 1.*Visitors 1.*Bindings 0.*Agents 1.*map 2/);
  for (const [table, text] of [
    ['stations', 'registered for another 9 min'],
    ['visitors', '10.255.2.2'],
    ['agents', '10.2.0.1 (this access point)'],
    ['map', '02:00:00:00:01:01'],
    ['counters', 'faRegRequestsRelayed'],
  ] as const) {
    await page.locator(`[data-table=${table}]`).click();
    expect(await page.locator('.pmip table').textContent()).toContain(text);
  }
  await page.locator('.pmip-station').click();
  await eventually(() => page.locator('.modal').textContent()).toMatch(
    /from phy0-ap0 \(PMIP, 5 GHz\) to phy1-ap0 \(PMIP, 5 GHz\)\s*outage \d.*to phy0-ap0 \(PMIP, 5 GHz\)\s*outage 10 ms.*is registered for 600 s/s,
  );
  expect(await page.locator('.modal').textContent()).not.toMatch(/undefined|NaN|\[object/);
  site.router.daemon = answersOf(home);
  await page.reload();
  await page.locator('[data-table=bindings]').click();
  await page.locator('[data-station="10.1.0.77"]').first().click();
  await eventually(() => page.locator('.modal').textContent()).toMatch(/to 10\.255\.2\.2.*is at care-of address/s);
  await page.locator('.modal').getByText('Close').click();
  await page.getByRole('button', { name: 'End the registration of 10.1.0.77' }).click();
  await page.getByText('All stations of this network are at home.').waitFor();
});

test('each table is there, sorts by its columns, and finds', async () => {
  const page = await open();
  for (const [table, text] of [
    ['visitors', '10.3.0.1'],
    ['bindings', '192.168.50.2'],
    ['agents', '10.1.0.1 (this access point)'],
    ['map', '10.4.0.2, 10.4.0.3'],
    ['counters', 'registrationDenied.131'],
  ] as const) {
    await page.locator(`[data-table=${table}]`).click();
    expect(await page.locator('.pmip table').textContent()).toContain(text);
  }
  const first = () => page.locator('.pmip tr[data-key^="row "]').first().textContent();
  await page.locator('[data-sort="1"]').click();
  expect(await first()).toContain('registrationDenied');
  await page.locator('[data-sort="1"]').click();
  expect(await first()).toContain('stationAttached77');
  await page.locator('[data-act=search]').fill('nothing like it');
  expect(await page.locator('.pmip table').textContent()).toContain('No row has this text.');
});

test('without a daemon it says so and what to do, and goes on by itself when there is one', async () => {
  site.router.daemon = undefined;
  const page = await open();
  expect(await page.locator('#view').textContent()).toContain('/etc/init.d/pmip start');
  site.router.daemon = twoAccessPoints();
  await page.locator('.pmip-drawing').waitFor();
  site.router.daemon = undefined;
  await page.getByText('The daemon is not running').waitFor();
});

test('a login without the right to see it is told so', async () => {
  site.router.login = 'nothing';
  const page = await open();
  expect(await page.locator('#view').textContent()).toContain('This login may not see the state');
});

test('a daemon that refuses a method, or has not got it, costs that table alone', async () => {
  const { agents: _agents, tunnels: _tunnels, ...older } = twoAccessPoints();
  site.router.daemon = {
    ...older,
    visitors: () => {
      throw 9;
    },
  };
  const page = await open();
  expect(await page.locator('.pmip-tabs').textContent()).toMatch(/Stations 5.*Visitors 0.*Agents 0.*Subnet map 4/);
});

test('with nothing yet it shows this access point, empty tables, and the way to the assistant', async () => {
  site.router.daemon = nothingYet();
  const page = await open();
  expect(await drawn(page)).toContain('This access point');
  expect(await page.locator('.pmip table').textContent()).toContain('No station is attached to this access point.');
  expect(await page.getByText('Set it up').getAttribute('href')).toBe('/cgi-bin/luci/admin/network/pmip/assistant');
});

test('of 500 stations the drawing has what needs attention first, and the table a hundred and the rest', async () => {
  site.router.daemon = manyStations(500);
  const page = await open();
  expect(await page.locator('.pmip-station').count()).toBeLessThan(130);
  expect(await drawn(page)).toMatch(/and 3\d\d more, all in the table below/);
  expect(await page.locator('.pmip-station .pmip-notProxied').count()).toBe(100);
  expect(await rowCount(page)).toBe(100);
  await page.getByText('Show 400 more rows').click();
  expect(await rowCount(page)).toBe(500);
  await page.locator('[data-act=search]').fill('02:00:00:01:01:f');
  expect(await rowCount(page)).toBe(4);
});

test('markup in SSIDs, names and texts is shown as text, in the page, the dialog and the overview', async () => {
  site.router.daemon = hostileNames();
  site.router.hints = HOSTILE_HINTS;
  const page = await open();
  expect(await page.locator('#view').textContent()).toContain(HOSTILE);
  await page.locator('.pmip-station').first().click();
  await eventually(() => page.locator('.modal').textContent()).toContain(HOSTILE);
  await page.locator('.modal').getByText('Close').click();
  for (const table of ['map', 'counters', 'agents', 'bindings']) await page.locator(`[data-table=${table}]`).click();
  expect(await page.locator('#view img, #view b, .modal img, .modal b').count()).toBe(0);
  await page.goto(page.url().replace('network/pmip/status', 'status'));
  await page.getByText('At home here: 1').waitFor();
  expect(await page.locator('#view img').count()).toBe(0);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
});

test.each([320, 390, 768, 1200])(
  'at %i pixels nothing is wider than the page, and text stays in its card',
  async (width) => {
    const page = await open('pmip/status', { width });
    await page.waitForTimeout(100);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    const spills = await page.locator('.pmip-card').evaluateAll((cards) =>
      cards.flatMap((card) => {
        const edge = card.querySelector('rect')?.getBoundingClientRect().right ?? 0;
        return Array.from(card.querySelectorAll('text'))
          .filter((text) => text.getBoundingClientRect().right > edge + 1)
          .map((text) => text.textContent);
      }),
    );
    expect(spills).toEqual([]);
    const size = await page
      .locator('.pmip-station text')
      .first()
      .evaluate((text) => text.getBoundingClientRect().height);
    expect(size).toBeGreaterThan(10);
  },
);

test('its text has the colours of the theme, light and dark', async () => {
  const page = await open('pmip/status', { colors: 'dark' });
  const colours = () =>
    page
      .locator('.pmip-title')
      .first()
      .evaluate((text) => [
        getComputedStyle(text).fill,
        getComputedStyle(document.querySelector('#view h2') ?? text).color,
      ]);
  const [fill, heading] = await colours();
  expect(fill).toBe(heading);
  await page.emulateMedia({ colorScheme: 'light' });
  await eventually(async () => (await colours())[0]).not.toBe(fill);
});

test('everything that can be pressed or filled in has a name', async () => {
  const page = await open();
  for (const table of ['stations', 'visitors', 'bindings']) {
    await page.locator(`[data-table=${table}]`).click();
    const nameless = await page
      .locator('#view :is(button, a, input, [role=button], [role=img], [role=tab])')
      .evaluateAll((nodes) =>
        nodes
          .filter((node) => (node.getAttribute('aria-label') ?? node.textContent ?? '').trim() === '')
          .map((node) => node.outerHTML),
      );
    expect(nameless).toEqual([]);
  }
});

test('the pause button commits the option at once, and the way back too', async () => {
  const page = await open();
  await page.getByText('Pause', { exact: true }).click();
  await eventually(() => site.router.uci.committed('pmip')[0]?.options.paused).toBe('1');
  expect(site.router.uci.reloads).toEqual(['pmip']);
  const status = { ...(twoAccessPoints().status?.({}) as object), paused: true };
  site.router.daemon = { ...twoAccessPoints(), status: () => status };
  await page.getByText('Resume', { exact: true }).click();
  await eventually(() => site.router.uci.committed('pmip')[0]?.options.paused).toBe('0');
});

test('the pause button does not take unapplied changes of others along', async () => {
  site.router.uci.call('set', { config: 'pmip', section: 'main', values: { lifetime: '900' } });
  const page = await open();
  await page.getByText('Pause', { exact: true }).click();
  await page.getByText('Apply or revert them first').waitFor();
  expect(site.router.uci.reloads).toEqual([]);
});

test('a registration is ended by its button, and a refusal is shown', async () => {
  const page = await open();
  await page.locator('[data-table=bindings]').click();
  await page.getByRole('button', { name: 'End the registration of 10.1.0.23' }).click();
  await eventually(() => site.router.called('pmip.clear')).toEqual([{ home_address: '10.1.0.23' }]);
  site.router.daemon = {
    ...twoAccessPoints(),
    clear: () => {
      throw 4;
    },
  };
  await page.getByRole('button', { name: 'End the registration of 10.1.0.23' }).click();
  await page.locator('.alert-message.error').waitFor();
});

test('a login that may only read has no button that changes anything', async () => {
  site.router.login = 'read';
  const page = await open();
  await page.locator('[data-table=bindings]').click();
  expect(await rowCount(page)).toBe(1);
  expect(await page.locator('[data-clear], [data-act=pause], a.cbi-button').count()).toBe(0);
});

test("LuCI's overview counts the stations, follows, and says what needs attention", async () => {
  const page = await open('status');
  const text = () => page.locator('#view').textContent();
  await page.getByText('Visiting from elsewhere: 3').waitFor();
  expect(await text()).toMatch(/At home here: 1.*Ours, away: 1.*Not proxied: 1/);
  const status = { ...(twoAccessPoints().status?.({}) as object), problems: ['ubusd does not answer'] };
  site.router.daemon = { ...twoAccessPoints(), status: () => status };
  await page.getByText('Needs attention: ubusd does not answer').waitFor();
  site.router.daemon = undefined;
  await page.getByText('The daemon is not running').waitFor();
});
