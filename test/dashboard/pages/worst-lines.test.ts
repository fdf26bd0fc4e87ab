import { valuesByStep } from '../../../dashboard/src/pages/alerts/worst-lines.ts';

test('each window has its value, one without a row is a gap, and what has not come is left out', () => {
  const steps = { fromMs: 0, toMs: 60, stepMs: 10 };
  expect(valuesByStep([0, 20, 30], [5, 7, 0], steps)).toEqual([5, null, 7, 0]);
  expect(valuesByStep([], [], steps)).toEqual([]);
  expect(valuesByStep([50, 60], [1, 2], steps)).toEqual([null, null, null, null, null, 1]);
});
