import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { JSON_FORMAT, type StreamFormat } from '../../engine/ir/stream-format.ts';
import { compilePipeline, type StreamPlan } from '../../engine/plan/plan.ts';
import { athenaStatement } from '../../engine/sql/athena-statement.ts';
import clickstream from '../../pipelines/clickstream.ts';
import weblog from '../../pipelines/weblog.ts';
import { casesOf } from '../support/random-cases.ts';
import { createBronzeTable, createTrinoMacros, inDuckdb } from './athena-in-duckdb.ts';
import { clickstreamLines } from './clickstream-events.ts';
import { differences } from './compare.ts';
import { type Duckdb, openDuckdb } from './duckdb.ts';
import { everyAggregate, saleLines } from './every-aggregate.ts';
import { hitLines, randomPipeline } from './random-pipeline.ts';
import { rowsOf, runEngine, viewsOf } from './run.ts';

/** What is written for Athena, over bronze as the function writes it, gives the rows that the engine gives. */
const SEED = 20_260_406;

let dir: string;
let database: Duckdb;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'athena-'));
  database = await openDuckdb();
  await createTrinoMacros(database);
});
afterAll(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

async function expectSameRows(exported: unknown, lines: readonly string[]): Promise<number> {
  const file = join(dir, 'events.jsonl');
  writeFileSync(file, lines.join('\n'));
  const run = await runEngine(exported, [file], { outDir: dir, shards: 2, batch: 500 });
  expect(run.summary.counters.late).toBe(0);
  let rows = 0;
  const views = viewsOf(exported);
  const plan = compilePipeline(pipelineDefinition(exported, 'the test'));
  const { definition, validate } = plan.streams[0] as StreamPlan;
  await createBronzeTable(database, definition, lines, dir, validate);
  for (const view of views) {
    const expected = await database.rows(inDuckdb(athenaStatement(view)));
    const found = differences(view, rowsOf(run, view), expected);
    expect({ view: view.name, found }).toEqual({ view: view.name, found: [] });
    rows += expected.length;
  }
  return rows;
}

test('the clickstream pipeline gives the same rows', async () => {
  const [startMs, endMs] = [Date.parse('1969-12-31T23:00:00Z'), Date.parse('1970-01-01T01:00:00Z')];
  const timeline = { events: 2000, disorderMs: 60_000, edgeMs: 300_000, startMs, endMs };
  expect(await expectSameRows(clickstream, clickstreamLines(SEED, timeline))).toBeGreaterThan(100);
});

test('the log of a real web server gives the same rows', async () => {
  const file = join(__dirname, '../../examples/weblog/access-log.jsonl.gz');
  const lines = gunzipSync(readFileSync(file)).toString().split('\n');
  expect(await expectSameRows(weblog, lines)).toBeGreaterThan(1000);
});

test("a server's own log gives the same rows", async () => {
  const { streams } = pipelineDefinition(weblog, 'the pipeline');
  const stream = streams[0] as { format: StreamFormat };
  stream.format = { kind: 'apache-combined' };
  try {
    const lines = gunzipSync(readFileSync(join(__dirname, '../data/apache-access.log.gz')))
      .toString()
      .split('\n');
    expect(await expectSameRows(weblog, lines.slice(0, 2000))).toBeGreaterThan(500);
  } finally {
    stream.format = JSON_FORMAT;
  }
});

test('every aggregate gives the same rows', async () => {
  expect(await expectSameRows(everyAggregate, saleLines(SEED, 500))).toBeGreaterThan(1000);
});

test('random views over random events give the same rows', async () => {
  let rows = 0;
  await fc.assert(
    fc.asyncProperty(randomPipeline, fc.nat(), async (exported, seed) => {
      rows += await expectSameRows(exported, hitLines(seed, 120));
    }),
    { seed: SEED, numRuns: casesOf(10, 5), endOnFailure: true },
  );
  expect(rows).toBeGreaterThan(casesOf(500, 5));
}, 120_000);
