import type { KinesisStreamEvent, S3Event } from 'aws-lambda';
import { TimeBudget } from '../../../adapters/aws/time-budget.ts';
import { memoryStores } from '../../../adapters/memory/index.ts';
import { ROW_METRIC_PREFIX } from '../../../contracts/metric-catalog.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type ViewPlan } from '../../../engine/plan/plan.ts';
import type { AlertSink } from '../../../engine/ports/alert-sink.ts';
import { AlertSinkError } from '../../../engine/ports/errors.ts';
import { listCheckpoints } from '../../../engine/state/checkpoint.ts';
import { makeHandler as makeAggregate } from '../../../lambdas/aggregate/make-handler.ts';
import { makeHandler as makeDiscard } from '../../../lambdas/discard/make-handler.ts';
import { tellFinalized } from '../../../lambdas/finalize/finalize-metrics.ts';
import { makeHandler as makeFinalize } from '../../../lambdas/finalize/make-handler.ts';
import { makeHandler as makeSweep } from '../../../lambdas/sweep/make-handler.ts';
import { tellAlertHealth } from '../../../lambdas/sweep/sweep-alerts.ts';
import { kinesisEvent, memoryLog, NOW_MS, source, sqsEvent, topologyOf } from '../../lambdas/support.ts';
import { noVisibility } from '../../support/no-visibility.ts';
import { recordedMetrics } from '../../support/recorded-metrics.ts';
import { twoStreams } from './support.ts';

const SHARD = '1700000000:shardId-000000000000';
const QUARTER_MS = 900_000;

function click(id: string, second: number): string {
  return JSON.stringify({ id, page: '/', amount: 2, time: new Date(NOW_MS + second * 1000).toISOString() });
}

/**
 * Runs the four handlers through everything that can happen to the events of `clicks`, and returns what they tell:
 * `stream EventsAccepted`, `view RowsWritten`, `row row_amount` and so on.
 */
export async function emittedMetrics(): Promise<ReadonlySet<string>> {
  const plan = compilePipeline(pipelineDefinition(twoStreams, 'the pipeline of the tests'));
  const clock = { nowMs: () => NOW_MS + QUARTER_MS };
  const ports = { ...memoryStores(clock), topology: topologyOf(SHARD), clock };
  const [metrics, log] = [recordedMetrics(), memoryLog()];
  const budget = new TimeBudget();
  const sinks = { of: () => ({ send: receiver() }), budget: new TimeBudget() };
  const common = { plan, ports, log, metrics, takeWriteUnits: () => 1, budget, sinks };
  const settings = { generation: 1 };
  const aggregate = makeAggregate({ ...common, settings, source });
  const finalize = makeFinalize({ ...common, tellsRows: true, visibility: noVisibility });
  const wakes = async () => {
    const messages = plan.views.map(({ key }) => ['group', { view: key, bucket: 0, deduplicationId: 'any' }] as const);
    await finalize(sqsEvent(messages), { getRemainingTimeInMillis: () => 60_000 });
  };

  await aggregate(kinesisEvent({ '1': click('a', 0), '2': click('a', 0), '3': 'not JSON', '4': click('b', 200) }));
  await wakes();
  // Late, and a revision; then one that is late for good.
  await aggregate(kinesisEvent({ '5': click('c', 1) }));
  await wakes();
  const stalled = { outcome: 'more', movedOn: false, finalToMs: null, finalRows: [] } as const;
  const [totals] = plan.views as [ViewPlan];
  const nothing = {
    panes: 0,
    rowsWritten: 0,
    rowsRevised: 0,
    anomalies: null,
    droppedEvents: 1,
    droppedMatches: 1,
    watermarkMs: NOW_MS,
  };
  tellFinalized(totals, 0, { ...stalled, ...nothing }, { ...common, tellsRows: false });
  await makeSweep(common)();
  tellAlertHealth(totals, { open: { info: 0, warning: 0, critical: 1 }, waiting: 0, dropped: 1 }, common);
  const state = {
    get: ports.state.get.bind(ports.state),
    query: ports.state.query.bind(ports.state),
    delete: ports.state.delete.bind(ports.state),
    transact: async () => Promise.reject(new Error('The table does not answer.')),
  };
  const failing = makeAggregate({ ...common, settings, source, ports: { ...ports, state } });
  await failing(kinesisEvent({ '6': click('d', 202) }));
  await discard(kinesisEvent({ '6': click('d', 202) }));
  if ((await listCheckpoints(ports.state, 'clicks')).length !== 1) throw new Error('The handlers did not commit.');
  return new Set(metrics.all.flatMap(({ of, values }) => namesOf(of.split(' ', 1)[0] as string, values)));

  async function discard(payload: KinesisStreamEvent): Promise<void> {
    const record = JSON.stringify({ KinesisBatchInfo: { batchSize: payload.Records.length }, payload });
    const handler = makeDiscard({ ...common, shared: ports, source, readObject: async () => record });
    await handler({ Records: [{ s3: { bucket: { name: 'b' }, object: { key: 'k' } } }] } as unknown as S3Event);
  }
}

/** Refuses the first message for good, and is away from then on. */
function receiver(): AlertSink['send'] {
  let isFirst = true;
  return async () => {
    if (!isFirst) throw new AlertSinkError('It is away.');
    isFirst = false;
    return 'refused';
  };
}

function namesOf(kind: string, values: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(values).map((name) => `${kind} ${kind === 'row' ? ROW_METRIC_PREFIX : ''}${name}`);
}
