import { count, pipeline, sns, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { memoryStores } from '../../adapters/memory/index.ts';
import { LOOK_READS } from '../../cost/looks.ts';
import { SWEPT_LOOKS } from '../../cost/state.ts';
import { reviveLooks } from '../../engine/finalize/early-look.ts';
import { ShardAggregator } from '../../engine/ingest/shard-aggregator.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type StreamPlan, type ViewPlan } from '../../engine/plan/plan.ts';
import type { SentAlert } from '../../engine/ports/alert-sink.ts';
import type { StateStore } from '../../engine/ports/state-store.ts';
import { makeHandler as makeFinalize } from '../../lambdas/finalize/make-handler.ts';
import { makeHandler as makeSweep } from '../../lambdas/sweep/make-handler.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { recordedMetrics } from '../support/recorded-metrics.ts';
import { failures, memoryLog, NOW_MS, SHARD, sqsEvent, topologyOf } from './support.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), time: Timestamp('iso8601') }),
  eventTime: 'time',
  partitionKey: 'page',
  maxLateness: '0 ms',
});
const byPage = view('by_page', clicks)
  .window(tumbling('1 hour'))
  .groupBy('page')
  .aggregate(() => ({ clicks: count() }))
  .alert('busy', { when: (row) => row.clicks.gte(2), severity: 'warning', early: '10 seconds', to: [sns()] });
const plan = compilePipeline(pipelineDefinition(pipeline('shop', [byPage]), 'the test pipeline'));
const [VIEW] = plan.views as [ViewPlan];
const [STREAM] = plan.streams as [StreamPlan];

function setUp() {
  const clock = new ManualClock(NOW_MS);
  const ports = { ...memoryStores(clock), topology: topologyOf(SHARD), clock };
  const [log, metrics, sent, held] = [memoryLog(), recordedMetrics(), [] as SentAlert[], [] as number[]];
  const send = async (message: SentAlert) => {
    sent.push(message);
    return 'sent' as const;
  };
  const deps = {
    plan,
    log,
    metrics,
    sinks: { of: () => ({ send }), budget: new TimeBudget() },
    budget: new TimeBudget(),
  };
  let sequence = 0;
  const aggregator = new ShardAggregator(STREAM, SHARD, ports, { generation: 1 });
  const click = (page: string) =>
    aggregator.process([
      {
        sequence: String(++sequence),
        arrivalMs: clock.nowMs(),
        partitionKey: null,
        data: Buffer.from(JSON.stringify({ page, time: new Date(clock.nowMs()).toISOString() })),
      },
    ]);
  const finalize = (bodies: readonly unknown[], leftMs = 60_000, change: { state?: StateStore } = {}) =>
    makeFinalize({
      ...deps,
      ports: { ...ports, ...change },
      tellsRows: false,
      takeWriteUnits: () => 0,
      visibility: {
        hold: (wakes) => {
          held.push(wakes.length);
          return { release: async () => {} };
        },
      },
    })(sqsEvent(bodies.map((body) => ['', body])), { getRemainingTimeInMillis: () => leftMs });
  /** Hands over what comes within so many seconds. */
  const after = async (seconds: number) => {
    clock.advance(seconds * 1000);
    const due = await ports.looks.due(10);
    await ports.looks.remove(due.map(({ id }) => id));
    expect(failures(await finalize(due.map(({ look }) => look)))).toEqual([]);
    return due.length;
  };
  return { click, finalize, after, sweep: () => makeSweep({ ...deps, ports })(), sent, held, log, ports, clock };
}

test('an alert comes ten seconds after its events, long before the window closes and the sweep comes', async () => {
  const { click, after, sent, held } = setUp();
  await click('/');
  await click('/');
  expect([await after(9), sent.length]).toEqual([0, 0]);
  expect([await after(1), sent.length]).toEqual([1, 1]);
  expect(sent[0]).toMatchObject({ kind: 'opened', group: { page: '/' } });
  // Looks are no wake-ups: nothing of the other queue is hidden.
  expect(held.every((wakes) => wakes === 0)).toBe(true);
});

