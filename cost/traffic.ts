import { HOURS_PER_MONTH } from '../contracts/prices.ts';
import type { PipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import type { ViewDefinition } from '../engine/ir/view-definition.ts';
import { windowOf } from '../engine/windows/registry.ts';
import type { PipelineSettings } from '../lib/settings.ts';

/** What the costs are reckoned for. */
export interface CostInput {
  readonly pipeline: PipelineDefinition;
  readonly settings: PipelineSettings;
  /** Of all streams together, which share them evenly. */
  readonly eventsPerSecond: number;
  readonly eventBytes: number;
  /** Bytes of a record that producers pack events in; null: each event is a record. */
  readonly packedBytes: number | null;
  /** Different groups in a window of each view that has groups. */
  readonly groups: number;
  /** Firehose keeps every record in S3. */
  readonly archive: boolean;
}

export const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;

/** What nobody measured here, and what holds until somebody does. `streamgauge cost` prints it. */
export const ASSUMED = {
  /** Lambda asks a shard for records once a second; fan-out pushes as they come. */
  pollSeconds: 1,
  pushSeconds: 0.25,
  /** Of one call, waiting for DynamoDB and SQS. */
  callMs: 40,
  finalizeCallMs: 200,
  sweepCallMs: 200,
  /** Written side by side. */
  rowWriteMs: 0.5,
  /** Kinesis scales a stream on demand for twice what comes, from 4 shards. */
  leastShards: 4,
  headroom: 2,
  /** In bytes, of a record in Lambda's event beside its data. */
  recordOverhead: 350,
  rowBytes: 400,
  logBytesPerCall: 1000,
  deadShare: 1e-5,
  eventsPerRequest: 100,
  eventsPerSession: 10,
} as const;

/** Lambda hands over 6 MB at a time, in base64. */
const EVENT_BYTES = 6_000_000;
/** From this much memory on, Lambda gives a whole CPU. */
const WHOLE_CPU_MB = 1769;

/** What a stream's shards and the functions have to do. */
export interface Traffic {
  readonly recordBytes: number;
  readonly recordsPerSecond: number;
  /** Of all streams. */
  readonly shards: number;
  /** From one commit of a shard to the next. */
  readonly commitSeconds: number;
  readonly commitsPerSecond: number;
  readonly eventsPerCommit: number;
  readonly aggregateMs: number;
  /** An event waits this long at most before it counts. */
  readonly waitSeconds: number;
  /** A shard gets more than one call at a time can take in. */
  readonly overloaded: boolean;
}

export function trafficOf(input: CostInput, eventsPerSecondOfCpu: number): Traffic {
  const { settings, eventsPerSecond, eventBytes, packedBytes } = input;
  // A line break between events.
  const eventsPerRecord = packedBytes === null ? 1 : Math.max(1, Math.floor((packedBytes + 1) / (eventBytes + 1)));
  const recordBytes = eventsPerRecord * (eventBytes + 1) - 1;
  const recordsPerSecond = eventsPerSecond / eventsPerRecord;
  const shards = shardsOf(input, recordsPerSecond, recordBytes);
  const ofShard = recordsPerSecond / shards;
  const arrival = settings.fanOut ? ASSUMED.pushSeconds : ASSUMED.pollSeconds;
  const fullAfter = Math.min(
    settings.batchSize / ofShard,
    EVENT_BYTES / ((recordBytes * 4) / 3 + ASSUMED.recordOverhead) / ofShard,
  );
  const window = settings.batchingWindowSeconds;
  const commitSeconds = Math.max(Math.min(Math.max(arrival, window), fullAfter), 1 / ofShard);
  const eventsPerCommit = (eventsPerSecond / shards) * commitSeconds;
  const slower = Math.max(1, WHOLE_CPU_MB / settings.memory);
  const aggregateMs = ASSUMED.callMs + (eventsPerCommit / eventsPerSecondOfCpu) * 1000 * slower;
  return {
    recordBytes,
    recordsPerSecond,
    shards,
    commitSeconds,
    commitsPerSecond: shards / commitSeconds,
    eventsPerCommit,
    aggregateMs,
    waitSeconds: arrival + Math.min(window, fullAfter) + aggregateMs / 1000,
    overloaded: aggregateMs / 1000 > commitSeconds,
  };
}

function shardsOf({ pipeline, settings }: CostInput, recordsPerSecond: number, recordBytes: number): number {
  const streams = pipeline.streams.length;
  if (settings.shards !== null) return settings.shards * streams;
  const ofStream = (ASSUMED.headroom * recordsPerSecond) / streams;
  const needed = Math.max(Math.ceil(ofStream / 1000), Math.ceil((ofStream * recordBytes) / 1_000_000));
  return streams * Math.max(ASSUMED.leastShards, needed);
}

export interface RowTraffic {
  /** How often rows are made. */
  readonly rounds: number;
  readonly rows: number;
  /** Beside these, rows of groups that are silent. */
  readonly emptyRows: number;
}

/**
 * A view's rows in a month. Rows of empty windows are reckoned as if the same groups came again and again: then there are
 * such rows where not every window has events of every group.
 */
export function rowsOf(view: ViewDefinition, input: CostInput): RowTraffic {
  const ofView = input.eventsPerSecond / input.pipeline.streams.length;
  const { everyMs, overMs } = windowOf(view.window).pace;
  const rounds = SECONDS_PER_MONTH / (everyMs / 1000);
  if (overMs === null) {
    return { rounds, rows: (ofView * SECONDS_PER_MONTH) / ASSUMED.eventsPerSession, emptyRows: 0 };
  }
  const groups = view.groupBy.length === 0 ? 1 : input.groups;
  const groupsIn = (ms: number) => Math.min(groups, ofView * (ms / 1000));
  const keptMs = view.emptyWindows === 'zero' ? view.keepGroupsForWindows * everyMs : 0;
  return {
    rounds,
    rows: rounds * groupsIn(overMs),
    emptyRows: rounds * (groupsIn(overMs + keptMs) - groupsIn(overMs)),
  };
}
