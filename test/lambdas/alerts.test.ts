import { count, pipeline, sns, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { AlertsOutOfTimeError } from '../../adapters/alerts-out-of-time.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { ALERT_LIST_READS, ALERT_READS } from '../../cost/state.ts';
import type { AlertPlaces } from '../../engine/alerts/links.ts';
import { ShardAggregator } from '../../engine/ingest/shard-aggregator.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type PipelinePlan, type StreamPlan, type ViewPlan } from '../../engine/plan/plan.ts';
import type { SentAlert } from '../../engine/ports/alert-sink.ts';
import { AlertSinkError } from '../../engine/ports/errors.ts';
import type { ItemKey, StateStore } from '../../engine/ports/state-store.ts';
import { makeHandler as makeFinalize } from '../../lambdas/finalize/make-handler.ts';
import { makeHandler as makeSweep } from '../../lambdas/sweep/make-handler.ts';
import { sweepAlerts } from '../../lambdas/sweep/sweep-alerts.ts';
import { noVisibility } from '../support/no-visibility.ts';
import { recordedMetrics } from '../support/recorded-metrics.ts';
import { failures, memoryLog, NOW_MS, SHARD, sqsEvent, testPorts } from './support.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), time: Timestamp('iso8601') }),
  eventTime: 'time',
  partitionKey: 'page',
  maxLateness: '0 ms',
});
const byPage = view('by_page', clicks)
  .window(tumbling('1 minute'))
  .groupBy('page')
  .aggregate(() => ({ clicks: count() }))
  .alert('busy', {
    when: (row) => row.clicks.gte(2),
    severity: { critical: (row) => row.clicks.gte(3), otherwise: 'warning' },
    to: [sns()],
  });
/** The same view with another definition. */
const hotter = view('by_page', clicks)
  .window(tumbling('2 minutes'))
  .groupBy('page')
  .aggregate(() => ({ clicks: count() }))
  .alert('busy', { when: (row) => row.clicks.gte(9), severity: 'critical', to: [sns()] });
const plan = compilePipeline(pipelineDefinition(pipeline('shop', [byPage]), 'the test pipeline'));
const [VIEW] = plan.views as [ViewPlan];

type Outcome = 'sent' | 'refused' | 'away' | 'no time';

/** Two clicks on `/` and three on `/hot`, in a minute that has closed. */
async function setUp(outcomes: Outcome[] = [], places: AlertPlaces = { servedAt: null }) {
  const ports = testPorts();
  const [log, metrics, sent, limits] = [memoryLog(), recordedMetrics(), [] as SentAlert[], [] as number[]];
  const budget = new TimeBudget();
  const send = async (message: SentAlert): Promise<'sent' | 'refused'> => {
    limits.push(budget.leftMs);
    const outcome = outcomes.shift() ?? 'sent';
    if (outcome === 'away') throw new AlertSinkError('The topic is away.');
    if (outcome === 'no time') throw new AlertsOutOfTimeError('No time was left.');
    if (outcome === 'sent') sent.push(message);
    return outcome;
  };
  const sinks = { of: () => ({ send }), budget, places };
  const deps = { plan, ports, log, metrics, sinks, budget: new TimeBudget() };
  const [streamPlan] = plan.streams as [StreamPlan];
  const pages = ['/', '/', '/hot', '/hot', '/hot'];
  const records = [...pages.map((page) => [0, page] as const), [61, '/'] as const].map(([second, page], index) => ({
    sequence: String(index + 1),
    arrivalMs: null,
    partitionKey: null,
    data: Buffer.from(JSON.stringify({ page, time: new Date(NOW_MS + second * 1000).toISOString() })),
  }));
  await new ShardAggregator(streamPlan, SHARD, ports, { generation: 1 }).process(records);
  const wake = { view: VIEW.key, bucket: 0, deduplicationId: 'any' };
  const finalize = (leftMs = 60_000, change: { state?: StateStore } = {}) =>
    makeFinalize({
      ...deps,
      ports: { ...ports, ...change },
      tellsRows: false,
      takeWriteUnits: () => 0,
      visibility: noVisibility,
    })(sqsEvent([['a', wake]]), { getRemainingTimeInMillis: () => leftMs });
  const sweep = (of: PipelinePlan = plan, minutes = 0) => {
    const clock = { nowMs: () => NOW_MS + minutes * 60_000 };
    return makeSweep({ ...deps, plan: of, ports: { ...ports, clock } })();
  };
  /** Items that a sweep reads for the alerts alone. */
  const readsOfSweep = async () => {
    const get = jest.spyOn(ports.state, 'get');
    await sweepAlerts(deps, () => 1000);
    return get.mock.calls.length;
  };
  const told = (of: string) =>
    Object.assign({}, ...metrics.all.filter((each) => each.of === of).map(({ values }) => values)) as object;
  return { finalize, sweep, readsOfSweep, sent, limits, log, told, ports };
}
const brief = ({ kind, severity, group }: SentAlert) => `${kind} ${severity} ${String(group?.page)}`;

