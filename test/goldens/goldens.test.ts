import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTemporary } from '../../adapters/embedded/index.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { hash32 } from '../../engine/hash/hash64.ts';
import { casesOf } from '../support/random-cases.ts';
import {
  asExpected,
  type GoldenCase,
  goldenCases,
  linesOf,
  loadGolden,
  runGolden,
  runGoldenTwice,
  runOn,
} from './harness.ts';

/**
 * Crashes of each case, one in each quarter of its writes; at which write is drawn from the case's name. So is the quarter
 * that `npm test` takes.
 */
const CRASHES = [1, 2, 3, 4];

let outDir: string;
beforeEach(() => {
  outDir = mkdtempSync(join(tmpdir(), 'golden-'));
});
afterEach(() => rmSync(outDir, { recursive: true }));

const cases = goldenCases(__dirname);
const refused = cases.filter(({ dir }) => existsSync(join(dir, 'expected', 'error.txt')));

test('there are at least forty cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(40);
});

test.each(refused)('$name is refused', async (golden) => {
  const message = readFileSync(join(golden.dir, 'expected', 'error.txt'), 'utf8').trim();
  await expect(loadGolden(golden)).rejects.toThrow(new Error(message));
});

describe.each(cases.filter((golden) => !refused.includes(golden)))('$name', (golden) => {
  const expected = linesOf(join(golden.dir, 'expected'));
  test.each(waysOf(golden))('gives the expected rows with $shards shards and batches of $batch', async (way) => {
    await runGolden({ plan: await loadGolden(golden), golden, ...way, outDir });
    expect(asExpected(linesOf(outDir), expected)).toEqual(expected);
  });

  test('gives the expected rows where no store is kept', async () => {
    const way = { shards: golden.shards.at(-1) ?? 1, batch: golden.batches.at(-1) ?? 1 };
    const stores = openTemporary(systemClock);
    await runOn({ plan: await loadGolden(golden), golden, ...way, outDir }, stores);
    stores.close();
    expect(asExpected(linesOf(outDir), expected)).toEqual(expected);
  });

  test.each(quartersOf(golden))(
    'gives the expected rows after a crash in quarter %i of its writes',
    async (quarter) => {
      const way = { shards: golden.shards.at(-1) ?? 1, batch: golden.batches.at(-1) ?? 1 };
      const run = { plan: await loadGolden(golden), golden, ...way, outDir };
      await runGoldenTwice(run, crashOf(golden, quarter, await runGolden(run)));
      expect(asExpected(linesOf(outDir), expected)).toEqual(expected);
    },
  );
});

/** Each number of shards with each batch size; in `npm test`, so many of these that all of both come up. */
function waysOf(golden: GoldenCase) {
  const ways = golden.shards.flatMap((shards, i) =>
    golden.batches.map((batch, j) => ({
      way: { shards, batch },
      isFirst: i % golden.batches.length === j % golden.shards.length,
    })),
  );
  const sorted = [...ways.filter(({ isFirst }) => isFirst), ...ways.filter(({ isFirst }) => !isFirst)];
  const share = Math.min(golden.shards.length, golden.batches.length);
  return sorted.slice(0, casesOf(ways.length, share)).map(({ way }) => way);
}

function quartersOf({ name }: GoldenCase): readonly number[] {
  const first = hash32(name) % CRASHES.length;
  return [...CRASHES.slice(first), ...CRASHES.slice(0, first)].slice(0, casesOf(CRASHES.length, CRASHES.length));
}

function crashOf({ name }: GoldenCase, quarter: number, writes: number): number {
  const share = (hash32(`${name} ${quarter}`) % 1000) / 1000;
  return 1 + Math.floor((writes * (quarter - 1 + share)) / CRASHES.length);
}
