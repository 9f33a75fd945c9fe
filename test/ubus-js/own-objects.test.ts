import { expect, test } from 'vitest';
import { OwnObjects, signatureOf } from '../../src/ubus-js/own-objects.ts';

test('an object is found by its id only while it is on the bus', () => {
  const objects = new OwnObjects();
  const object = objects.add({ path: 'pmip', methods: {} });
  expect(objects.withId(0x2000)).toBeUndefined();
  objects.answered(object, 0, 0x2000, 1000);
  expect(objects.withId(0x2000)).toBe(object);
  objects.forgetConnection();
  expect(objects.withId(0x2000)).toBeUndefined();
  expect(objects.get('pmip')).toBe(object);
});

test('a refused object is due after a wait that grows', () => {
  const objects = new OwnObjects();
  const object = objects.add({ path: 'pmip', methods: {} });
  objects.answered(object, 2, undefined, 1000);
  expect([objects.earliestRetry(), objects.due(1199).length, objects.due(1200).length]).toEqual([1200, 0, 1]);
  objects.answered(object, 2, undefined, 1200);
  expect(objects.earliestRetry()).toBe(1600);
});

test('an answer of success without an id is a refusal', () => {
  const objects = new OwnObjects();
  const object = objects.add({ path: 'pmip', methods: {} });
  expect(objects.answered(object, 0, undefined, 1000)).toMatchObject([{ kind: 'objectRefused' }]);
});

test('a signature has a table for each method, and in it the number of each type', () => {
  expect(signatureOf({ status: {}, trail: { address: 'string', length: 'int32' } })).toEqual([
    { name: 'status', type: 'table', value: [] },
    {
      name: 'trail',
      type: 'table',
      value: [
        { name: 'address', type: 'int32', value: 3 },
        { name: 'length', type: 'int32', value: 5 },
      ],
    },
  ]);
});
