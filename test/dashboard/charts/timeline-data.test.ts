import type { SeriesAnswer } from '../../../api/schemas/rows.ts';
import { isSparse, latestRevision, lineOf, stepOf } from '../../../dashboard/src/charts/timeline-data.ts';

const STEP = 60_000;

function answer(steps: readonly number[], columns: Record<string, unknown[]>, openFrom = 1e9): SeriesAnswer {
  return {
    view: 'v',
    group: null,
    starts: steps.map((n) => n * STEP),
    ends: steps.map((n) => (n + 1) * STEP),
    revisions: steps.map(() => 1),
    revised_at: {},
    is_final: steps.map((n) => n < openFrom),
    columns,
    points_in_all: steps.length,
    cut: false,
  };
}

const VALUE = { value: 'n', detector: null, forecast: null };

test('stretches without windows are gaps', () => {
  const { gaps } = lineOf(answer([0, 1, 4], { n: [1, 2, 3] }), VALUE, STEP);
  expect(gaps).toEqual([{ start: 2 * STEP, end: 4 * STEP }]);
});

test('an anomaly has its score and reason', () => {
  const columns = {
    n: [1, 9],
    'd.is_anomaly': [false, true],
    'd.score': [0.1, 0.9995],
    'd.reason': [null, 'too much'],
  };
  const { points } = lineOf(answer([0, 1], columns), { ...VALUE, detector: 'd' }, STEP);
  expect(points.map(({ anomaly }) => anomaly)).toEqual([null, { score: 0.9995, reason: 'too much' }]);
});

test('the forecast is that of the last final row, and follows it', () => {
  const next = (value: number) => [{ value, lower: value - 1, upper: value + 1 }];
  const columns = { n: [1, 2, 3], 'f.points': [next(10), next(20), next(30)] };
  const { forecast } = lineOf(answer([0, 1, 2], columns, 2), { ...VALUE, forecast: 'f' }, STEP);
  expect(forecast).toEqual([{ value: 20, lower: 19, upper: 21, start: 2 * STEP, end: 3 * STEP }]);
});

test('fewer than half of the windows make a sparse line', () => {
  expect(isSparse(lineOf(answer([0, 1, 2, 4], { n: [1, 1, 1, 1] }), VALUE, STEP), STEP)).toBe(false);
  expect(isSparse(lineOf(answer([0, 12, 24], { n: [1, 1, 1] }), VALUE, STEP), STEP)).toBe(true);
});

test('windows of sessions and totals have no step', () => {
  expect(stepOf({ kind: 'tumbling', size_ms: 5 })).toBe(5);
  expect(stepOf({ kind: 'sliding', size_ms: 50, slide_ms: 5 })).toBe(5);
  expect(stepOf({ kind: 'session', gap_ms: 5 })).toBeNull();
});

test('points that were left out make no gap, and no bars', () => {
  const thinned = { ...answer([0, 12, 24], { n: [1, 1, 1] }), points_in_all: 25 };
  const line = lineOf(thinned, VALUE, STEP);
  expect(line.gaps).toEqual([]);
  expect(isSparse(line, STEP)).toBe(false);
});

test('a revised point has when it was revised; of several the latest counts', () => {
  const found = {
    ...answer([0, 1, 2], { n: [1, 2, 3] }),
    revisions: [1, 2, 4],
    revised_at: { [STEP]: 90, [2 * STEP]: 70 },
  };
  const { points } = lineOf(found, VALUE, STEP);
  expect(points.map(({ revisedAt }) => revisedAt)).toEqual([null, 90, 70]);
  expect(latestRevision(points)).toEqual({ revision: 4, revisedAt: 90 });
  expect(latestRevision(points.slice(0, 1))).toEqual({ revision: 1, revisedAt: null });
});

test('of points that were left out the ranges stay, and go over no gap', () => {
  const ten = Array.from({ length: 10 }, (_, i) => i);
  const starts = [0, 1000, 2000].flatMap((from) => ten.map((i) => from + i));
  const thinned = {
    ...answer(starts, { n: [...ten, ...ten, ...ten] }, 2009),
    points_in_all: 60,
    steps: [0, 5, 1005].map((n) => n * STEP),
  };
  const range = (start: number, end: number, least: number, greatest: number) => ({
    ...{ start: start * STEP, end: end * STEP },
    ...{ least, greatest },
  });
  // The window at the end is open.
  expect(lineOf(thinned, VALUE, STEP).ranges).toEqual([
    range(0, 5, 0, 4),
    range(5, 10, 0, 9),
    range(1000, 1005, 0, 9),
    range(1005, 1010, 0, 9),
    range(2000, 2009, 0, 9),
  ]);
  expect(lineOf(answer([0, 1], { n: [1, 2] }), VALUE, STEP).ranges).toEqual([]);
});
