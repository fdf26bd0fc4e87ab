import type { Cell } from '../../../api/schemas/overview.ts';
import { layoutRibbon } from '../../../dashboard/src/components/ribbon-layout.ts';

const STEP = 300_000;
const cell = (start: number): Cell => ({
  end: start + STEP,
  state: 'final',
  value: 1,
  groups: 1,
  revision: 1,
  was: null,
  worst: null,
});
const cellsAt = (...steps: number[]) => Object.fromEntries(steps.map((n) => [n * STEP, cell(n * STEP)]));

test('windows stand side by side in the order of time, and then the one to come', () => {
  const { cells, gaps } = layoutRibbon(cellsAt(2, 0, 1), STEP, 12);
  expect(cells.map(({ start }) => start / STEP)).toEqual([0, 1, 2, 3]);
  expect(cells.map(({ x, width }) => [x, width])).toEqual([
    [0, 0.25],
    [0.25, 0.25],
    [0.5, 0.25],
    [0.75, 0.25],
  ]);
  expect(cells.at(-1)?.cell).toBeNull();
  expect(gaps).toEqual([]);
});

test('up to three empty windows are to scale, more are drawn narrow', () => {
  const short = layoutRibbon(cellsAt(0, 3), STEP, 12);
  expect(short.gaps[0]?.width).toBeCloseTo(2 / 5);
  const long = layoutRibbon(cellsAt(0, 12), STEP, 12);
  expect(long.gaps[0]?.width).toBeCloseTo(0.3 / 3.3);
});

test('an instant stands where its window is; outside of all it stands nowhere', () => {
  const layout = layoutRibbon(cellsAt(0, 1), STEP, 12);
  expect(layout.place(STEP * 1.5)).toBeCloseTo(0.5);
  expect(layout.place(-1)).toBeNull();
  expect(layout.place(STEP * 3)).toBeNull();
});

test('only the last windows are drawn', () => {
  const { cells } = layoutRibbon(cellsAt(0, 1, 2, 3, 4), STEP, 3);
  expect(cells.map(({ start }) => start / STEP)).toEqual([2, 3, 4, 5]);
});

test('nothing has nothing', () => {
  const layout = layoutRibbon({}, STEP, 12);
  expect(layout.cells).toEqual([]);
  expect(layout.place(0)).toBeNull();
});