test('a finalizer publishes what its windows announce', async () => {
  const { finalize, sent, log } = await setUp();
  expect(failures(await finalize())).toEqual([]);
  expect(sent.map(brief).sort()).toEqual(['opened critical /hot', 'opened warning /']);
  expect(sent[0]).toMatchObject({ pipeline: 'shop', view: 'by_page', links: null });
  expect(log.lines.at(-1)).toMatchObject({ message: 'Alerts were published.', fields: { sent: 2, heldBack: 0 } });
});

test('links lead where the environment says, from the finalizer and from the sweep', async () => {
  const dashboardUrl = 'https://console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards:name=shop';
  const { finalize, sweep, sent } = await setUp(['sent', 'away'], { servedAt: null, dashboardUrl });
  await finalize();
  await sweep();
  expect(sent.map(({ links }) => links?.view)).toEqual([dashboardUrl, dashboardUrl]);
});

test('receivers get 10 seconds of a call, and none of those that the commit needs', async () => {
  const plenty = await setUp();
  await plenty.finalize();
  expect(plenty.limits).toEqual([10_000, 10_000]);
  const few = await setUp();
  await few.finalize(8000);
  expect(few.limits).toEqual([3000, 3000]);
});

test('a receiver that is away fails no wake-up, and gets all that is left, in order, from the sweep', async () => {
  const { finalize, sweep, sent, told, log } = await setUp(['sent', 'away']);
  expect(failures(await finalize())).toEqual([]);
  expect(told('pipeline')).toEqual({ AlertFailures: 1 });
  expect(log.lines.filter(({ level }) => level === 'warn')).toMatchObject([
    { fields: { error: new AlertSinkError('The topic is away.') } },
  ]);
  expect(sent).toHaveLength(1);
  await sweep();
  expect(sent.map(brief).sort()).toEqual(['opened critical /hot', 'opened warning /']);
});

test('a sweep tells how many incidents are on, and how many messages wait', async () => {
  const { finalize, sweep, told } = await setUp(['away', 'away', 'away']);
  await finalize();
  await sweep();
  expect(told('view by_page')).toMatchObject({ AlertsOpen: 2 });
  expect(told('pipeline')).toMatchObject({ CriticalAlertsOpen: 1, AlertsWaiting: 2, AlertFailures: 1 });
  for (let swept = 0; swept < 2; swept++) await sweep();
  expect(told('pipeline')).toMatchObject({ CriticalAlertsOpen: 1, AlertsWaiting: 0 });
});

test('a sweep reads as many items for alerts in a bucket as the cost model says, where all is published', async () => {
  const { finalize, readsOfSweep } = await setUp();
  await finalize();
  expect(await readsOfSweep()).toBe(ALERT_READS + ALERT_LIST_READS);
});

test('a sweep ends the incidents of a view that is deployed no more, and tells of what waits of it', async () => {
  const { finalize, sweep, sent, told } = await setUp();
  await finalize();
  const changed = compilePipeline(pipelineDefinition(pipeline('shop', [hotter]), 'the test pipeline'));
  await sweep(changed);
  expect(sent.map(brief)).not.toContain('superseded critical /hot');
  expect(told('pipeline')).toMatchObject({ CriticalAlertsOpen: 1 });
  await sweep(changed, 5);
  expect(sent.slice(2).map(brief).sort()).toEqual(['superseded critical /hot', 'superseded warning /']);
  expect(told('pipeline')).toMatchObject({ CriticalAlertsOpen: 0, AlertsWaiting: 0 });
});

test('that the time is up is no failure of the receiver', async () => {
  const { finalize, sweep, sent, told } = await setUp(['no time']);
  await finalize();
  expect([told('pipeline'), sent]).toEqual([{}, []]);
  await sweep();
  expect(sent).toHaveLength(2);
});

test('a message that is refused for good is counted and logged, and holds up none behind it', async () => {
  const { finalize, sent, told, log } = await setUp(['refused']);
  await finalize();
  expect(sent).toHaveLength(1);
  expect(told('pipeline')).toEqual({ AlertsRefused: 1 });
  expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([{ fields: { refused: 1 } }]);
});

test('where the state does not answer, alerts wait and the wake-up is done', async () => {
  const { finalize, sent, told, log, ports } = await setUp();
  const broken = {
    query: ports.state.query.bind(ports.state),
    delete: ports.state.delete.bind(ports.state),
    transact: ports.state.transact.bind(ports.state),
    get: async (key: ItemKey) => {
      if (key.partition.startsWith('published')) throw new Error('The table does not answer.');
      return ports.state.get(key);
    },
  };
  expect(failures(await finalize(60_000, { state: broken }))).toEqual([]);
  expect([sent, told('pipeline')]).toEqual([[], { AlertFailures: 1 }]);
  expect(log.lines.at(-1)).toMatchObject({
    level: 'error',
    message: 'Alerts could not be published. The next sweep tries again.',
    fields: { view: 'by_page', bucket: 0 },
  });
});
