import type { StreamMetric } from '../../contracts/metric-catalog.ts';
import type { SourceRecord } from '../../engine/decode/source-record.ts';
import type { BatchResult } from '../../engine/ingest/shard-aggregator.ts';
import { happened, type MetricValues } from '../shared/metrics.ts';

/** Records whose latency stands for that of all records of a batch. */
const SAMPLES = 10;

export interface BatchTimes {
  readonly startMs: number;
  readonly endMs: number;
  readonly writeUnits: number;
}

/** What a batch that is committed tells. One that was committed before tells only what it cost to find that out. */
export function batchMetrics(
  records: readonly SourceRecord[],
  { committed, commitMs }: BatchResult,
  { startMs, endMs, writeUnits }: BatchTimes,
): MetricValues<StreamMetric> {
  const cost = { BatchMs: endMs - startMs, WriteUnits: writeUnits };
  if (committed.delivered === 0) return cost;
  return {
    ...cost,
    CommitMs: commitMs,
    EventsAccepted: committed.accepted,
    BatchEvents: committed.delivered,
    // Also where they are none: alarms look at their share.
    EventsLate: committed.late,
    EventsDead: committed.dead,
    CommitLatencyMs: latencies(records, endMs),
    ...happened({ EventsDuplicate: committed.duplicate }),
  };
}

/**
 * How long records took from their arrival to the commit: the first and the last of the batch, and some between. The
 * first one waited for the batch to fill and the last one did not, so either alone would tell of the setting and not of
 * the events; of all of them together, percentiles are those of events.
 *
 * Event time is left out of it: how far that is behind the clock is what `WatermarkLagMs` tells, and it is the producers'.
 */
function latencies(records: readonly SourceRecord[], endMs: number): number[] {
  const last = records.length - 1;
  const indexes = Array.from({ length: SAMPLES }, (_, sample) => Math.round((sample * last) / (SAMPLES - 1)));
  return [...new Set(indexes)].flatMap((index) => {
    const arrivalMs = records[index]?.arrivalMs ?? null;
    // The clocks of Kinesis and of this machine are two.
    return arrivalMs === null ? [] : [Math.max(0, endMs - arrivalMs)];
  });
}
