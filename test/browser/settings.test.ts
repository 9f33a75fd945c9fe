// The settings and the assistant, in a browser.

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { SECTIONS } from '../../src/config/options.ts';
import { quote } from '../../src/config/uci-writer.ts';
import { HOSTILE } from './answers.ts';
import { eventually, siteOfTests } from './site.ts';
import { CONFIGURATION, KEY, RADIUS_SECRET, WIRELESS } from './stored-configuration.ts';

const site = siteOfTests();
const openTab = (page: Page, title: string) =>
  page.locator('.cbi-tabmenu').getByRole('link', { name: title, exact: true }).click();
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click();
const saveAndApply = (page: Page) =>
  page.locator('.cbi-page-actions').getByText('Save & Apply', { exact: true }).first().click();
/** An input of the option in the section. */
const field = (page: Page, section: string, option: string) =>
  page
    .locator(`[id="widget.cbid.pmip.${section}.${option}"], [data-field="cbid.pmip.${section}.${option}"] input`)
    .first();
const sectionId = (type: string) =>
  site.router.uci.committed('pmip').find((section) => section.type === type)?.name ?? '';
const changes = () => site.router.uci.call('changes', {})[1]?.changes as Record<string, string[][]>;
/** What the daemon's reader makes of what is committed. */
const committed = () => {
  const text = site.router.uci.committed('pmip').map(({ type, name, isAnonymous, options }) => {
    const lines = Object.entries(options).flatMap(([option, value]) =>
      typeof value === 'string'
        ? [`option ${option} ${quote(value)}`]
        : value.map((item) => `list ${option} ${quote(item)}`),
    );
    return [`config ${type} ${isAnonymous ? '' : name}`, ...lines].join('\n');
  });
  return readConfig(text.join('\n'));
};

test('each option of the table has its field, with its help', async () => {
  const page = await site.open('pmip/settings');
  const form = (await page.locator('.cbi-map').textContent()) ?? '';
  const fields = await page
    .locator('.cbi-map [data-name]')
    .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-name')));
  for (const { options, type } of SECTIONS) {
    for (const { name, help } of options) {
      expect(fields, type).toContain(name);
      expect(form).toContain(help);
    }
  }
});

test('a value that the table does not allow is marked with what it allows, and not saved', async () => {
  const page = await site.open('pmip/settings');
  const lifetime = field(page, 'main', 'lifetime');
  await lifetime.fill('5');
  await lifetime.blur();
  await eventually(() => lifetime.getAttribute('class')).toContain('cbi-input-invalid');
  expect(await lifetime.getAttribute('data-tooltip')).toContain('a whole number of seconds from 30 to 65534');
  await save(page);
  await lifetime.fill('900');
  await lifetime.blur();
  expect(changes()).toEqual({});
});

test('saving writes what was changed and nothing else', async () => {
  const page = await site.open('pmip/settings');
  await field(page, 'main', 'lifetime').fill('900');
  await save(page);
  await eventually(() => changes().pmip?.map((change) => change.join(' '))).toContain('set main lifetime 900');
  const changed = changes().pmip?.filter(([kind, section]) => kind !== 'remove' || section !== 'main');
  expect(changed).toEqual([['set', 'main', 'lifetime', '900']]);
});

test('no key reaches the page; an empty field leaves it, another replaces it', async () => {
  const page = await site.open('pmip/settings');
  const node = sectionId('secure_node');
  for (const secret of [KEY, RADIUS_SECRET, 'agents-key']) expect(await page.content()).not.toContain(secret);
  const values = await page
    .locator('input')
    .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
  for (const secret of [KEY, RADIUS_SECRET, 'agents-key']) expect(values).not.toContain(secret);
  await openTab(page, 'Keys of clients');
  expect(await field(page, node, 'hex').getAttribute('placeholder')).toBe('set; empty leaves it');
  await field(page, node, 'end').fill('10.1.0.200');
  await saveAndApply(page);
  await eventually(() => site.router.uci.reloads).toEqual(['pmip']);
  const stored = () => site.router.uci.committed('pmip').find(({ type }) => type === 'secure_node')?.options;
  expect(stored()).toMatchObject({ end: '10.1.0.200', hex: KEY });
});

test('a key given the other way takes the place of the one before', async () => {
  const page = await site.open('pmip/settings');
  await openTab(page, 'Keys of clients');
  await field(page, sectionId('secure_node'), 'ascii').fill('another-key');
  await saveAndApply(page);
  await eventually(() => site.router.uci.reloads).toEqual(['pmip']);
  const stored = site.router.uci.committed('pmip').find(({ type }) => type === 'secure_node')?.options;
  expect(stored).toMatchObject({ ascii: 'another-key' });
  expect(stored).not.toHaveProperty('hex');
});

test('a range that ends before it begins is marked', async () => {
  const page = await site.open('pmip/settings');
  await openTab(page, 'Keys of clients');
  const end = field(page, sectionId('secure_node'), 'end');
  await end.fill('10.0.0.9');
  await end.blur();
  await eventually(() => end.getAttribute('data-tooltip')).toContain('This is before the start, 10.1.0.2');
});

test('what the daemon would complain of is shown, and asked about before it is applied', async () => {
  site.router.uci.put('pmip', [
    ...CONFIGURATION,
    { type: 'subnet', options: { network: '10.2.0.0/24', home_agent: '10.9.0.1' } },
  ]);
  const page = await site.open('pmip/settings');
  expect(await page.locator('.alert-message').textContent()).toContain('has 10.2.0.0/24 already');
  await field(page, 'main', 'lifetime').fill('900');
  await saveAndApply(page);
  await page.getByText('Not applied yet').waitFor();
  expect(site.router.uci.reloads).toEqual([]);
  await page.getByText('Apply all the same').click();
  await eventually(() => site.router.uci.reloads).toEqual(['pmip']);
});

