import { BugError } from '../ir/bug-error.ts';
import { Type } from '../ir/type.ts';
import type { Item, ItemWrite, StateStore } from '../ports/state-store.ts';
import { START_OF_TIME_MS } from '../time/instant.ts';
import { ALERT_PROGRESS, type AlertProgress } from './alert-progress.ts';
import { MANIFEST_ENTRY, type ManifestEntry } from './checkpoint.ts';
import { HEAD, type Head } from './head.ts';
import { progressKey } from './keys.ts';
import { mapOfSet, NO_PAGE_MAP, PAGE_MAP, type PageMap } from './page-map.ts';
import { NO_PAGES, PAGE_SET, type PageSet } from './pages.ts';
import { PASS, type Pass } from './pass.ts';
import { storedJson } from './stored-json.ts';

/** What passes have gone through once more, because the state cutoff had not moved. */
export interface Repeated {
  readonly rows: number;
  /** Of their panes: one for each 4 KB begun. */
  readonly readUnits: number;
}

export const NOTHING_REPEATED: Repeated = { rows: 0, readUnits: 0 };

/**
 * How far a (view, bucket) has been finalized. One item; every write raises its version, and a version that a finalizer
 * wrote is its *epoch*: rows carry it, and are written only over the ones that their writer has seen.
 */
export interface Progress {
  readonly version: number;
  /** Everything before this is final, as `closedUpTo` counts. */
  readonly closedUpToMs: number;
  /** Panes that start before this are gone for good: nothing there is finalized again. */
  readonly stateCutoffMs: number;
  /** A finalizer claimed and has not finished: rows may be half written, and what is gone may not be deleted yet. */
  readonly held: boolean;
  /** How far the finalizer that claimed last meant to go: what is at or after this, nobody has written rows of. */
  readonly claimedToMs: number;
  /**
   * The latest epoch of a finalizer that never finished: it may be frozen, with row writes still in flight. Rows that
   * are recomputed and have an older epoch are written again even if their content is the same, or such a write could
   * land after it and stay:
   *
   *   row has epoch 3, content C
   *   F5 claims epoch 5, computes C′ for the row, freezes
   *   F9 claims epoch 9, sees more events, computes C again: same content. It rewrites the row with epoch 9 …
   *   F5 wakes, its write of C′ is to take the place of epoch 3 and finds 9: refused
   */
  readonly unfinishedEpoch: number;
  /** How far finalizers that never finished meant to go: what is at or after this is not theirs. */
  readonly unfinishedToMs: number;
  /** Nothing that happened before this changes any more: rows there are final, and known to be written. */
  readonly settledToMs: number;
  /** State exactly at the state cutoff: open sessions, totals, the states of row operators. */
  readonly carried: PageMap;
  /** States after the cutoff; null where a pass goes through all rows from there. */
  readonly head: Head | null;
  /** Since the state cutoff moved last, or a head was kept. */
  readonly repeated: Repeated;
  /** A pass that has paused; null where the last one came to its end. */
  readonly pass: Pass | null;
  /** Keys of rows of sessions that can still move. */
  readonly ledger: readonly PageSet[];
  /** Counts of late events that are being written to their rows; see `engine/finalize/outputs/late-counts.ts`. */
  readonly patch: PageSet;
  /** Segments and markers of other views, which take this one's rows, that were written with this version. */
  readonly manifest: readonly ManifestEntry[];
  /** By key of a view that takes this one's rows: from which window on it has all of them. */
  readonly handedFrom: Readonly<Record<string, number>>;
  /** Null where the view has never had an alert. */
  readonly alerts: AlertProgress | null;
}

export const NO_PROGRESS: Progress = {
  version: 0,
  closedUpToMs: START_OF_TIME_MS,
  stateCutoffMs: START_OF_TIME_MS,
  held: false,
  claimedToMs: START_OF_TIME_MS,
  unfinishedEpoch: 0,
  unfinishedToMs: START_OF_TIME_MS,
  settledToMs: START_OF_TIME_MS,
  carried: NO_PAGE_MAP,
  head: null,
  repeated: NOTHING_REPEATED,
  pass: null,
  ledger: [],
  patch: NO_PAGES,
  manifest: [],
  handedFrom: {},
  alerts: null,
};

export async function loadProgress(state: StateStore, view: string, bucket: number): Promise<Progress> {
  const item = await state.get(progressKey(view, bucket));
  return item ? parseProgress(item) : NO_PROGRESS;
}

/** The write that replaces progress by its successor, conditional on the version that was read. */
export function progressWrite(view: string, bucket: number, previous: Progress, next: Progress): ItemWrite {
  const { version, alerts, repeated, head, ...rest } = next;
  const content = {
    ...rest,
    ...(alerts !== null && { alerts }),
    ...(head !== null && { head }),
    ...(repeated.rows + repeated.readUnits > 0 && { repeated }),
  };
  if (version !== previous.version + 1)
    throw new BugError(`Progress goes from version ${previous.version} to ${version}.`);
  return {
    kind: 'put',
    key: progressKey(view, bucket),
    version,
    data: JSON.stringify(content),
    condition: previous.version === 0 ? { kind: 'absent' } : { kind: 'version', is: previous.version },
  };
}

export function parseProgress(item: Item): Progress {
  const { finalizedToMs, horizonMs, unsettledEpoch, unsettledToMs, feeds, carried, ...content } = readContent(item);
  return {
    ...NO_PROGRESS,
    ...(finalizedToMs !== undefined && { closedUpToMs: finalizedToMs }),
    ...(horizonMs !== undefined && { stateCutoffMs: horizonMs }),
    ...(unsettledEpoch !== undefined && { unfinishedEpoch: unsettledEpoch }),
    ...(unsettledToMs !== undefined && { unfinishedToMs: unsettledToMs }),
    ...(feeds !== undefined && { handedFrom: feeds }),
    ...content,
    ...(carried !== undefined && { carried: 'version' in carried ? mapOfSet(carried) : carried }),
    version: item.version,
  };
}

const WHOLE = Type.Integer({ minimum: 0 });
/** Fields may be missing: progress that an older version wrote has fewer. */
const readContent = storedJson(
  'progress',
  Type.Object({
    closedUpToMs: Type.Optional(Type.Number()),
    stateCutoffMs: Type.Optional(Type.Number()),
    held: Type.Optional(Type.Boolean()),
    claimedToMs: Type.Optional(Type.Number()),
    unfinishedEpoch: Type.Optional(WHOLE),
    unfinishedToMs: Type.Optional(Type.Number()),
    settledToMs: Type.Optional(Type.Number()),
    carried: Type.Optional(Type.Union([PAGE_MAP, PAGE_SET])),
    head: Type.Optional(HEAD),
    repeated: Type.Optional(Type.Object({ rows: WHOLE, readUnits: WHOLE })),
    pass: Type.Optional(Type.Union([PASS, Type.Null()])),
    ledger: Type.Optional(Type.Array(PAGE_SET)),
    patch: Type.Optional(PAGE_SET),
    manifest: Type.Optional(Type.Array(MANIFEST_ENTRY)),
    handedFrom: Type.Optional(Type.Record(Type.String(), Type.Number())),
    alerts: Type.Optional(ALERT_PROGRESS),
    // What some of these were called before.
    finalizedToMs: Type.Optional(Type.Number()),
    horizonMs: Type.Optional(Type.Number()),
    unsettledEpoch: Type.Optional(WHOLE),
    unsettledToMs: Type.Optional(Type.Number()),
    feeds: Type.Optional(Type.Record(Type.String(), Type.Number())),
  }),
);
