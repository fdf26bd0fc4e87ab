import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { detectionFiles } from '../../scripts/detection-pictures/document.ts';
import { drawSeries } from '../../scripts/detection-pictures/draw-series.ts';
import { tallyOf, type Watched } from '../../scripts/detection-pictures/watch.ts';

const ROOT = resolve(__dirname, '../..');

test('the committed pictures and table are what the detector gives: draw them again with npm run docs:detection', () => {
  for (const [file, content] of detectionFiles(ROOT)) expect(readFileSync(resolve(ROOT, file), 'utf8')).toBe(content);
});

const HOUR = 3_600_000;
const watched: Watched = {
  metric: 'load',
  rows: Array.from({ length: 100 }, (_, i) => ({
    atMs: i * HOUR,
    value: i % 7,
    isAnomaly: [10, 30, 31, 50].includes(i),
  })),
  labels: [
    [9 * HOUR, 12 * HOUR],
    [70 * HOUR, 80 * HOUR],
  ],
};

test('a label with an alarm in it is found, and alarms outside count once an hour', () => {
  expect(tallyOf(watched)).toEqual({ found: 1, missed: 1, falseAlarms: 2 });
});

test('a picture has a dot for each alarm, and says of each label whether it was found', () => {
  const picture = drawSeries(watched);
  expect(picture.match(/<circle/g)).toHaveLength(4);
  expect(picture.match(/>found</g)).toHaveLength(1);
  expect(picture.match(/>missed</g)).toHaveLength(1);
});
