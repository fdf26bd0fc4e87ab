import type { S3Event, S3EventRecord } from 'aws-lambda';
import { parseDiscardedBatch } from '../../adapters/aws/discarded-batch.ts';
import { type KinesisEventSource, toSourceBatches } from '../../adapters/aws/kinesis-event.ts';
import type { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { discardBatch } from '../../engine/ingest/discard.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import type { SharedState } from '../../engine/ports/retry.ts';
import { ConfigError } from '../shared/config.ts';
import { type Invocation, type Log, logOf } from '../shared/log.ts';
import { happened, type Metrics } from '../shared/metrics.ts';
import { limitCalls, type Timed } from '../shared/time-limit.ts';

export interface DiscardDeps {
  readonly plan: PipelinePlan;
  readonly shared: SharedState;
  readonly source: KinesisEventSource;
  readonly readObject: (bucket: string, key: string) => Promise<string>;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Of all calls. */
  readonly budget: TimeBudget;
}

export type DiscardHandler = (event: S3Event, invocation?: Invocation & Timed) => Promise<void>;

/** Kept back from the function's time, to say what failed. */
const KEPT_MS = 2000;

/**
 * Counts the events of batches that the event source gave up on. S3 may tell of an object twice, and Lambda repeats what
 * fails; each batch is counted once all the same.
 *
 * @throws AggregateError of all failures, after every object was looked at. Lambda then tries twice more, and keeps what
 * still fails in a queue.
 */
export function makeHandler(deps: DiscardDeps): DiscardHandler {
  return async (event, invocation) => {
    const log = logOf(deps.log, invocation);
    const errors: unknown[] = [];
    limitCalls(deps.budget, invocation, KEPT_MS);
    for (const { s3 } of event.Records) {
      try {
        await discardObject(s3, { ...deps, log });
      } catch (error) {
        log.error('A discarded batch could not be counted.', { object: s3.object.key, error });
        errors.push(error);
      }
    }
    if (errors.length > 0) {
      throw new AggregateError(
        errors,
        `${errors.length} of ${event.Records.length} discarded batches were not counted.`,
      );
    }
  };
}

async function discardObject(s3: S3EventRecord['s3'], deps: DiscardDeps): Promise<void> {
  const { plan, shared, source, readObject, log, metrics } = deps;
  const bucket = s3.bucket.name;
  // S3 writes keys in its notifications as in the query of a URL.
  const key = decodeURIComponent(s3.object.key.replaceAll('+', ' '));
  const { event, condition } = parseDiscardedBatch(await readObject(bucket, key), `s3://${bucket}/${key}`);
  for (const batch of await toSourceBatches(event, source)) {
    const stream = plan.streams.find(({ name }) => name === batch.stream);
    if (!stream)
      throw new ConfigError(`Pipeline '${plan.name}' has no stream '${batch.stream}'. Deploy the stack again.`);
    const discarded = await discardBatch(stream, batch.shard, batch.records, shared);
    log.warn('The event source gave a batch up; its events are counted as discarded, and the object keeps them.', {
      stream: batch.stream,
      shard: batch.shard,
      position: batch.records[0]?.sequence,
      records: batch.records.length,
      discarded,
      condition,
      object: key,
    });
    metrics.ofStream(batch.stream, happened({ EventsDiscarded: discarded }), { shard: batch.shard, object: key });
  }
}