test('radios, SSIDs and bridges are what the router has, whatever they are called', async () => {
  site.router.uci.put('wireless', [...WIRELESS, { type: 'wifi-iface', options: { device: 'radio0', ssid: HOSTILE } }]);
  site.router.uci.put('pmip', [
    { type: 'bridge', name: 'lan', options: { device: 'br-lan', radio: ['radio0'], ssid: [HOSTILE, 'two words'] } },
  ]);
  const page = await site.open('pmip/settings');
  await openTab(page, 'Bridges');
  const bridge = page.locator('[id="cbi-pmip-lan"]').first();
  await eventually(() => bridge.textContent()).toContain('two words');
  expect(await bridge.textContent()).toContain(HOSTILE);
  expect(await page.locator('#view img').count()).toBe(0);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
});

test('a login that may only read learns nothing of the settings, keys least of all', async () => {
  site.router.login = 'read';
  const page = await site.open('pmip/status');
  const ask = (object: string, method: string, given: object) =>
    page.evaluate(
      async (params) => {
        const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'call', params });
        return (await fetch('/ubus/', { method: 'POST', body })).json();
      },
      ['0'.repeat(32), object, method, given],
    );
  expect(await ask('uci', 'get', { config: 'pmip' })).toMatchObject({ result: [6] });
  expect(await ask('uci', 'set', { config: 'pmip', section: 'main', values: {} })).toMatchObject({
    error: { code: -32002 },
  });
  for (const method of ['clear', 'reload'])
    expect(await ask('pmip', method, {})).toMatchObject({ error: { code: -32002 } });
  expect(await ask('pmip', 'status', {})).toMatchObject({ result: [0, {}] });
});

test('the pause button of the settings commits the option', async () => {
  const page = await site.open('pmip/settings');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('button', { name: 'Resume', exact: true }).waitFor();
  expect(committed().config.main.isPaused).toBe(true);
});

test('three answers make a working access point, and say what the other one is to be answered', async () => {
  site.router.uci.put('pmip', [
    { type: 'pmip', name: 'main', options: { enabled: '0' } },
    { type: 'bridge', name: 'lan', options: { device: 'br-lan', radio: ['radio0'] } },
  ]);
  const page = await site.open('pmip/assistant');
  const setUp = page.getByRole('button', { name: 'Set up this access point' });
  expect(await setUp.isDisabled()).toBe(true);
  const options = await page.locator('#pmip-ssid option').evaluateAll((nodes) => nodes.map((node) => node.textContent));
  expect(options).toEqual(['tsunami', 'guests']);
  await page.locator('#pmip-otherAddress').fill('192.168.50.2');
  await page.locator('#pmip-otherNetwork').fill('10.2.0.0/24');
  const key = await page.locator('#pmip-key').inputValue();
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  const sheet = await page.locator('.pmip-sheet code').evaluateAll((nodes) => nodes.map((node) => node.textContent));
  expect(sheet).toEqual(['tsunami', '192.168.50.1', '10.1.0.0/24', key]);
  await setUp.click();
  await eventually(() => site.router.uci.reloads).toEqual(['pmip']);
  const { config, problems } = committed();
  expect(problems).toEqual([]);
  expect(config.main.isEnabled).toBe(true);
  expect(config.bridges).toMatchObject([{ device: 'br-lan', radios: ['radio0', 'radio1'], ssids: ['tsunami'] }]);
  expect(config.secureNodes).toHaveLength(2);
  expect(config.secureNodes[0]).toMatchObject({ spi: 0x100, algorithm: 'hmac-sha256' });
  expect(config.subnets).toHaveLength(2);
});

test('the assistant says beside each answer what is wrong with it', async () => {
  const page = await site.open('pmip/assistant');
  const answer = async (name: string, text: string) => {
    await page.locator(`#pmip-${name}`).fill(text);
    await page.locator(`#pmip-${name}`).blur();
    return page.locator(`#pmip-${name}-wrong`).textContent();
  };
  expect(await answer('otherAddress', '10.1.0.1')).toContain('an address of this access point itself');
  expect(await answer('otherAddress', 'nowhere')).toContain('IPv4 address of a host');
  expect(await answer('otherNetwork', '10.2.0.1/24')).toContain('A network such as');
  expect(await answer('otherNetwork', '10.0.0.0/8')).toContain('overlaps');
  expect(await answer('key', 'short')).toContain('32 hexadecimal digits');
  await page.locator('#pmip-ssid').selectOption('guests');
  expect(await page.locator('#pmip-ssid-wrong').textContent()).toContain('is in no network of the router');
  expect(await page.getByRole('button', { name: 'Set up this access point' }).isDisabled()).toBe(true);
});

test('in German the pages are German', async () => {
  site.router.language = 'de';
  const page = await site.open('pmip/status');
  expect(await page.locator('#view').textContent()).toContain(
    'In Betrieb: Wandernde Stationen behalten ihre Adressen.',
  );
  expect(await page.locator('.pmip-tabs').textContent()).toMatch(/Stationen.*Besucher.*Bindungen/);
  await page.goto(page.url().replace('status', 'settings'));
  await page.getByText('Gewünschte Lebensdauer einer Registrierung').waitFor();
});
