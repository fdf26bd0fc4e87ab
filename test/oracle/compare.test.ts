import { approxCountDistinct, count, mean, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import type { CompleteView } from '../../engine/dsl/view-builder.ts';
import type { ViewDefinition } from '../../engine/ir/view-definition.ts';
import { differences } from './compare.ts';

const visits = stream('visits', {
  schema: Type.Object({ user: Type.String(), ms: Type.Number(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '0 ms',
});

const { definition } = view('by_user', visits)
  .window(tumbling('1 minute'))
  .groupBy('user')
  .aggregate((e) => ({ n: count(), mean_ms: mean(e.ms), about: approxCountDistinct(e.ms) }))
  .derive((row) => ({ each: row.about.div(row.n) })) as unknown as CompleteView & { definition: ViewDefinition };

const row = {
  window_start: '1970-01-01T00:00:00.000Z',
  window_end: '1970-01-01T00:01:00.000Z',
  user: 'a',
  n: 3,
  mean_ms: 0.1,
  about: 1000,
  each: 333,
};

test('rows that differ by rounding, or by as much as an approximation may, are the same', () => {
  const ours = { ...row, mean_ms: 0.1 + 1e-16, about: 1030, revision: 2 };
  expect(differences(definition, [ours], [row])).toEqual([]);
});

test.each<[string, object]>([
  ['a text', { user: 'A' }],
  ['a whole number', { n: 3.0000000001 }],
  ['a double', { mean_ms: 0.1000001 }],
  ['null', { mean_ms: null }],
  ['an approximation that is too far off', { about: 1040 }],
])('a difference in %s is told', (_name, change) => {
  expect(differences(definition, [{ ...row, ...change }], [row])).toHaveLength(1);
});

test('a row that is missing, in another place or with other columns is told', () => {
  const other = { ...row, user: 'b' };
  expect(differences(definition, [row], [row, other])).toEqual(['The engine has 1 rows, DuckDB 2.']);
  expect(differences(definition, [row, other], [other, row])).toHaveLength(2);
  expect(differences(definition, [{ ...row, more: 1 }], [row])[0]).toContain(
    'its columns are window_start,window_end,user,n,mean_ms,about,each,more.',
  );
});
