import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { ShardAggregator } from '../../engine/ingest/shard-aggregator.ts';
import type { StreamPlan, ViewPlan } from '../../engine/plan/plan.ts';
import { tellFinalized } from '../../lambdas/finalize/finalize-metrics.ts';
import { type FinalizeDeps, makeHandler } from '../../lambdas/finalize/make-handler.ts';
import { noVisibility } from '../support/no-visibility.ts';
import { recordedMetrics } from '../support/recorded-metrics.ts';
import { ALL, click, failures, ITEMS, memoryLog, NOW_MS, PAGES, plan, SHARD, sqsEvent, testPorts } from './support.ts';

const PLENTY = { getRemainingTimeInMillis: () => 60_000 };

/** Two closed minutes of clicks, at 12:00 and 12:01, waiting to be finalized. */
async function setUp(change: Partial<FinalizeDeps['ports']> = {}, visibility = noVisibility) {
  const ports = testPorts();
  const log = memoryLog();
  const [stream] = plan.streams as [StreamPlan];
  const aggregator = new ShardAggregator(stream, SHARD, ports, { generation: 1 });
  const records = [click(0, '/'), click(1, '/about'), click(61, '/'), click(200, '/')].map((data, index) => ({
    sequence: String(index + 1),
    arrivalMs: null,
    partitionKey: null,
    data: Buffer.from(data),
  }));
  await aggregator.process(records);
  const metrics = recordedMetrics();
  const handler = makeHandler({
    plan,
    ports: { ...ports, ...change },
    log,
    metrics,
    tellsRows: true,
    takeWriteUnits: () => 3,
    visibility,
    sinks: null,
    budget: new TimeBudget(),
  });
  const rows = async (view: string) =>
    (await ports.results.windows({ view, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 100 })).rows;
  return { handler, ports, log, metrics, rows };
}

function wake(view: string, bucket = 0) {
  return { view, bucket, deduplicationId: 'any' };
}

test('a wake-up finalizes the windows that the watermark has passed', async () => {
  const { handler, rows, log } = await setUp();
  expect(failures(await handler(sqsEvent([[`${PAGES}#0`, wake(PAGES)]]), PLENTY))).toEqual([]);
  expect((await rows(PAGES)).map(({ windowStartMs, group }) => [windowStartMs - NOW_MS, group])).toEqual([
    [0, '["/"]'],
    [0, '["/about"]'],
    [60_000, '["/"]'],
  ]);
  expect(await rows(ALL)).toEqual([]);
  expect(log.lines).toMatchObject([{ level: 'info', fields: { outcome: 'done', view: PAGES, panes: 2 } }]);
});

test('several wake-ups of one bucket are answered by one look', async () => {
  const { handler, log } = await setUp();
  const event = sqsEvent([
    ['a', wake(PAGES)],
    ['b', wake(ALL)],
    ['a', wake(PAGES)],
    ['a', wake(PAGES)],
  ]);
  expect(failures(await handler(event, PLENTY))).toEqual([]);
  expect(log.lines.map(({ fields }) => fields.view)).toEqual([PAGES, ALL]);
});

test('a wake-up that comes twice changes nothing', async () => {
  const { handler, rows, log } = await setUp();
  await handler(sqsEvent([['a', wake(PAGES)]]), PLENTY);
  const before = await rows(PAGES);
  expect(failures(await handler(sqsEvent([['a', wake(PAGES)]]), PLENTY))).toEqual([]);
  expect(await rows(PAGES)).toEqual(before);
  expect(log.lines.at(-1)?.fields.outcome).toBe('idle');
});

test('a failure reports its message and all later ones of its group; another group goes on', async () => {
  const { results } = testPorts();
  const put: typeof results.put = async (writes) => {
    if (writes.some(({ row }) => row.view === PAGES)) throw new Error('The results table does not answer.');
    return results.put(writes);
  };
  const broken = { get: results.get.bind(results), windows: results.windows.bind(results), latest: results.latest };
  const { handler, log } = await setUp({ results: { ...broken, put } });
  const event = sqsEvent([
    ['pages', wake(PAGES)],
    ['all', wake(ALL)],
    ['pages', wake(PAGES)],
    ['all', wake(ALL)],
  ]);
  expect(failures(await handler(event, PLENTY))).toEqual(['m1', 'm3']);
  expect(log.lines).toMatchObject([
    { level: 'error', fields: { failed: 2, received: '1', error: new Error('The results table does not answer.') } },
    { level: 'info', fields: { view: ALL, outcome: 'done' } },
  ]);
});

test('wake-ups are held from the beginning of a call to its end, and then those that failed are given back', async () => {
  const told: unknown[] = [];
  const { handler } = await setUp(undefined, {
    hold: (wakes) => {
      told.push(wakes);
      return { release: async (failed) => void told.push([...failed]) };
    },
  });
  const event = sqsEvent([
    ['a', wake(ALL)],
    ['b', 'not a wake-up'],
  ]);
  expect(failures(await handler(event, PLENTY))).toEqual(['m2']);
  expect(told).toEqual([
    [
      { messageId: 'm1', receiptHandle: 'r1', received: 1 },
      { messageId: 'm2', receiptHandle: 'r2', received: 1 },
    ],
    ['m2'],
  ]);
});

