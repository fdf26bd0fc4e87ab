import { calibrated } from '../../../bench/nab/calibrate.ts';
import type { LabelledSeries } from '../../../bench/nab/score.ts';
import { probabilityOf } from '../../../engine/detectors/auto/calibration.ts';

const ROWS = 100_150;
const series: LabelledSeries = {
  name: 'a/one.csv',
  values: Array.from({ length: ROWS }, () => 0),
  timesMs: Array.from({ length: ROWS }, (_, i) => i),
  windows: [[500, 599]],
};
const score = (evidence: number) => 1 - probabilityOf(evidence);

test('a line is fitted through how rare each evidence is', () => {
  // Of evidence 3, 4, … so many rows that one in 10^(1 + s / 4) has at least as much.
  const scores = Array.from({ length: ROWS }, () => 0);
  let row = 1000;
  for (let evidence = 11; evidence >= 3; evidence--) {
    const wanted = Math.round((ROWS - 150 - 200) / 10 ** (1 + evidence / 4));
    while (row - 1000 < wanted) scores[row++] = score(evidence + 0.001);
  }
  const { often, rarer, rarities } = calibrated([series], [scores]);
  expect(often).toBeCloseTo(1, 1);
  expect(rarer).toBeCloseTo(0.25, 1);
  expect(rarities[0]?.share).toBeCloseTo(10 ** -1.75, 4);
});

test('young rows, labels, and as much again after a label, do not count', () => {
  const scores = Array.from({ length: ROWS }, (_, row) => (row < 150 || (row >= 500 && row < 699) ? score(12) : 0));
  scores[5000] = score(8);
  expect(calibrated([series], [scores]).rarities.map(({ share }) => share > 0)).toEqual(
    [3, 4, 5, 6, 7, 8, 9, 10, 11].map((evidence) => evidence <= 8),
  );
});
