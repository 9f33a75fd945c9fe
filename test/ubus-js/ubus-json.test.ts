import { describe, expect, test } from 'vitest';
import { formatElement, formatTable, parseJsonTable } from '../lab/stand-ins/ubus-json.ts';

describe('JSON that is no object', () => {
  test.each(['', '[]', '1', '{bad', '{"a"}', '{"a":}', '{"a":1', '{"a":1 "b":2}', '{"a":tru}', '{"a":"\\x"}', '{1:2}'])(
    '%s is refused',
    (text) => {
      expect(parseJsonTable(text)).toBeUndefined();
    },
  );
});

test('the kind of a number is in how it is written, the order of members stays', () => {
  const text = '{"2":2147483647,"1":2147483648,"f":1.0,"e":1e3,"big":99999999999999999999,"n":-2147483648}';
  expect(parseJsonTable(text)).toEqual([
    { name: '2', type: 'int32', value: 2147483647 },
    { name: '1', type: 'int64', value: 2147483648n },
    { name: 'f', type: 'double', value: 1 },
    { name: 'e', type: 'double', value: 1000 },
    { name: 'big', type: 'int64', value: 9223372036854775807n },
    { name: 'n', type: 'int32', value: -2147483648 },
  ]);
});

test('of two members with one name the later value stands in the earlier place', () => {
  expect(parseJsonTable('{"a":1,"b":2,"a":3}')?.map(({ name, value }) => [name, value])).toEqual([
    ['a', 3],
    ['b', 2],
  ]);
});

test('what was printed is read again', () => {
  const text = '{"a":[1,"x\\"\\\\\\n\\u0001",null,true,{"b":{}}],"c":{}}';
  expect(formatTable(parseJsonTable(text) ?? [])).toBe(text);
});

test('an empty table prints with an empty line when it is indented', () => {
  expect(formatTable([], 0)).toBe('{\n\t\n}');
  expect(formatTable([])).toBe('{}');
});

test('names are printed with the element, where there is one', () => {
  expect(formatElement({ name: 'a', type: 'double', value: 0.5 })).toBe('"a":0.500000');
  expect(formatElement({ name: 'a', type: 'int8', value: 42 }, 0)).toBe('"a": true');
  expect(formatElement({ name: '', type: 'string', value: '/\f' })).toBe('"/\\u000c"');
});
