import { expect, test } from 'vitest';
import { bindingOf, bindingReportKind, isSameTunnel } from '../../../src/roles/home-agent/accepted-binding.ts';
import { settingsOf } from '../../../src/roles/home-agent/configuration.ts';
import { ip } from '../../addresses.ts';
import { request } from '../messages.ts';
import { at, EPOCH_UNIX_MS } from '../moments.ts';
import { configuration, FOREIGN_AGENT } from './scene.ts';

const settings = settingsOf({ ...configuration, longestLifetimeSeconds: 0xffff });
const agreed = { sourceAddress: FOREIGN_AGENT, revocation: undefined };
const make = (fields: Parameters<typeof request>[0] = {}, limits = settings) =>
  bindingOf(request(fields), agreed, limits, at(5000));

test('it holds what was asked for, and when it ends', () => {
  expect(make({ greEncapsulation: true })).toMatchObject({
    homeAddress: ip('10.1.0.77'),
    careOfAddress: ip('10.2.0.1'),
    homeAgent: ip('10.1.0.1'),
    encapsulation: 'gre',
    lifetimeSeconds: 600,
    expiresAtMs: 605_000,
    acceptedAtMs: 5000,
    acceptedAtUnixMs: EPOCH_UNIX_MS + 5000,
    interfaceIndex: 7,
  });
});

test.each([
  [600, 600, 605_000],
  [65_534, 65_534, 65_539_000],
  [0xffff, 0xffff, Number.POSITIVE_INFINITY],
])('a lifetime of %i s is granted as %i s and ends at %f', (asked, granted, endsAtMs) => {
  expect(make({ lifetimeSeconds: asked })).toMatchObject({ lifetimeSeconds: granted, expiresAtMs: endsAtMs });
});

test('an endless lifetime is cut to the longest there is', () => {
  const limits = { ...settings, longestLifetimeSeconds: 100 };
  expect(make({ lifetimeSeconds: 0xffff }, limits)).toMatchObject({ lifetimeSeconds: 100, expiresAtMs: 105_000 });
});

test('a binding is created, renewed at the same care-of address, or moved from another', () => {
  expect(bindingReportKind(undefined, [])).toBe('bindingCreated');
  expect(bindingReportKind(make(), [])).toBe('bindingRenewed');
  for (const before of [undefined, make()]) {
    expect(bindingReportKind(before, [make({ careOfAddress: ip('10.3.0.1') })])).toBe('bindingMoved');
  }
});

test('the kernel has the same for a renewed binding, and something else for one with another tunnel', () => {
  expect(isSameTunnel(make(), make({ lifetimeSeconds: 60 }))).toBe(true);
  for (const other of [
    make({ careOfAddress: ip('10.3.0.1') }),
    make({ greEncapsulation: true }),
    make({ reverseTunneling: false }),
    { ...make(), homeAgent: ip('10.1.0.2') },
    { ...make(), interfaceIndex: 8 },
  ]) {
    expect(isSameTunnel(make(), other)).toBe(false);
  }
});
