import { join } from 'node:path';
import { readSeries } from '../../../../bench/nab/read.ts';
import type { LabelledSeries } from '../../../../bench/nab/score.ts';
import { ByteReader } from '../../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../../engine/bytes/byte-writer.ts';
import { autoDetector } from '../../../../engine/detectors/auto/auto.ts';
import type { Detector, Verdict } from '../../../../engine/detectors/detector.ts';

const DEFAULT = { sensitivity: 0.5, memory: 8, warmUp: 50 } as const;
const series = readSeries(join(__dirname, 'series'), null).map((each) => [each.name, each] as const);

/** `storedAt`: rows after which the detector is written, read and goes on. */
function run({ values, timesMs }: LabelledSeries, storedAt: (row: number) => boolean = () => false): Verdict[] {
  let detector = autoDetector.create(DEFAULT);
  return values.map((value, row) => {
    const verdict = detector.step(value, timesMs[row] as number);
    if (storedAt(row)) detector = restored(detector);
    return verdict;
  });
}

function restored(detector: Detector): Detector {
  const out = new ByteWriter();
  detector.write(out);
  expect(out.length).toBeLessThanOrEqual(8192);
  const input = new ByteReader(out.finish().slice());
  const again = autoDetector.create(DEFAULT);
  again.read(input);
  input.end();
  return again;
}

describe.each(series)('of %s', (_, each) => {
  const whole = run(each);

  test('the end says nothing about the beginning: cut at 60 %, it has the same verdicts', () => {
    const cut = Math.floor(each.values.length * 0.6);
    const { values, timesMs } = each;
    expect(run({ ...each, values: values.slice(0, cut), timesMs: timesMs.slice(0, cut) })).toEqual(whole.slice(0, cut));
  });

  test.each([1, 499])('stored after every %d rows, it has the same verdicts', (rows) => {
    expect(run(each, (row) => row % rows === rows - 1)).toEqual(whole);
  });
});

test('a longer memory keeps to its size too', () => {
  for (const [, { values, timesMs }] of series) {
    const detector = autoDetector.create({ ...DEFAULT, memory: 16 });
    values.forEach((value, row) => {
      detector.step(value, timesMs[row] as number);
    });
    const out = new ByteWriter();
    detector.write(out);
    expect(out.length).toBeLessThanOrEqual(autoDetector.maxStateBytes({ ...DEFAULT, memory: 16 }));
  }
  expect(autoDetector.maxStateBytes(DEFAULT)).toBeLessThanOrEqual(8192);
  expect(autoDetector.maxStateBytes({ ...DEFAULT, memory: 16 })).toBeLessThanOrEqual(16_384);
});
