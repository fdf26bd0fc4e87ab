import type { WindowDefinition } from '../engine/ir/window.ts';
import type { RowColumns } from '../engine/plan/row.ts';
import type { AlertMessage } from '../engine/ports/alert-sink.ts';
import type { Counters } from '../engine/state/checkpoint.ts';

/** What the single-machine runtime is doing, at one moment: what the terminal shows and the HTTP server tells. */
export interface LiveStatus {
  readonly pipeline: string;
  readonly nowMs: number;
  /** Where the JSON is served, such as `http://127.0.0.1:8787`. */
  readonly url: string | null;
  /** The file that holds the state. */
  readonly store: string;
  readonly streams: readonly StreamStatus[];
  readonly views: readonly ViewStatus[];
  /** The last messages about alerts that went to the terminal, the oldest first. */
  readonly alerts?: readonly AlertMessage[];
}

export interface StreamStatus {
  readonly name: string;
  readonly shards: readonly ShardStatus[];
  /** The minimum over the shards; null before the first event. */
  readonly watermarkMs: number | null;
  /** The latest event time seen on any shard; null before the first event. */
  readonly latestEventMs: number | null;
  /** Sums over the shards. */
  readonly counters: Counters;
  readonly eventsPerSecond: number;
  /** Dead letters by reason. */
  readonly deadByReason: Readonly<Record<string, number>>;
  /** The file that is replayed as this stream, or null where events only come from elsewhere. */
  readonly replay: ReplayStatus | null;
}

export interface ShardStatus {
  readonly id: string;
  readonly watermarkMs: number | null;
  /** Records that wait to be read. */
  readonly lag: number;
}

export interface ReplayStatus {
  readonly file: string;
  readonly sent: number;
  readonly total: number;
  readonly resumedAt: number;
  readonly done: boolean;
}

export interface ViewStatus {
  readonly name: string;
  /** The stream whose watermark closes its windows. */
  readonly stream: string;
  readonly groupBy: readonly string[];
  /** Aggregates and derived columns, in order. */
  readonly columns: readonly string[];
  readonly window: WindowDefinition;
  /** Final rows in all. */
  readonly finalRows: number;
  readonly finalWindows: number;
  /** The open windows, earliest first: still filling. At most a few. */
  readonly open: readonly WindowStatus[];
  /** The latest closed windows, latest first. At most a few. */
  readonly closed: readonly WindowStatus[];
}

export interface WindowStatus {
  readonly startMs: number;
  readonly endMs: number;
  readonly groups: number;
  /** The rows of the largest groups by the first aggregate, largest first. At most a few. */
  readonly top: readonly (RowColumns & { readonly revision?: number })[];
}