test('looks go on while events come, and end with them: nothing is sent, and the sweep wakes nobody', async () => {
  const { click, after, sweep, ports } = setUp();
  for (let i = 0; i < 30; i++) {
    await click(`/${i}`);
    expect(await after(10)).toBe(1);
  }
  expect(await after(10)).toBe(1);
  const send = jest.spyOn(ports.looks, 'send');
  for (let minute = 0; minute < 5; minute++) {
    await sweep();
    expect(await after(60)).toBe(0);
  }
  expect(send).not.toHaveBeenCalled();
});

test('the sweep begins looks again that were lost', async () => {
  const { click, after, sweep, ports, clock, sent } = setUp();
  await click('/');
  await click('/');
  clock.advance(60_000);
  await ports.looks.remove((await ports.looks.due(10)).map(({ id }) => id));
  await sweep();
  expect([await after(10), sent.length]).toEqual([1, 1]);
});

test('a look that fails is in the log and comes again, and others of the batch are taken', async () => {
  const { click, finalize, log, ports, clock } = setUp();
  await click('/');
  clock.advance(10_000);
  const [due] = await ports.looks.due(1);
  const get: StateStore['get'] = async (key) => {
    if (key.partition.startsWith('early#')) throw new Error('The table does not answer.');
    return ports.state.get(key);
  };
  const state: StateStore = {
    get,
    query: ports.state.query.bind(ports.state),
    transact: ports.state.transact.bind(ports.state),
    delete: ports.state.delete.bind(ports.state),
  };
  const gone = { view: 'gone@1', bucket: 0, turn: 1 };
  expect(
    failures(await finalize([due?.look, gone, { view: VIEW.key, bucket: 7, turn: 1 }], 60_000, { state })),
  ).toEqual(['m1']);
  expect(log.lines).toMatchObject([
    { level: 'error', message: 'An early look failed. The next one comes in a minute.' },
    { level: 'info', fields: gone },
    { level: 'info', fields: { bucket: 7 } },
  ]);
  expect(failures(await finalize([due?.look]))).toEqual([]);
});

test('looks for which no time is left come again', async () => {
  const { click, finalize, ports, clock, sent } = setUp();
  await click('/');
  await click('/');
  clock.advance(10_000);
  const [due] = await ports.looks.due(1);
  expect(failures(await finalize([due?.look], 4000))).toEqual(['m1']);
  expect(failures(await finalize([due?.look]))).toEqual([]);
  expect(sent).toHaveLength(1);
});

test('looks, aggregators and sweeps read and write as much as the cost model says', async () => {
  const { click, after, sweep, ports } = setUp();
  await click('/');
  await after(10);
  await click('/');
  const [get, query, transact] = [
    jest.spyOn(ports.state, 'get'),
    jest.spyOn(ports.state, 'query'),
    jest.spyOn(ports.state, 'transact'),
  ];
  /** Reads and transactions since the last time: of all items, or of those of looks alone. */
  const counted = (kind = '') => {
    const of = ({ partition }: { readonly partition: string }) => partition.startsWith(kind);
    const counts = {
      reads: [...get.mock.calls, ...query.mock.calls].filter(([each]) => of(each)).length,
      writes: transact.mock.calls.filter(([writes]) => writes.some(({ key }) => of(key))).length,
    };
    for (const each of [get, query, transact]) each.mockClear();
    return counts;
  };
  // The incident is noted and sent: what is counted is the look after it.
  await after(10);
  counted();
  await click('/x');
  expect(counted('looks#')).toEqual({ reads: LOOK_READS.ask, writes: 0 });
  await after(10);
  // One shard, one open window; a transaction is two write units.
  expect(counted()).toEqual({ reads: LOOK_READS.items + LOOK_READS.ofShard + LOOK_READS.ofWindow, writes: 1 });
  await sweep();
  expect(counted('looks#').reads).toBe(SWEPT_LOOKS.underWay);
  await after(10);
  counted();
  await reviveLooks(plan, ports);
  expect(counted()).toEqual({ reads: SWEPT_LOOKS.ended, writes: 0 });
});
