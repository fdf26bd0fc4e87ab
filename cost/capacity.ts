import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';
import type { CostInput } from './input.ts';
import { SHARD_BYTES, SHARD_RECORDS, shardsFor, type Traffic, trafficOf, WHOLE_CPU_MB } from './traffic.ts';

/** A deployment cannot take what comes. The message says how much that is, and what would take it. */
export class CapacityError extends StreamgaugeError {
  override readonly name = 'CapacityError';
  readonly code = 'capacity';
}

const MOST_SHARDS = 10_000;

/**
 * Refuses what cannot work, for a price of it would be a promise.
 *
 * @throws CapacityError if a shard gets more than it takes, or more than one call at a time can take in.
 */
export function checkCapacity(input: CostInput, traffic: Traffic): void {
  checkShards(input, traffic);
  if (isOverloaded(traffic)) throw overloaded(input, traffic);
}

function checkShards({ pipeline, settings, packing, eventBytes }: CostInput, traffic: Traffic): void {
  const { shards } = settings;
  const records = traffic.recordsPerSecond / pipeline.streams.length;
  const needed = shardsFor(records, traffic.recordBytes);
  if (needed <= (shards ?? MOST_SHARDS)) return;
  const megabytes = (records * traffic.recordBytes) / 1e6;
  const each = pipeline.streams.length === 1 ? 'the stream' : 'each stream';
  const found = `${text(megabytes)} MB/s in ${text(records)} records/s come into ${each} of pipeline '${pipeline.name}'`;
  const limit = `a shard takes ${SHARD_BYTES / 1e6} MB/s and ${text(SHARD_RECORDS)} records/s`;
  const pack = packing.kind === 'zstd' ? null : `pack and compress the events of ${text(eventBytes)} bytes (--zstd)`;
  if (needed > MOST_SHARDS) {
    throw new CapacityError(
      `${found}, which are ${text(needed)} shards: ${limit}, and a stream has at most ${text(MOST_SHARDS)}. Divide the events among more streams${pack === null ? '' : `, or ${pack}`}.`,
    );
  }
  throw new CapacityError(
    `The setting 'shards' is ${shards}, and ${found}: ${limit}. Give it at least ${text(needed)} ${needed === 1 ? 'shard' : 'shards'} (-c shards=${needed}), and more if its keys are uneven${pack === null ? '' : `, or ${pack}`}.`,
  );
}

/** Batches of a shard come one after the other: the next one waits until this one is committed. */
function isOverloaded({ aggregateMs, commitSeconds }: Traffic): boolean {
  return commitSeconds !== null && aggregateMs / 1000 > commitSeconds;
}

function overloaded(input: CostInput, traffic: Traffic): CapacityError {
  const { settings, pipeline } = input;
  const perShard = input.eventsPerSecond / traffic.shards;
  const canTake = traffic.eventsPerCommit / (traffic.aggregateMs / 1000);
  const needed = leastShards(input);
  const ways = [
    ...(needed === null ? [] : [`at least ${text(needed)} shards a stream (-c shards=${needed})`]),
    ...(settings.memory < WHOLE_CPU_MB ? [`${WHOLE_CPU_MB} MB, which is a whole CPU (-c memory=${WHOLE_CPU_MB})`] : []),
    ...(needed === null
      ? ['larger batches (-c batchSize, -c batchingWindowSeconds): no number of shards is enough']
      : []),
  ];
  return new CapacityError(
    `A shard of pipeline '${pipeline.name}' would get ${text(perShard)} events/s, and one call at a time with ${settings.memory} MB takes in about ${text(canTake)}. Give it ${ways.join(', or ')}.`,
  );
}

/** By bisection; null where no number of shards would do. */
function leastShards(input: CostInput): number | null {
  const isEnough = (shards: number) => !isOverloaded(trafficOf({ ...input, settings: { ...input.settings, shards } }));
  if (!isEnough(MOST_SHARDS)) return null;
  let [tooFew, enough] = [0, MOST_SHARDS];
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

function text(value: number): string {
  return value.toLocaleString('en-US', value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 });
}
