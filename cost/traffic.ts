import { keepsUnmatched } from '../engine/ir/join-definition.ts';
import { eventStreamsOf, type SourceDefinition, upstreamsOf } from '../engine/ir/source-definition.ts';
import type { ViewDefinition } from '../engine/ir/view-definition.ts';
import { windowOf } from '../engine/windows/registry.ts';
import { ASSUMED } from './assumed.ts';
import { type CostInput, SECONDS_PER_MONTH } from './input.ts';
import { MEASURED } from './measured.ts';
import { recordsOf } from './packing.ts';

/** Lambda hands over 6 MB at a time, in base64. */
const EVENT_BYTES = 6_000_000;
/** From this much memory on, Lambda gives a whole CPU. */
export const WHOLE_CPU_MB = 1769;

/** What a stream's shards and the functions have to do. */
export interface Traffic {
  readonly eventsPerRecord: number;
  readonly recordBytes: number;
  readonly recordsPerSecond: number;
  /** Of all streams. */
  readonly shards: number;
  /** From one commit of a shard to the next; null where nothing comes. */
  readonly commitSeconds: number | null;
  readonly commitsPerSecond: number;
  readonly eventsPerCommit: number;
  readonly aggregateMs: number;
  /** An event waits this long at most before it counts. */
  readonly waitSeconds: number;
}

export function trafficOf(input: CostInput): Traffic {
  const { settings, eventsPerSecond, eventBytes, packing, pipeline } = input;
  const streams = pipeline.streams.length;
  const { eventsPerRecord, recordBytes } = recordsOf(packing, eventBytes, eventsPerSecond / streams);
  const recordsPerSecond = eventsPerSecond / eventsPerRecord;
  const shards = streams * (settings.shards ?? shardsOnDemand(recordsPerSecond / streams, recordBytes));
  const ofShard = recordsPerSecond / shards;
  const arrival = settings.fanOut ? ASSUMED.pushSeconds : ASSUMED.pollSeconds;
  const batchBytes = EVENT_BYTES / ((recordBytes * 4) / 3 + ASSUMED.recordOverhead);
  const fullAfter = Math.min(settings.batchSize, batchBytes) / ofShard;
  const window = settings.batchingWindowSeconds;
  const commitSeconds = Math.max(Math.min(Math.max(arrival, window), fullAfter), 1 / ofShard);
  const eventsPerCommit = eventsPerSecond === 0 ? 0 : (eventsPerSecond / shards) * commitSeconds;
  const aggregateMs = ASSUMED.callMs + (eventsPerCommit / MEASURED.eventsPerSecond) * 1000 * slowness(settings.memory);
  const linger = packing.kind === 'none' ? 0 : packing.lingerSeconds;
  return {
    eventsPerRecord,
    recordBytes,
    recordsPerSecond,
    shards,
    commitSeconds: eventsPerSecond === 0 ? null : commitSeconds,
    commitsPerSecond: eventsPerSecond === 0 ? 0 : shards / commitSeconds,
    eventsPerCommit,
    aggregateMs,
    waitSeconds: linger + arrival + Math.min(window, fullAfter) + aggregateMs / 1000,
  };
}

/** How many times as long as on a whole CPU work takes. */
export function slowness(memoryMb: number): number {
  return Math.max(1, WHOLE_CPU_MB / memoryMb);
}

function shardsOnDemand(recordsPerSecond: number, recordBytes: number): number {
  const needed = shardsFor(ASSUMED.headroom * recordsPerSecond, recordBytes);
  return Math.max(ASSUMED.leastShards, needed);
}

/** What a shard takes in a second. */
export const SHARD_RECORDS = 1000;
export const SHARD_BYTES = 1_000_000;

/** The shards of a stream that take so many records a second. */
export function shardsFor(recordsPerSecond: number, recordBytes: number): number {
  const byRecords = recordsPerSecond / SHARD_RECORDS;
  const byBytes = (recordsPerSecond * recordBytes) / SHARD_BYTES;
  return Math.max(1, Math.ceil(byRecords), Math.ceil(byBytes));
}

export interface RowTraffic {
  /** How often rows are made. */
  readonly rounds: number;
  readonly rows: number;
  /** Beside these, rows of groups that are silent. */
  readonly emptyRows: number;
}

/** Events that a source gives in a month, as if all passed the filters above it. */
function eventsFrom(source: SourceDefinition, input: CostInput): number {
  const ofStream = (input.eventsPerSecond / input.pipeline.streams.length) * SECONDS_PER_MONTH;
  const ofViews = upstreamsOf(source).map((upstream) => rowsOf(upstream, input));
  return ofViews.reduce((sum, { rows, emptyRows }) => sum + rows + emptyRows, eventStreamsOf(source).length * ofStream);
}

/** Of a join one for each event that counts by itself, as if each matched one of the other side at most; of a pattern its matches. */
function rowsOfLog({ source }: ViewDefinition, input: CostInput): number {
  if (source.kind !== 'join') return ASSUMED.matchShare * eventsFrom(source, input);
  const { left, right, rule } = source;
  const ofLeft = eventsFrom(left.source, input);
  return keepsUnmatched(rule, 'right') ? ofLeft + eventsFrom(right.source, input) : ofLeft;
}

/**
 * A view's rows in a month. Rows of empty windows are estimated as if the same groups came again and again: then there are
 * such rows where not every window has events of every group.
 */
export function rowsOf(view: ViewDefinition, input: CostInput): RowTraffic {
  const ofView = eventsFrom(view.source, input) / SECONDS_PER_MONTH;
  const { everyMs, overMs } = windowOf(view.window).pace;
  const windows = SECONDS_PER_MONTH / (everyMs / 1000);
  // No round without an event; each bucket is finalized on its own.
  const rounds = Math.min(windows, ofView * SECONDS_PER_MONTH) * view.buckets;
  if (view.joined !== undefined) return { rounds, rows: rowsOfLog(view, input), emptyRows: 0 };
  if (view.selected !== undefined) return { rounds, rows: eventsFrom(view.source, input), emptyRows: 0 };
  if (overMs === null) {
    return { rounds, rows: (ofView * SECONDS_PER_MONTH) / ASSUMED.eventsPerSession, emptyRows: 0 };
  }
  const groups = view.groupBy.length === 0 ? 1 : input.groups;
  const groupsIn = (ms: number) => Math.min(groups, ofView * (ms / 1000));
  const keptMs = view.emptyWindows === 'zero' ? view.keepGroupsForWindows * everyMs : 0;
  return {
    rounds,
    rows: windows * groupsIn(overMs),
    emptyRows: windows * (groupsIn(overMs + keptMs) - groupsIn(overMs)),
  };
}
