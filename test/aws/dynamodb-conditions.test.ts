import { hasNumber, inPartition, isAbsent, type SortBounds } from '../../adapters/aws/dynamodb-conditions.ts';

test('a write is conditional on there being no item, or on a number that it has', () => {
  expect(isAbsent()).toEqual({
    ConditionExpression: 'attribute_not_exists(#pk)',
    ExpressionAttributeNames: { '#pk': 'pk' },
  });
  expect(hasNumber('version', 7)).toEqual({
    ConditionExpression: '#number = :expected',
    ExpressionAttributeNames: { '#number': 'version' },
    ExpressionAttributeValues: { ':expected': { N: '7' } },
  });
});

test.each<[SortBounds, string, Record<string, string>]>([
  [{ kind: 'all' }, '#pk = :partition', {}],
  [{ kind: 'from', first: 'b' }, '#pk = :partition AND #sk >= :first', { ':first': 'b' }],
  [{ kind: 'before', end: 'c' }, '#pk = :partition AND #sk < :end', { ':end': 'c' }],
  [{ kind: 'upTo', last: 'c' }, '#pk = :partition AND #sk <= :last', { ':last': 'c' }],
  [
    { kind: 'between', first: 'b', last: 'c' },
    '#pk = :partition AND #sk BETWEEN :first AND :last',
    { ':first': 'b', ':last': 'c' },
  ],
])('the items of a partition within %j', (bounds, expression, values) => {
  const { KeyConditionExpression, ExpressionAttributeValues, ExpressionAttributeNames } = inPartition('p', bounds);
  expect(KeyConditionExpression).toBe(expression);
  const texts = Object.entries(ExpressionAttributeValues).map(([name, { S }]) => [name, S]);
  expect(Object.fromEntries(texts)).toEqual({ ':partition': 'p', ...values });
  // DynamoDB refuses a name that no expression uses.
  expect(Object.keys(ExpressionAttributeNames)).toEqual(bounds.kind === 'all' ? ['#pk'] : ['#pk', '#sk']);
});

test('an index has keys of its own', () => {
  const keys = { partition: 'pk2', sort: 'sk2' };
  expect(inPartition('p', { kind: 'from', first: 'b' }, keys).ExpressionAttributeNames).toEqual({
    '#pk': 'pk2',
    '#sk': 'sk2',
  });
});
