import { GIB, LIST_PRICES } from '../../../contracts/prices.ts';
import { RECOVERY_DAYS } from '../../../contracts/tables.ts';
import { costOfRepeating, costOfWriting, isWorthFolding, UNIT_PRICES } from '../../../engine/finalize/folding.ts';
import type { FinalizeRun } from '../../../engine/finalize/run.ts';
import { NO_PROGRESS, NOTHING_REPEATED } from '../../../engine/state/progress.ts';

test('the prices that decide are the list prices', () => {
  const micros = 1e6;
  const months = (RECOVERY_DAYS + 1) / (365 / 12);
  expect(UNIT_PRICES.put).toBeCloseTo((LIST_PRICES.s3ThousandPuts / 1000) * micros, 9);
  expect(UNIT_PRICES.get).toBeCloseTo((LIST_PRICES.s3ThousandGets / 1000) * micros, 9);
  expect(UNIT_PRICES.writeUnit).toBeCloseTo(LIST_PRICES.dynamoDbMillionWriteUnits, 9);
  expect(UNIT_PRICES.readUnit).toBeCloseTo(LIST_PRICES.dynamoDbMillionReadUnits, 9);
  expect(UNIT_PRICES.objectKilobyteKept).toBeCloseTo(((LIST_PRICES.s3GbMonth * 1024) / GIB) * months * micros, 3);
  expect(UNIT_PRICES.functionMs).toBeCloseTo((LIST_PRICES.lambdaGbSecond * (1769 / 1024) * micros) / 1000, 3);
});

test('by hand: 1,000 rows again are 30 ms and their read units; 8 MB are 31 pages and what stays of them', () => {
  expect(costOfRepeating({ rows: 1000, readUnits: 2 })).toBeCloseTo(30 * 0.023 + 2 * 0.125, 9);
  expect(costOfWriting(8_000_000)).toBeCloseTo(31 * 5.625 + 7812.5 * 0.026, 9);
  // Three KB are an item, which is written and one day deleted.
  expect(costOfWriting(3000)).toBe(2 * 3 * 0.625);
  expect(costOfWriting(0)).toBe(0);
});

const SLIDE_MS = 300_000;

/** A run of passes, one a window of so many rows: the windows after which the cutoff moves. */
function foldsOf(windows: number, rows: number, carriedBytes: number): number[] {
  const folds: number[] = [];
  let repeated = NOTHING_REPEATED;
  let since = 0;
  for (let window = 1; window <= windows; window++) {
    const again = { rows: since * rows, readUnits: since };
    const waiting = { rows: (since + 1) * rows, readUnits: since + 1 };
    const progress = {
      ...NO_PROGRESS,
      stateCutoffMs: 0,
      repeated,
      carried: { ...NO_PROGRESS.carried, bytes: carriedBytes },
    };
    const pass = { settledMs: (since + 1) * SLIDE_MS };
    const run = { fence: { progress }, pass, isResumed: false, repeated: again, waiting } as unknown as FinalizeRun;
    since++;
    repeated = { rows: repeated.rows + again.rows, readUnits: repeated.readUnits + again.readUnits };
    if (!isWorthFolding(run)) continue;
    folds.push(window);
    since = 0;
    repeated = NOTHING_REPEATED;
  }
  return folds;
}

/** What all passes cost when the cutoff moves every `every` windows, as the model has it. */
function costOf(every: number, rows: number, carriedBytes: number): number {
  const repeating = Array.from({ length: every }, (_, i) => costOfRepeating({ rows: i * rows, readUnits: i }));
  return (costOfWriting(carriedBytes) + repeating.reduce((sum, each) => sum + each, 0)) / every;
}

test.each([
  [1000, 8_000_000],
  [1000, 92_000],
  [100, 4000],
  [1, 200],
  [10_000, 920_000],
])(
  '%d rows a window over %d bytes: the cutoff moves where the sum of both costs is least, or next to it',
  (rows, bytes) => {
    const [every = 0] = foldsOf(200, rows, bytes);
    const best = Math.min(...Array.from({ length: 200 }, (_, i) => costOf(i + 1, rows, bytes)));
    expect(costOf(every, rows, bytes)).toBeLessThan(1.1 * best);
  },
);

test('no pass repeats more rows than who waits for rows should wait for, whatever they cost', () => {
  expect(foldsOf(12, 100_000, 800_000_000)).toEqual([3, 6, 9, 12]);
});

test('the cutoff moves once a day, for panes expire with it', () => {
  expect(foldsOf(600, 1, 800_000_000)).toEqual([288, 576]);
});

test('the cutoff moves at once where no more than tombstones wait and no state is carried', () => {
  expect(foldsOf(3, 0, 0)).toEqual([1, 2, 3]);
});
