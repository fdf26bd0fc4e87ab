import type { SeriesAnswer } from '../../../api/schemas/rows.ts';
import { bucketWords, heatMapOf, heightOf, shadeOf } from '../../../dashboard/src/charts/heat-data.ts';

const buckets = (...counts: readonly number[]) => [
  { from: null, to: 0, count: counts[0] },
  { from: 0, to: 10, count: counts[1] },
  { from: 10, to: 100, count: counts[2] },
  { from: 100, to: null, count: counts[3] },
];
const answer = (values: readonly unknown[]): SeriesAnswer => ({
  view: 'v',
  group: null,
  starts: values.map((_, i) => i * 1000),
  ends: values.map((_, i) => (i + 1) * 1000),
  revisions: values.map(() => 1),
  revised_at: {},
  is_final: values.map(() => true),
  columns: { sizes: [...values] },
  points_in_all: values.length,
  cut: false,
});

test('a column for each window, from the lowest bucket up', () => {
  const map = heatMapOf(answer([buckets(0, 5, 9, 1), buckets(2, 0, 4, 0)]), 'sizes');
  expect(map.bounds).toEqual([0, 10, 100]);
  expect(map.columns.map(({ counts }) => counts)).toEqual([
    [0, 5, 9, 1],
    [2, 0, 4, 0],
  ]);
  expect(map.greatest).toBe(9);
});

test('windows of an older definition with other buckets are left out', () => {
  const older = [
    { from: null, to: 1, count: 3 },
    { from: 1, to: null, count: 3 },
  ];
  expect(heatMapOf(answer([older, buckets(1, 1, 1, 1), null]), 'sizes').columns.map(({ start }) => start)).toEqual([
    1000,
  ]);
});

test('five shades: none for nothing, the first for anything, the last for the most', () => {
  expect([0, 1, 20, 21, 99, 100].map((count) => shadeOf(count, 100))).toEqual([0, 1, 1, 2, 5, 5]);
  expect(shadeOf(0, 0)).toBe(0);
});

test('a value stands in its bucket in proportion, and in the middle of one without an end', () => {
  const bounds = [0, 10, 100];
  expect([-5, 0, 5, 10, 55, 100, 1e6].map((value) => heightOf(value, bounds))).toEqual([0.5, 1, 1.5, 2, 2.5, 3.5, 3.5]);
});

test('buckets in words', () => {
  expect([0, 1, 3].map((bucket) => bucketWords([0, 10, 100], bucket, String))).toEqual([
    'below 0',
    '0 to 10',
    'from 100',
  ]);
});
