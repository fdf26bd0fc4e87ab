import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { type KinesisEventSource, toSourceBatches } from '../../adapters/aws/kinesis-event.ts';
import type { TimeBudget } from '../../adapters/aws/time-budget.ts';
import type { SourceBatch } from '../../engine/decode/source-record.ts';
import { type AggregatePorts, type AggregateSettings, ShardAggregator } from '../../engine/ingest/shard-aggregator.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import { compareSequences } from '../../engine/ports/position.ts';
import type { StateStore } from '../../engine/ports/state-store.ts';
import { loadCheckpoint } from '../../engine/state/checkpoint.ts';
import { ConfigError } from '../shared/config.ts';
import { type Invocation, type Log, logOf } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { limitCalls, type Timed } from '../shared/time-limit.ts';
import { batchMetrics } from './batch-metrics.ts';
import { WarmShards } from './warm-shards.ts';

export interface AggregateDeps {
  readonly plan: PipelinePlan;
  readonly ports: AggregatePorts;
  readonly settings: AggregateSettings;
  readonly source: KinesisEventSource;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Write units of the state table since the last time. */
  readonly takeWriteUnits: () => number;
  /** Of the ports' calls. */
  readonly budget: TimeBudget;
}

/**
 * Kept back from the function's time. Where the state table does not answer, a batch gives up in time to ask how far it
 * got, and that question in time to answer Lambda:
 *
 *     0 s ─── calls of the batch ─── 57 s ─── reads the checkpoint ─── 59 s ─── answer ─── 60 s
 */
export const KEPT_MS = { forCheckpoint: 3000, forAnswer: 1000 } as const;

export type AggregateHandler = (
  event: KinesisStreamEvent,
  invocation?: Invocation & Timed,
) => Promise<KinesisStreamBatchResponse>;

/**
 * Commits the events of a batch. What could not be committed is reported by its first record, and Lambda delivers from
 * there again; the error itself is in the log. A failure is never thrown: Lambda would halve the batch each time, and
 * come out of an outage with thousands of batches of one record. Nor does a batch run into the time limit, which would
 * halve it too: its calls end before.
 */
export function makeHandler(deps: AggregateDeps): AggregateHandler {
  const warm = new WarmShards<ShardAggregator>();
  return async (event, invocation) => {
    const log = logOf(deps.log, invocation);
    // The first calls, which ask for the age of the stream, belong to no batch.
    limitCalls(deps.budget, invocation, KEPT_MS.forCheckpoint);
    try {
      const failures: string[] = [];
      for (const batch of await toSourceBatches(event, deps.source)) {
        const failed = await processBatch(batch, warm, { ...deps, log }, invocation);
        if (failed !== null) failures.push(failed);
      }
      return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) };
    } catch (error) {
      const [first] = event.Records;
      log.error('The batch could not be taken in. It will be delivered again.', {
        streamArn: first?.eventSourceARN,
        eventId: first?.eventID,
        records: event.Records.length,
        error,
      });
      const stream = streamOf(first?.eventSourceARN, deps);
      if (stream !== null) deps.metrics.ofStream(stream, { BatchesFailed: 1 }, { eventId: first?.eventID });
      return { batchItemFailures: first ? [{ itemIdentifier: first.kinesis.sequenceNumber }] : [] };
    }
  };
}

/** The stream that a batch is of; null where it is of none of this pipeline, which then is the error that the log has. */
function streamOf(streamArn: string | undefined, { source }: AggregateDeps): string | null {
  try {
    return streamArn === undefined ? null : source.streamOf(streamArn);
  } catch {
    return null;
  }
}

/** The sequence number to deliver from again, or null where all is committed. */
async function processBatch(
  batch: SourceBatch,
  warm: WarmShards<ShardAggregator>,
  deps: AggregateDeps,
  invocation: Timed | undefined,
): Promise<string | null> {
  const { ports, log, metrics, takeWriteUnits } = deps;
  const { stream, shard, records } = batch;
  const where = { stream, shard, position: records[0]?.sequence, records: records.length };
  const startMs = ports.clock.nowMs();
  limitCalls(deps.budget, invocation, KEPT_MS.forCheckpoint);
  try {
    const aggregator = warm.of(stream, shard, () => aggregatorOf(stream, shard, deps));
    const result = await aggregator.process(records);
    const { committed, commits, watermarkMs } = result;
    log.info('A batch is committed.', { ...where, commits, watermarkMs, ...committed });
    const times = { startMs, endMs: ports.clock.nowMs(), writeUnits: takeWriteUnits() };
    metrics.ofStream(stream, batchMetrics(records, result, times), where);
    return null;
  } catch (error) {
    // What a failed container believes of its shard is not worth keeping.
    warm.drop(stream, shard);
    limitCalls(deps.budget, invocation, KEPT_MS.forAnswer);
    const from = await firstUncommitted(batch, ports.state, log);
    const message =
      from === null
        ? 'A batch failed after all its events were committed. Nothing is delivered again; the next sweep does what was left undone.'
        : 'A batch failed. It will be delivered again from the first event that is not committed.';
    log.error(message, { ...where, from, error });
    metrics.ofStream(stream, { BatchesFailed: 1, WriteUnits: takeWriteUnits() }, where);
    return from;
  }
}

/**
 * The first record that the checkpoint does not go beyond. The record in which the checkpoint stands may hold events
 * that are not committed, so it comes again too; those that are, are skipped by their index.
 */
async function firstUncommitted({ stream, shard, records }: SourceBatch, state: StateStore, log: Log) {
  const first = records[0]?.sequence ?? null;
  try {
    const position = (await loadCheckpoint(state, stream, shard))?.position ?? null;
    if (position === null) return first;
    return records.find((record) => compareSequences(record.sequence, position.sequence) >= 0)?.sequence ?? null;
  } catch (error) {
    log.warn('The checkpoint cannot be read, so the whole batch is delivered again.', { stream, shard, error });
    return first;
  }
}

function aggregatorOf(streamName: string, shard: string, { plan, ports, settings }: AggregateDeps): ShardAggregator {
  const stream = plan.streams.find((candidate) => candidate.name === streamName);
  if (!stream) throw new ConfigError(`Pipeline '${plan.name}' has no stream '${streamName}'. Deploy the stack again.`);
  return new ShardAggregator(stream, shard, ports, settings);
}
