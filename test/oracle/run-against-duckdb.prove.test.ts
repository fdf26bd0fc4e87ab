import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { generateClickstream } from '../../generate/index.ts';
import clickstream from '../../pipelines/clickstream.ts';
import weblog from '../../pipelines/weblog.ts';
import { casesOf } from '../support/random-cases.ts';
import { clickstreamLines } from './clickstream-events.ts';
import { differences } from './compare.ts';
import { type Duckdb, openDuckdb } from './duckdb.ts';
import { everyAggregate, saleLines, squares } from './every-aggregate.ts';
import { type EngineRun, oracleRows, rowsOf, runEngine, viewsOf } from './run.ts';

const MINUTE_MS = 60_000;
/** Shards and batch sizes: each of both is in the first three. */
const WAYS = [
  [1, 500],
  [5, 7],
  [2, 1],
  [1, 1],
  [1, 7],
  [2, 7],
  [2, 500],
  [5, 1],
  [5, 500],
] as const;
const SEED = 20_260_304;

let dir: string;
let database: Duckdb;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'oracle-'));
  database = await openDuckdb();
});
afterAll(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

/** Rows of every view by the engine against those by DuckDB. Returns how many there were. */
async function expectSameRows(exported: unknown, run: EngineRun, inputs: readonly string[]): Promise<number> {
  let rows = 0;
  for (const view of viewsOf(exported)) {
    const expected = await oracleRows(database, view, inputs);
    expect({ seed: SEED, view: view.name, found: differences(view, rowsOf(run, view), expected) }).toEqual({
      seed: SEED,
      view: view.name,
      found: [],
    });
    rows += expected.length;
  }
  return rows;
}

/**
 * Runs with several numbers of shards and batch sizes; all must write the same files. Returns the last. With a share of 5,
 * `npm test` takes no batches of one record, which thousands of events are many of.
 */
async function runSeveralWays(exported: unknown, inputs: readonly string[], share = 3): Promise<EngineRun> {
  const runs: EngineRun[] = [];
  for (const [shards, batch] of WAYS.slice(0, casesOf(WAYS.length, share))) {
    runs.push(await runEngine(exported, inputs, { outDir: dir, shards, batch }));
  }
  for (const { files } of runs) expect(files).toEqual(runs[0]?.files);
  return runs.at(-1) as EngineRun;
}

describe('the clickstream pipeline', () => {
  const timeline = { events: 3000, disorderMs: MINUTE_MS, edgeMs: 5 * MINUTE_MS };

  test.each([
    ['around 1970', Date.parse('1969-12-31T23:00:00Z'), Date.parse('1970-01-01T01:00:00Z')],
    ['in the year 2026', Date.parse('2026-02-28T22:59:59.999Z'), Date.parse('2026-03-01T02:00:00Z')],
  ])(
    '%s gives the same rows in DuckDB, with any number of shards and any batch size',
    async (_name, startMs, endMs) => {
      const file = join(dir, 'clicks.jsonl');
      const lines = clickstreamLines(SEED, { ...timeline, startMs, endMs });
      writeFileSync(file, lines.join('\n'));

      const run = await runSeveralWays(clickstream, [file]);

      const { delivered, accepted, dead, late } = run.summary.counters;
      expect({ delivered, late }).toEqual({ delivered: lines.length, late: 0 });
      expect(dead).toBeGreaterThan(20);
      expect(accepted + dead).toBe(delivered);
      expect(await expectSameRows(clickstream, run, [file])).toBeGreaterThan(200);
    },
  );

  test('events that come late, but not too late, end in the same rows', async () => {
    const file = join(dir, 'late.jsonl');
    const [startMs, endMs] = [Date.parse('2026-01-01T00:00:00Z'), Date.parse('2026-01-01T06:00:00Z')];
    writeFileSync(file, clickstreamLines(SEED, { ...timeline, startMs, endMs, disorderMs: 59 * MINUTE_MS }).join('\n'));
    for (const [shards, batch] of [
      [1, 100],
      [3, 20],
    ] as const) {
      const run = await runEngine(clickstream, [file], { outDir: dir, shards, batch });
      expect(run.summary.counters.late).toBe(0);
      const revisions = rowsOf(run, viewsOf(clickstream)[0] as never).map((row) => Number(row.revision));
      expect(Math.max(...revisions)).toBeGreaterThan(2);
      await expectSameRows(clickstream, run, [file]);
    }
  });
});

test('the generated clickstream gives the same rows in DuckDB, with any number of shards and any batch size', async () => {
  const file = join(dir, 'generated.jsonl');
  const lines = [...generateClickstream({ events: 10_000, seed: SEED, disorderMs: 30_000, ratePerSecond: 5 })];
  writeFileSync(file, lines.join('\n'));
  const run = await runSeveralWays(clickstream, [file], 5);
  expect(run.summary.counters).toMatchObject({ delivered: 10_000, accepted: 10_000 });
  expect(await expectSameRows(clickstream, run, [file])).toBeGreaterThan(500);
});

test('the log of a real web server gives the same rows in DuckDB, with any number of shards and any batch size', async () => {
  const file = join(__dirname, '../../examples/weblog/access-log.jsonl.gz');
  const run = await runSeveralWays(weblog, [file], 5);
  expect(run.summary.counters).toMatchObject({ accepted: 9999, dead: 1, late: 0 });
  expect(await expectSameRows(weblog, run, [file])).toBeGreaterThan(1000);
});

test('every aggregate, with and without a condition, of any number of groups, gives the same rows in DuckDB', async () => {
  const lines = saleLines(SEED, 500);
  const inputs = [join(dir, 'sales-1.jsonl.gz'), join(dir, 'sales-2.jsonl')] as const;
  writeFileSync(inputs[0], gzipSync(lines.slice(0, 200).join('\n')));
  writeFileSync(inputs[1], lines.slice(200).join('\n'));
  const run = await runSeveralWays(everyAggregate, inputs, 5);
  expect(run.summary.counters).toMatchObject({ delivered: lines.length, late: 0 });
  expect(await expectSameRows(everyAggregate, run, inputs)).toBeGreaterThan(1000);
});

test('a result beyond the range of doubles is null in groups, aggregates and conditions, as in DuckDB', async () => {
  const file = join(dir, 'squares.jsonl');
  const sides = [1, 2, -3, 1e200, -1e154, 1.5e154];
  writeFileSync(file, sides.map((side) => JSON.stringify({ side, at: 0 })).join('\n'));
  const run = await runEngine(squares, [file], { outDir: dir, shards: 1, batch: 2 });
  expect(await expectSameRows(squares, run, [file])).toBe(7);
});
