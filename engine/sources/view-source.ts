import { logWord } from '../ir/source-definition.ts';
import { handsOf, type ViewDefinition } from '../ir/view-definition.ts';
import { greatest, least } from '../lists/extremes.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { StateStore } from '../ports/state-store.ts';
import { segmentPartition } from '../state/keys.ts';
import { loadProgress, type Progress } from '../state/progress.ts';
import type { SourceKind, SourceReading, SourceSnapshot, Standing } from './source-kind.ts';

/** Rows of another view: its origins are the view's buckets, and its watermark is how far all of them are final. */
export const viewSource: SourceKind<'view'> = {
  load: ({ view: upstream }, reading) => upstreamOrigins(upstream, reading),
  standing: ({ view: upstream }, { state }) => viewStanding(upstream, state),
  othersMs: async () => null,
  sql: ({ view }, { rows, totals }) => (handsOf(view) === 'totals' ? totals(view) : rows(view, rowTimeSql(view))),
  words: ({ view }) => `the ${logWord(view) ?? WORDS[handsOf(view)]} ${view.name}`,
};

const WORDS = { final: 'rows of view', settled: 'settled rows of view', totals: 'totals of view' } as const;

/** As `rowTimeMs` says: the last instant of the window, or that of the event itself. */
function rowTimeSql({ selected }: ViewDefinition): string {
  return selected === undefined ? '"window_end" - 1' : '"event_time"';
}

/** Where a view stands as the source of another one, and what it has handed to that. */
export async function upstreamOrigins(
  upstream: ViewPlan,
  { view, bucket, state, load }: SourceReading,
): Promise<SourceSnapshot> {
  const progresses = await loadBuckets(upstream, state);
  const { completeFromMs } = await load(upstream, 0, state);
  return {
    ...standingOf(upstream, progresses),
    origins: progresses.map((progress, index) => ({
      name: downstreamOrigin(upstream, index),
      version: progress.version,
      position: String(progress.version),
      partition: segmentPartition(view.key, bucket, downstreamOrigin(upstream, index)),
      latestMs: Number.POSITIVE_INFINITY,
      manifest: progress.manifest,
    })),
    // What a row of sessions lacks tells `missedReachMs`.
    completeFromMs: greatest([
      completeFromMs + upstream.window.missedReachMs,
      ...progresses.map((progress) => handedFromMs(view, progress)),
    ]),
  };
}

/** How far a view's rows are there, and how far they change no more. */
export async function viewStanding(upstream: ViewPlan, state: StateStore): Promise<Standing> {
  return standingOf(upstream, await loadBuckets(upstream, state));
}

/** No row that a view's bucket has yet to hand down counts before this. */
export function handedUpToMs(upstream: ViewPlan, { closedUpToMs, settledToMs }: Progress): number {
  return rowTimeMs(upstream, handsOf(upstream.definition) === 'final' ? closedUpToMs : settledToMs);
}

function loadBuckets({ key, definition }: ViewPlan, state: SourceReading['state']): Promise<readonly Progress[]> {
  return Promise.all(Array.from({ length: definition.buckets }, (_, index) => loadProgress(state, key, index)));
}

/** A row counts at the last instant of its window, so what is to come is not before that of the first open window. */
function standingOf(upstream: ViewPlan, progresses: readonly Progress[]) {
  return {
    watermarkMs: least(progresses.map((progress) => handedUpToMs(upstream, progress))),
    settledMs: least(progresses.map((progress) => rowTimeMs(upstream, settledUpTo(upstream, progress)))),
  };
}

/**
 * Windows before this change no more. The state cutoff says so too, but stays behind while moving it costs more than it saves, for up
 * to a day, and what takes these rows would wait for that. Of a join's rows each is made once.
 */
function settledUpTo({ log }: ViewPlan, { closedUpToMs, settledToMs }: Progress): number {
  return log === null ? settledToMs : closedUpToMs;
}

/** Whether a pass tells which of a view's windows change no more, whatever state it carries over them. */
export function isSettledByPasses({ window, log }: ViewPlan): boolean {
  return log === null && !window.isCarried;
}

/** Before its first row the view above has handed nothing down, and missed nothing. */
function handedFromMs({ key }: ViewPlan, { handedFrom }: Progress): number {
  return handedFrom[key] ?? Number.NEGATIVE_INFINITY;
}

/** Stands where a shard's name stands in the keys of segments that are made of another view's rows. */
export function downstreamOrigin(upstream: ViewPlan, bucket: number): string {
  return `${upstream.key}:${bucket}`;
}

/** When a row of a window counts for views that take it: the window's last instant. */
export function rowTimeMs({ window }: ViewPlan, atMs: number): number {
  return window.rowTimeMs(atMs);
}