test('messages before a failure in the same group are not reported', async () => {
  const { handler } = await setUp();
  const event = sqsEvent([
    ['a', wake(ALL)],
    ['a', 'not a wake-up'],
    ['a', wake(ALL)],
  ]);
  expect(failures(await handler(event, PLENTY))).toEqual(['m2', 'm3']);
});

test('a wake-up of a view or bucket that the code does not have is acknowledged and logged', async () => {
  const { handler, log } = await setUp();
  const event = sqsEvent([
    ['old', wake('clicks_by_page@000000000000')],
    ['bucket', wake(PAGES, 99)],
  ]);
  expect(failures(await handler(event, PLENTY))).toEqual([]);
  expect(log.lines).toMatchObject([
    { level: 'warn', fields: { view: 'clicks_by_page@000000000000', bucket: 0 } },
    { level: 'warn', fields: { view: PAGES, bucket: 99 } },
  ]);
});

test('a finalizer whose time is up wakes its successor, and its message is acknowledged', async () => {
  const { handler, ports, rows, log } = await setUp();
  const sent = (await ports.queue.waiting(100)).length;
  let asked = 0;
  // Time to begin, which is enough for the first window, and none for the second.
  const context = { getRemainingTimeInMillis: () => (asked++ < 1 ? 60_000 : 4999) };
  expect(failures(await handler(sqsEvent([['a', wake(PAGES)]]), context))).toEqual([]);
  expect((await rows(PAGES)).map(({ windowStartMs }) => windowStartMs - NOW_MS)).toEqual([0, 0]);
  expect(log.lines.at(-1)?.fields.outcome).toBe('more');
  const successor = (await ports.queue.waiting(100)).slice(sent);
  expect(successor).toMatchObject([{ wake: { view: PAGES, bucket: 0 } }]);
  await handler(sqsEvent([['a', successor[0]?.wake]]), PLENTY);
  expect(await rows(PAGES)).toHaveLength(3);
});

test('what no time is left for is not begun, and acknowledged: the next sweep wakes for it', async () => {
  const { handler, log, rows } = await setUp();
  let calls = 0;
  // The time goes by in the first finalizer.
  const context = { getRemainingTimeInMillis: () => (calls++ === 0 ? 60_000 : 1000) };
  const event = sqsEvent([
    ['a', wake(PAGES)],
    ['b', wake(ALL)],
    ['b', wake(ALL)],
  ]);
  expect(failures(await handler(event, context))).toEqual([]);
  expect(await rows(ALL)).toEqual([]);
  expect(log.lines.at(-1)).toMatchObject({
    level: 'warn',
    message: 'No time is left for this wake-up. The next sweep sends another.',
    fields: { view: ALL, bucket: 0 },
  });
});

test('a stream without checkpoints has nothing to finalize', async () => {
  const { handler, log } = await setUp();
  expect(failures(await handler(sqsEvent([['items', wake(ITEMS)]]), PLENTY))).toEqual([]);
  expect(log.lines.at(-1)?.fields).toMatchObject({ outcome: 'idle', stream: 'orders' });
});

describe('the metrics of a finalizer', () => {
  test('are its rows, what they cost, and how long after its end the latest window had them', async () => {
    const { handler, metrics } = await setUp({ clock: { nowMs: () => NOW_MS + 240_000 } });
    await handler(sqsEvent([['a', wake(PAGES)]]), PLENTY);
    expect(metrics.all).toEqual([
      {
        of: 'view clicks_by_page',
        values: { RowLatencyMs: 120_000, RowsWritten: 3, WriteUnits: 3 },
        fields: { bucket: 0 },
      },
    ]);
  });

  test('of a view without groups are also the numbers of its final rows, as of the ends of their windows', async () => {
    const { handler, metrics } = await setUp();
    await handler(sqsEvent([['a', wake(ALL)]]), PLENTY);
    expect(metrics.all.slice(1)).toEqual([
      { of: 'row clicks_in_all', values: { clicks: 2 }, fields: { atMs: NOW_MS + 60_000 } },
      { of: 'row clicks_in_all', values: { clicks: 1 }, fields: { atMs: NOW_MS + 120_000 } },
    ]);
  });
});

test('a call that used up its time and moved nothing on is told of, and no other', () => {
  const [view] = plan.views as [ViewPlan];
  const nothing = {
    panes: 0,
    rowsWritten: 0,
    rowsRevised: 0,
    finalToMs: null,
    finalRows: [],
    anomalies: null,
    droppedEvents: 0,
    droppedMatches: 0,
    watermarkMs: NOW_MS,
  };
  const metrics = recordedMetrics();
  const listener = { metrics, tellsRows: false, takeWriteUnits: () => 0, ports: testPorts() };
  for (const outcome of ['more', 'done', 'idle', 'fenced'] as const) {
    for (const movedOn of [false, true]) tellFinalized(view, 0, { ...nothing, outcome, movedOn }, listener);
  }
  expect(metrics.all.filter(({ of }) => of === 'pipeline')).toEqual([
    { of: 'pipeline', values: { FinalizeStalls: 1 }, fields: { view: view.name, bucket: 0 } },
  ]);
});

test('every line of the log names the invocation', async () => {
  const { handler, log } = await setUp();
  await handler(sqsEvent([['a', wake(PAGES)]]), { ...PLENTY, awsRequestId: 'r-2' });
  expect(log.lines).toMatchObject([{ fields: { requestId: 'r-2', view: PAGES, bucket: 0 } }]);
});
