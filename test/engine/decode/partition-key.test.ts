import { partitionKeyOf } from '../../../engine/decode/partition-key.ts';

test.each([
  ['user', { user: 'ann' }, 'ann'],
  ['user', { user: 7 }, '7'],
  ['user', { user: '' }, ''],
  ['user.id', { user: { id: 7, name: 'ann' } }, '7'],
  ['user', { other: 'ann' }, null],
  ['user', { user: null }, null],
  ['user', { user: ['ann'] }, null],
  ['user.id', { user: 'ann' }, null],
  ['user.length', { user: 'ann' }, null],
  ['constructor.name', {}, null],
  ['user', null, null],
  ['user', 7, null],
  ['0', ['ann'], 'ann'],
])('the partition key at %s of %j is %j', (partitionKey, event, key) => {
  expect(partitionKeyOf({ partitionKey }, event, JSON.stringify(event))).toBe(key);
});
