import { expect, test } from 'vitest';
import { Problems } from '../../src/daemon/problems.ts';

test('a problem is a line when it begins and when it ends, and is there between', () => {
  const problems = new Problems();
  expect(problems.begin('ubus', 'no ubusd')).toEqual([{ level: 'warning', text: 'no ubusd' }]);
  expect(problems.begin('ubus', 'no ubusd')).toEqual([]);
  expect(problems.all()).toEqual(['no ubusd']);
  expect(problems.end('ubus', 'ubusd is back')).toEqual([{ level: 'notice', text: 'ubusd is back' }]);
  expect(problems.end('ubus', 'ubusd is back')).toEqual([]);
  expect(problems.all()).toEqual([]);
});

test('other words for the same part take the place of the former ones', () => {
  const problems = new Problems();
  problems.begin('ubus', 'no ubusd');
  expect(problems.begin('ubus', 'ubusd is deaf')).toEqual([{ level: 'warning', text: 'ubusd is deaf' }]);
  expect(problems.all()).toEqual(['ubusd is deaf']);
});

test('a list of problems takes the place of the former list: only what is new is a line', () => {
  const problems = new Problems();
  problems.begin('ubus', 'no ubusd');
  expect(problems.replace('bridge', ['one', 'two']).map(({ text }) => text)).toEqual(['one', 'two']);
  expect(problems.replace('bridge', ['two', 'three']).map(({ text }) => text)).toEqual(['three']);
  expect(problems.all()).toEqual(['no ubusd', 'two', 'three']);
  expect(problems.replace('bridge', [])).toEqual([]);
  expect(problems.all()).toEqual(['no ubusd']);
});

test('lists of different parts do not touch each other', () => {
  const problems = new Problems();
  problems.replace('bridge', ['one']);
  problems.replace('bridges', ['two']);
  problems.replace('bridge', []);
  expect(problems.all()).toEqual(['two']);
});

test('what is wrong twice in the same words is one problem', () => {
  const problems = new Problems();
  expect(problems.replace('configuration', ['same', 'same'])).toHaveLength(1);
  expect(problems.all()).toEqual(['same']);
});
