import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { count, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';
import { memoryStores } from '../../adapters/memory/index.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { StreamFormat } from '../../engine/ir/stream-format.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import weblog from '../../pipelines/weblog.ts';
import { type RunOptions, type RunSummary, runFiles } from '../../runtime/file-run.ts';

const DATA = join(__dirname, '../data');

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'formats-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

interface Run {
  readonly counters: RunSummary['counters'];
  rows(view: string): Record<string, unknown>[];
  readonly dead: readonly { reason: string; event: string; sequence: string }[];
}

async function run(exported: unknown, file: string, more: Partial<RunOptions> = {}): Promise<Run> {
  const plan = compilePipeline(pipelineDefinition(exported, 'the test'));
  const inputs = new Map(plan.streams.map(({ name }) => [name, [file]]));
  const settings = { shards: 1, batch: 1000, flush: true, outDir: dir, stores: memoryStores(systemClock), ...more };
  const { counters, views } = await runFiles({ plan, inputs, ...settings });
  const linesOf = (path: string) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const files = new Map(views.map(({ name, file: path }) => [name, linesOf(path)]));
  return { counters, rows: (name) => files.get(name) ?? [], dead: linesOf(join(dir, '_dead_letters.jsonl')) };
}

test("a server's own log gives the same rows as the log in JSON: 9,999 requests, and one dead letter", async () => {
  const { streams, views } = pipelineDefinition(weblog, 'the pipeline');
  const ofJson = await run(weblog, join(__dirname, '../../examples/weblog/access-log.jsonl.gz'));
  (streams[0] as { format: StreamFormat }).format = { kind: 'apache-combined' };
  const ofLog = await run(weblog, join(DATA, 'apache-access.log.gz'));

  expect(ofLog.counters).toMatchObject({ delivered: 10_000, accepted: 9999, dead: 1, late: 0 });
  for (const { name } of views) expect(ofLog.rows(name)).toEqual(ofJson.rows(name));
  const [letter] = ofLog.dead;
  expect(letter).toMatchObject({ reason: 'malformed', sequence: '8899' });
  expect(letter?.event).toMatch(/^46\.118\.127\.106 .*bot\.html$/);
});

test('CSV of quoted structures, with blanks in the names of its columns and in no order: 301 events', async () => {
  const events = stream('events', {
    schema: Type.Object({
      'Event Name': Type.String(),
      'User ID': Type.String(),
      'Event DateTime': Timestamp('iso8601'),
      'Source IP': Type.String(),
      'Repeated Attempts': Type.Optional(Type.Integer()),
    }),
    format: 'csv',
    eventTime: 'Event DateTime',
    partitionKey: 'Source IP',
    maxLateness: '1 minute',
  });
  const byName = view('by_name', events)
    .derive((e) => ({ name: e['Event Name'] }))
    .window(tumbling('366 days'))
    .groupBy('name')
    .aggregate((e) => ({ n: count(), attempts: sum(e['Repeated Attempts']) }));
  const { counters, rows } = await run(pipeline('honeybucket', [byName]), join(DATA, 'honeybucket.csv.gz'), {
    shards: 3,
    sort: true,
  });
  expect(counters).toMatchObject({ delivered: 301, accepted: 301 });
  const total = new Map<unknown, number>();
  for (const { name, n } of rows('by_name')) total.set(name, (total.get(name) ?? 0) + Number(n));
  expect([...total].sort()).toEqual([
    ['HeadBucket', 159],
    ['ListObjects', 138],
    ['PutObject', 4],
  ]);
});

test('payments in CSV: amounts are numbers, an empty label is none', async () => {
  const payments = stream('payments', {
    schema: Type.Object({
      EVENT_TIMESTAMP: Timestamp('iso8601'),
      EVENT_LABEL: Type.Optional(Type.Integer()),
      ENTITY_ID: Type.String(),
      order_price: Type.Number(),
    }),
    format: 'csv',
    eventTime: 'EVENT_TIMESTAMP',
    partitionKey: 'ENTITY_ID',
    maxLateness: '1 minute',
  });
  const totals = view('totals', payments)
    .window(tumbling('366 days'))
    .aggregate((e) => ({
      payments: count(),
      amount: sum(e.order_price),
      labelled: count().where(e.EVENT_LABEL.isNull().not()),
      frauds: count().where(e.EVENT_LABEL.eq(1)),
    }));
  const file = join(DATA, 'transactions.csv.gz');
  const { counters, rows } = await run(pipeline('payments', [totals]), file, { shards: 2, sort: true });
  expect(counters).toMatchObject({ delivered: 400, accepted: 400 });
  const total = (column: string) => rows('totals').reduce((before, row) => before + Number(row[column]), 0);
  expect([total('payments'), total('labelled'), total('frauds')]).toEqual([400, 277, 64]);
  expect(total('amount')).toBeCloseTo(56_271.96, 6);
});
