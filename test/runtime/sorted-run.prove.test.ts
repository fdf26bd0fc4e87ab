import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { count, global, pipeline, session, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';
import { openTemporary } from '../../adapters/embedded/index.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import { type RunOptions, type RunSummary, runFiles } from '../../runtime/file-run.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-01-01T00:00:00Z');

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sorted-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const days = stream('days', {
  schema: Type.Object({ at: Timestamp('iso8601'), key: Type.String(), n: Type.Integer() }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '1 minute',
});
const byDay = view('by_day', days)
  .window(tumbling('1 day'))
  .aggregate((e) => ({ events: count(), n: sum(e.n) }));
const visits = view('visits', days)
  .window(session({ gap: '2 days' }))
  .groupBy('key')
  .aggregate(() => ({ events: count() }));
const soFar = view('so_far', days)
  .window(global({ emitEvery: '30 days' }))
  .groupBy('key')
  .aggregate((e) => ({ n: sum(e.n) }));

interface Ran {
  readonly counters: RunSummary['counters'];
  readonly rows: Readonly<Record<string, readonly string[]>>;
}

async function run(lines: readonly string[], more: Partial<RunOptions> = {}, views = [byDay]): Promise<Ran> {
  const file = join(dir, 'days.jsonl');
  writeFileSync(file, lines.join('\n'));
  const plan = compilePipeline(pipelineDefinition(pipeline('days', views as [typeof byDay]), 'the test'));
  const stores = openTemporary(systemClock);
  const { counters, views: files } = await runFiles({
    plan,
    inputs: new Map([['days', [file]]]),
    outDir: dir,
    shards: 1,
    batch: 500,
    flush: true,
    nowMs: NOW_MS,
    stores,
    ...more,
  });
  stores.close();
  const rows = files.map(({ name, file: path }) => [name, readFileSync(path, 'utf8').split('\n').filter(Boolean)]);
  return { counters, rows: Object.fromEntries(rows) };
}

function dayBefore(days: number): string {
  return JSON.stringify({ at: new Date(NOW_MS - days * DAY_MS).toISOString(), key: `k${days % 3}`, n: days });
}

const newestFirst = (events: number) => Array.from({ length: events }, (_, i) => dayBefore(i + 1));

test('3,000 days with the newest first are mostly late, and with sort 3,000 accepted ones', async () => {
  const lines = newestFirst(3000);
  expect((await run(lines)).counters.late).toBeGreaterThan(2500);
  const sorted = await run(lines, { sort: true });
  expect(sorted.counters).toMatchObject({ accepted: 3000, late: 0 });
  expect(sorted.rows.by_day).toHaveLength(3000);
});

test('with sort the order of the lines means nothing, nor do shards and batches', async () => {
  const lines = newestFirst(200);
  const views = [byDay, visits, soFar] as unknown as [typeof byDay];
  const inOrder = await run([...lines].reverse(), {}, views);
  expect(inOrder.counters).toMatchObject({ accepted: 200, late: 0 });
  const withoutRevision = (rows: readonly string[] = []) => rows.map((row) => row.replace(/"revision":\d+/, ''));
  for (const more of [{}, { shards: 3, batch: 77 }]) {
    const sorted = await run(lines, { sort: true, ...more }, views);
    expect(sorted.counters).toEqual(inOrder.counters);
    expect(sorted.rows.by_day).toEqual(inOrder.rows.by_day);
    expect(sorted.rows.visits).toEqual(inOrder.rows.visits);
    // How often a total was shown depends on when its events came.
    expect(withoutRevision(sorted.rows.so_far)).toEqual(withoutRevision(inOrder.rows.so_far));
  }
});

test.each([1, 3])(
  'a wrong date of the future is a dead letter and makes nothing late, with %d shards',
  async (shards) => {
    const lines = newestFirst(200).reverse();
    lines.splice(10, 0, JSON.stringify({ at: '2099-01-01T00:00:00Z', key: 'k0', n: 1 }));
    const { counters } = await run(lines, { shards });
    expect(counters).toMatchObject({ accepted: 200, late: 0, dead: 1 });
    const [letter] = readFileSync(join(dir, '_dead_letters.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(letter as string)).toMatchObject({
      reason: 'future_time',
      sequence: '11',
      message:
        "The event time 2099-01-01T00:00:00.000Z in stream 'days' is 2303683200000 ms ahead of the run, and maxFutureSkew is 900000 ms.",
    });
  },
);
