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
  /** How often the pipeline was started or reloaded on this store. Not set where nobody counts. */
  readonly generation?: number;
  readonly streams: readonly StreamStatus[];
  readonly views: readonly ViewStatus[];
  /** Not set where nobody counts. */
  readonly dropped?: DroppedStatus;
  /** What became of the last time that the pipeline file was saved; null where it was not. */
  readonly reload?: ReloadStatus | null;
  /** The last messages about alerts that went to the terminal, the oldest first. */
  readonly alerts?: readonly AlertMessage[];
}

/** What bounds on keys have cut off, by name of a join or pattern, since the process began or loaded the pipeline. */
export interface DroppedStatus {
  readonly joinEvents: Readonly<Record<string, number>>;
  readonly partialMatches: Readonly<Record<string, number>>;
}

export type ReloadStatus =
  | {
      readonly state: 'loaded';
      readonly atMs: number;
      /** What it means for each view's state, a full sentence each. Those that matter most come first. */
      readonly changes: readonly string[];
    }
  /** What was there before goes on. */
  | { readonly state: 'failed'; readonly atMs: number; readonly message: string };

export interface StreamStatus {
  readonly name: string;
  readonly shards: readonly ShardStatus[];
  /** The minimum over the shards; null before the first event. */
  readonly watermarkMs: number | null;
  /** The latest event time seen on any shard; null before the first event. */
  readonly latestEventMs: number | null;
  /** Sums over the shards. */
  readonly counters: Counters;
  /** Of the accepted events, those that a revision counts. */
  readonly countedLate: number;
  readonly eventsPerSecond: number;
  /** Dead letters by reason. */
  readonly deadByReason: Readonly<Record<string, number>>;
  /** The file that is replayed as this stream, or null where events only come from elsewhere. */
  readonly replay: ReplayStatus | null;
  /** What else fills it from this process. */
  readonly inputs: readonly InputStatus[];
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
  /** The pace that was asked for. */
  readonly eventsPerSecond: number;
  readonly done: boolean;
}

/** What fills a stream as it comes, and has no end that is known. */
export type InputStatus = TailStatus | StandardInputStatus;

export interface TailStatus {
  readonly kind: 'tail';
  readonly file: string;
  /** Lines that this process has sent. */
  readonly sent: number;
  /** Lines of the file that earlier processes had sent. */
  readonly resumedAt: number;
  /** Bytes of the file that are not read yet. */
  readonly behindBytes: number;
  /** What keeps it from being read, as a full sentence; null while it is read. */
  readonly problem: string | null;
}

export interface StandardInputStatus {
  readonly kind: 'stdin';
  readonly sent: number;
  /** Lines that wait to be sent. */
  readonly waiting: number;
  /** Its writer has closed it, and all of it was sent. */
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
  /** Bytes of what it keeps in the state, and its windows that hold events and are not final; null where nobody has counted. */
  readonly state: { readonly bytes: number; readonly openWindows: number } | null;
  /** Since when it has not gone on though it could; null where it goes on. */
  readonly stuck: StuckStatus | null;
  /** Rises with each write of rows of the view. */
  readonly changes: number;
  /** Windows that end at or before this are closed, in all buckets; null before the first is. */
  readonly closedUpToMs: number | null;
  /** The open windows, earliest first: still filling. At most a few. */
  readonly open: readonly WindowStatus[];
  /** The latest closed windows, latest first. At most a few. */
  readonly closed: readonly WindowStatus[];
}

export interface StuckStatus {
  readonly sinceMs: number;
  /** Full sentences: what was found, and what to do. */
  readonly detail: string;
}

export interface WindowStatus {
  readonly startMs: number;
  readonly endMs: number;
  readonly groups: number;
  /** The sum over all groups of the first column that can be summed; null where there is none. */
  readonly value: number | null;
  /** The latest of its rows. */
  readonly revision: number;
  /** The value before late events last changed it; null where this process has not seen one. */
  readonly was: number | null;
  /** The worst that a detector says of one of its rows; null where it is as usual. */
  readonly worst: 'warning' | 'critical' | null;
  /** The rows of the largest groups by the first aggregate, largest first. At most a few. */
  readonly top: readonly (RowColumns & { readonly revision?: number })[];
}
