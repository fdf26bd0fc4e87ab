import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStores } from '../../adapters/memory/index.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import { duckdb } from '../../engine/sql/duckdb.ts';
import { eventSource, viewStatement } from '../../engine/sql/view-statement.ts';
import { runFiles } from '../../runtime/file-run.ts';
import { casesOf, PROVES_ALL } from '../support/random-cases.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { differences } from './compare.ts';
import { type Duckdb, openDuckdb } from './duckdb.ts';
import { joinLines, randomJoin } from './random-join.ts';
import { type EngineRun, rowsOf, viewsOf } from './run.ts';

// ALL_CASES=1 npm run prove: 300.
const CASES = casesOf(PROVES_ALL ? 300 : 100);

let dir: string;
let database: Duckdb;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'random-joins-'));
  database = await openDuckdb();
});
afterAll(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

test('random joins over random events give the same rows in DuckDB', async () => {
  const files = { clicks: join(dir, 'clicks.jsonl'), orders: join(dir, 'orders.jsonl') };
  const seen = { empty: 0, rows: 0, views: 0 };
  for (let seed = 1; seed <= CASES; seed++) {
    const random = seededRandom(seed);
    const exported = randomJoin(random);
    const lines = joinLines(random, 60);
    writeFileSync(files.clicks, lines.clicks.join('\n'));
    writeFileSync(files.orders, lines.orders.join('\n'));
    const plan = compilePipeline(pipelineDefinition(exported, 'the test'));
    const summary = await runFiles({
      plan,
      inputs: new Map([
        ['clicks', [files.clicks]],
        ['orders', [files.orders]],
      ]),
      flush: true,
      stores: memoryStores(systemClock),
      outDir: dir,
      shards: [1, 2, 5][random.whole(3)] as number,
      batch: [1, 7, 500][random.whole(3)] as number,
    });
    const run: EngineRun = {
      summary,
      files: Object.fromEntries(summary.views.map(({ name, file }) => [name, readFileSync(file, 'utf8')])),
    };
    for (const view of viewsOf(exported)) {
      const source = ({ name }: { readonly name: string }) =>
        eventSource(plan.streams.find((stream) => stream.name === name)!.definition, [files[name as 'clicks']]);
      const statement = viewStatement(view, { dialect: duckdb, source, exactDistinct: true });
      const expected = await database.rows(statement);
      const found = differences(view, rowsOf(run, view), expected);
      expect({ seed, view: view.name, found }).toEqual({ seed, view: view.name, found: [] });
      seen.views++;
      seen.rows += expected.length;
      if (expected.length === 0) seen.empty++;
    }
  }
  expect(seen.empty).toBeLessThan(seen.views / 4);
  expect(seen.rows).toBeGreaterThan(seen.views * 10);
}, 600_000);
