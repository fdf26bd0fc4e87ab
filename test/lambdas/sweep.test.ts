import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { ShardAggregator } from '../../engine/ingest/shard-aggregator.ts';
import type { PipelinePlan, StreamPlan } from '../../engine/plan/plan.ts';
import { registerShards } from '../../engine/protocol/register-shards.ts';
import { listCheckpoints } from '../../engine/state/checkpoint.ts';
import { makeHandler } from '../../lambdas/sweep/make-handler.ts';
import { recordedMetrics } from '../support/recorded-metrics.ts';
import { click, memoryLog, NOW_MS, plan, SHARD, testPorts, topologyOf } from './support.ts';

const budget = new TimeBudget();

test('a sweep gives the shards of every stream their checkpoints', async () => {
  const ports = testPorts();
  const log = memoryLog();
  const reports = await makeHandler({ plan, ports, log, metrics: recordedMetrics(), budget })();
  expect(reports.map(({ stream, shards }) => [stream, shards])).toEqual([
    ['clicks', 1],
    ['orders', 1],
  ]);
  expect(await listCheckpoints(ports.state, 'orders')).toMatchObject([{ shard: SHARD, position: null }]);
  expect(log.lines).toMatchObject([{ fields: { stream: 'clicks' } }, { fields: { stream: 'orders' } }]);
});

test('a stream that cannot be swept does not keep the others from it, and the call fails', async () => {
  const ports = testPorts();
  const log = memoryLog();
  const good = topologyOf(SHARD);
  const topology = {
    ...good,
    shards: async (stream: string) => {
      if (stream === 'clicks') throw new Error('Kinesis does not answer.');
      return good.shards(stream);
    },
  };
  const handler = makeHandler({ plan, ports: { ...ports, topology }, log, metrics: recordedMetrics(), budget });
  await expect(handler()).rejects.toThrow('The sweep of 1 of 2 streams failed.');
  expect(log.lines).toMatchObject([
    { level: 'error', fields: { stream: 'clicks', error: new Error('Kinesis does not answer.') } },
    { level: 'info', fields: { stream: 'orders', shards: 1 } },
  ]);
  expect(await listCheckpoints(ports.state, 'orders')).toHaveLength(1);
});

const MINUTE_MS = 60_000;

/** A stream with two clicks, one of which is in a window that is open, and a sweep of it at an instant. */
async function sweepAt(nowMs: number, pipeline: PipelinePlan = plan) {
  const ports = testPorts();
  const [stream] = pipeline.streams as [StreamPlan];
  const aggregator = new ShardAggregator(stream, SHARD, ports, { generation: 1 });
  const records = [click(0), click(70)].map((data, index) => ({
    sequence: String(index + 1),
    arrivalMs: NOW_MS + 100_000,
    partitionKey: null,
    data: Buffer.from(data),
  }));
  await aggregator.process(records);
  const [metrics, log] = [recordedMetrics(), memoryLog()];
  const sweepPorts = { ...ports, clock: { nowMs: () => nowMs } };
  await makeHandler({ plan: pipeline, ports: sweepPorts, log, metrics, budget })(null, { awsRequestId: 'r-4' });
  return { metrics: metrics.all.map(({ of, values }) => [of, values]), log, records };
}

describe('the metrics of a sweep', () => {
  test('are how far the watermark is behind the clock, the shards that hold it, and how far finalizers are behind the watermark', async () => {
    const { metrics, log } = await sweepAt(NOW_MS + 101 * 1000);
    expect(metrics).toEqual([
      ['stream clicks', { OpenShards: 1, WatermarkLagMs: 31_000 }],
      // No finalizer has run: the first minute is due.
      ['view clicks_by_page', { FinalizeLagMs: 60_000 }],
      ['view clicks_in_all', { FinalizeLagMs: 60_000 }],
      // Nothing has come yet, so there is no watermark to be behind with.
      ['stream orders', { OpenShards: 1 }],
      ['view orders_by_item', { FinalizeLagMs: 0 }],
      // Of the view that is furthest behind.
      ['pipeline', { FinalizeLagMs: 60_000 }],
    ]);
    expect(log.lines[0]?.fields).toMatchObject({ requestId: 'r-4', stream: 'clicks' });
  });

  test('tell every quarter of an hour how many windows are open and how much state there is', async () => {
    const { metrics } = await sweepAt(NOW_MS + 15 * MINUTE_MS);
    expect(metrics.slice(6)).toEqual([
      ['view clicks_by_page', { OpenWindows: 2, StateBytes: expect.any(Number) }],
      ['view clicks_in_all', { OpenWindows: 2, StateBytes: expect.any(Number) }],
      ['view orders_by_item', { OpenWindows: 0, StateBytes: 0 }],
    ]);
    expect(metrics[6]).not.toEqual(['view clicks_by_page', { OpenWindows: 2, StateBytes: 0 }]);
  });

  test('tell nothing of the state of a stream that could not be swept', async () => {
    const ports = testPorts();
    const topology = { ...ports.topology, shards: async () => Promise.reject(new Error('Kinesis does not answer.')) };
    const metrics = recordedMetrics();
    const clock = { nowMs: () => NOW_MS + 15 * MINUTE_MS };
    const handler = makeHandler({ plan, ports: { ...ports, topology, clock }, log: memoryLog(), metrics, budget });
    await expect(handler()).rejects.toThrow('The sweep of 2 of 2 streams failed.');
    expect(metrics.all).toEqual([]);
  });

  test('fail no sweep where the state cannot be read', async () => {
    const ports = testPorts();
    const clock = { nowMs: () => NOW_MS + 15 * MINUTE_MS };
    const query: typeof ports.state.query = async (range) => {
      if (range.partition.startsWith('segment#')) throw new Error('The table does not answer.');
      return ports.state.query(range);
    };
    const state = { get: ports.state.get.bind(ports.state), transact: ports.state.transact.bind(ports.state), query };
    const log = memoryLog();
    const deps = { plan, ports: { ...ports, clock, state: { ...state, delete: async () => {} } }, log };
    await registerShards(ports, 'clicks');
    await expect(makeHandler({ ...deps, metrics: recordedMetrics(), budget })()).resolves.toHaveLength(2);
    expect(log.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { fields: { stream: 'clicks' } },
      { fields: { stream: 'orders' } },
    ]);
  });
});
