import type { Point } from '../../../dashboard/src/charts/timeline-data.ts';
import { alignTracks, extent, extentOf, shiftPoints } from '../../../dashboard/src/charts/tracks.ts';

const STEP = 300_000;
const point = (window: number, value: number | null, isFinal = true): Point => ({
  start: window * STEP,
  end: (window + 1) * STEP,
  value,
  isFinal,
  revision: 1,
  revisedAt: null,
  expected: null,
  lower: null,
  upper: null,
  anomaly: null,
});

test('a window that one track has and the other has not is a gap in the other alone', () => {
  const { rows, gaps } = alignTracks(
    [
      [point(0, 1), point(1, 2), point(2, 3)],
      [point(0, 4), point(2, 5)],
    ],
    STEP,
  );
  expect(gaps).toEqual([]);
  expect(rows.map(({ values }) => values)).toEqual([
    [1, 4],
    [2, null],
    [3, 5],
  ]);
});

test('windows that nobody has make an empty row, so that no line goes over them', () => {
  const { rows, gaps } = alignTracks([[point(0, 1), point(4, 2)]], STEP);
  expect(gaps).toEqual([{ start: STEP, end: 4 * STEP }]);
  expect(rows.map(({ values }) => values)).toEqual([[1], [null], [2]]);
  expect(rows.map(({ at }) => at)).toEqual([STEP / 2, 2.5 * STEP, 4.5 * STEP]);
});

test('an open value is a point, and no part of a line', () => {
  const [row] = alignTracks([[point(0, 7, false)]], STEP).rows;
  expect(row?.values).toEqual([null]);
  expect(row?.points[0]?.value).toBe(7);
});

test('the period before stands under the windows of now', () => {
  expect(shiftPoints([point(0, 1)], 2 * STEP)[0]).toMatchObject({ start: 2 * STEP, end: 3 * STEP, value: 1 });
});

test('nothing has no least and no greatest', () => {
  expect(extent([null, undefined])).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  expect(extent([3, null, -1])).toEqual([-1, 3]);
  expect(extentOf([[null], [3, null], [-1]])).toEqual([-1, 3]);
  expect(extentOf([[null], []])).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
});

test('tracks that were thinned go straight on over the windows of others, but not over a gap', () => {
  const far = 4 * STEP;
  const { rows, gaps } = alignTracks(
    [
      [point(0, 0), point(4, 8), point(20, 1)],
      [point(1, 5), point(3, 5), point(19, 5)],
    ],
    STEP,
    far,
  );
  expect(rows.map(({ values: [first] }) => first)).toEqual([0, 2, 6, 8, null, null, 1]);
  expect(rows.map(({ values: [, second] }) => second)).toEqual([null, 5, 5, null, null, 5, null]);
  expect(gaps).toEqual([{ start: 5 * STEP, end: 19 * STEP }]);
  expect(rows[1]?.points[0]).toBeNull();
});
