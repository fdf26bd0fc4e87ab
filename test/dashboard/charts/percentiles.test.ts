import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';
import {
  choicesOf,
  choiceWords,
  isLogarithmic,
  percentilesOf,
  strokeOf,
} from '../../../dashboard/src/charts/percentiles.ts';
import { describeAggregate } from '../../../engine/aggregates/describe.ts';

const column = (name: string, words: string, made_by = 'quantile'): Column => ({
  name,
  type: 'number',
  nullable: true,
  role: 'aggregate',
  made_by,
  combine: null,
  unit: null,
  of: [],
  words,
});
const columns = [
  column('requests', 'count()', 'count'),
  column('slow', 'quantile(ms; 0.99, within 1 %)'),
  column('usual', 'quantile(ms; 0.5, within 1 %)'),
  column('size', 'quantile(bytes; 0.95, within 2 %) where status ≥ 400'),
  column('size_all', 'quantile(bytes; 0.999, within 2 %)'),
];
const view = { columns, group_by: [] as string[] } as unknown as ViewDescription;

test('percentiles of one thing are one chart, rising; of another condition they are another', () => {
  expect(percentilesOf(view).map((family) => family.map(({ name, q, column: { name: of } }) => [name, q, of]))).toEqual(
    [
      [
        ['p50', 0.5, 'usual'],
        ['p99', 0.99, 'slow'],
      ],
      [['p95', 0.95, 'size']],
      [['p99.9', 0.999, 'size_all']],
    ],
  );
});

test('the words that the definition gives a quantile are those that are read here', () => {
  const words = describeAggregate({
    spec: { kind: 'quantile', q: 0.95, relativeError: 0.01 },
    argument: { op: 'field', path: ['ms'], type: { kind: 'number', nullable: false, integer: false } },
    condition: null,
  } as unknown as Parameters<typeof describeAggregate>[0]);
  expect(percentilesOf({ ...view, columns: [column('p', words)] })[0]?.[0]).toMatchObject({ q: 0.95, name: 'p95' });
});

test('one column of a family stands for all of it where columns are chosen', () => {
  expect(choicesOf(view, columns).map((one) => choiceWords(view, one))).toEqual([
    'requests',
    'p50, p99',
    'size',
    'size_all',
  ]);
  const rising = { ...view, columns: [columns[2], columns[1]] as Column[] };
  expect(choicesOf(rising, rising.columns).map((one) => choiceWords(rising, one))).toEqual(['p50, p99']);
});

test('strokes tell percentiles apart, and long tails have a logarithmic axis', () => {
  expect([0.5, 0.95, 0.99].map(strokeOf)).toEqual(['line', 'dashed', 'dotted']);
  expect(isLogarithmic(1, 101)).toBe(true);
  expect(isLogarithmic(1, 100)).toBe(false);
  expect(isLogarithmic(0, 100)).toBe(false);
});
