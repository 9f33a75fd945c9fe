import { expect, test } from 'vitest';
import { RadiusAnswers } from '../../src/clients/radius-answers.ts';
import type { Ipv4Address } from '../../src/octets/address.ts';
import { ip } from '../addresses.ts';
import { association } from '../roles/messages.ts';

const PHONE = ip('10.1.0.77');

test('what is stored is found, and whether it is news is told', () => {
  const answers = new RadiusAnswers();
  expect(answers.find(PHONE)).toBeUndefined();
  expect(answers.store(PHONE, [association], 1000, 0)).toBe(true);
  expect(answers.store(PHONE, [{ ...association }], 1000, 0)).toBe(false);
  expect(answers.store(PHONE, [{ ...association, key: Uint8Array.of(9) }], 1000, 0)).toBe(true);
  expect(answers.store(PHONE, [], 1000, 0)).toBe(true);
  expect(answers.find(PHONE)).toEqual([]);
});

test('what is looked for must be asked for where nothing is known, or it is old', () => {
  const answers = new RadiusAnswers();
  answers.store(PHONE, [association], 1000, 0);
  answers.find(PHONE);
  answers.find(ip('10.1.0.78'));
  expect(answers.takeAsked(999)).toEqual([ip('10.1.0.78')]);
  expect(answers.takeAsked(999)).toEqual([]);
  answers.find(PHONE);
  expect(answers.takeAsked(1000)).toEqual([PHONE]);
  answers.store(PHONE, [association], 1000, 1000);
  answers.makeStale();
  answers.find(PHONE);
  expect(answers.takeAsked(1001)).toEqual([PHONE]);
});

test('of too many the one that was not used for longest is forgotten', () => {
  const answers = new RadiusAnswers();
  const address = (index: number) => (ip('10.3.0.0') + index) as Ipv4Address;
  for (let index = 0; index < 5000; index++) answers.store(address(index), [], 1000, 0);
  answers.find(address(0));
  answers.takeAsked(0);
  answers.store(PHONE, [association], 1000, 0);
  expect(answers.addresses()).toHaveLength(5000);
  expect(answers.find(address(0))).toEqual([]);
  expect(answers.find(address(1))).toBeUndefined();
  expect(answers.takeStaleRefusals(300_000)).toHaveLength(4999);
});

test('a refusal is told when its time is over, and only then', () => {
  const answers = new RadiusAnswers();
  answers.store(PHONE, [], 1000, 0);
  answers.store(ip('10.1.0.78'), [], 1000, 5);
  answers.store(ip('10.1.0.79'), [], 1000, 6);
  answers.store(ip('10.1.0.79'), [association], 1000, 7);
  expect(answers.nextDeadline()).toBe(300_000);
  expect(answers.takeStaleRefusals(299_999)).toEqual([]);
  expect(answers.takeStaleRefusals(300_000)).toEqual([PHONE]);
  expect(answers.nextDeadline()).toBe(300_005);
  expect(answers.takeStaleRefusals(300_010)).toEqual([ip('10.1.0.78')]);
  expect(answers.nextDeadline()).toBeUndefined();
});
