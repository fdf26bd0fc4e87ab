import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { rowOperatorsIn } from '../../engine/ir/node.ts';
import { casesOf } from '../support/random-cases.ts';
import { differences } from './compare.ts';
import { type Duckdb, openDuckdb } from './duckdb.ts';
import { hitLines, randomPipeline } from './random-pipeline.ts';
import { oracleRows, rowsOf, runEngine, viewsOf } from './run.ts';

/** So many that all kinds come up. */
const CASES = casesOf(62, 5);
/** Of each random pipeline. */
const VIEWS = 5;

let dir: string;
let database: Duckdb;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'random-'));
  database = await openDuckdb();
});
afterAll(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

test('random views over random events give the same rows in DuckDB', async () => {
  const file = join(dir, 'hits.jsonl');
  const kinds = new Set<string>();
  const operators = new Set<string>();
  const lists = new Set<string>();
  const seen = { views: 0, empty: 0, rows: 0 };
  await fc.assert(
    fc.asyncProperty(
      randomPipeline,
      fc.nat(),
      fc.constantFrom(1, 2, 5),
      fc.constantFrom(1, 7, 500),
      async (exported, seed, shards, batch) => {
        writeFileSync(file, hitLines(seed, 120).join('\n'));
        const run = await runEngine(exported, [file], { outDir: dir, shards, batch });
        expect(run.summary.counters.late).toBe(0);
        for (const view of viewsOf(exported)) {
          const expected = await oracleRows(database, view, [file]);
          const found = differences(view, rowsOf(run, view), expected);
          expect({ view, found }).toEqual({ view, found: [] });
          seen.views++;
          for (const step of view.steps) if (step.step === 'explode') lists.add(step.kind);
          kinds.add(view.source.kind === 'stream' ? view.window.kind : 'view of a view');
          for (const { node } of view.derived)
            for (const { op, kind } of rowOperatorsIn(node)) operators.add(`${op} ${kind}`);
          seen.rows += expected.length;
          if (expected.length === 0) seen.empty++;
        }
      },
    ),
    { seed: 20_261_136, numRuns: CASES, endOnFailure: true },
  );
  // Views that let nothing pass, or that have but one row each, would prove little.
  expect(seen.views).toBe(CASES * VIEWS);
  expect(seen.empty).toBeLessThan(seen.views / 4);
  expect(seen.rows).toBeGreaterThan(seen.views * 20);
  expect([...kinds].sort()).toEqual(['calendar', 'global', 'session', 'sliding', 'tumbling', 'view of a view']);
  expect([...lists].sort()).toEqual(['list', 'map']);
  expect([...operators].sort()).toEqual([
    'rowOperator rolling',
    'rowOperator threshold',
    'structOperator change',
    'structOperator zScore',
  ]);
}, 120_000);
