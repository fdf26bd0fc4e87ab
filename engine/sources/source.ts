import { greatest, least } from '../lists/extremes.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Checkpoint, ManifestEntry } from '../state/checkpoint.ts';
import { segmentPartition } from '../state/keys.ts';
import { loadProgress, type Progress } from '../state/progress.ts';
import { loadShards, rollupCompleteFromMs } from '../state/shard-rollup.ts';
import { globalWatermark } from '../state/watermark.ts';

/** What a view's segments come from, at one moment: the shards of its stream, or the buckets of the view above it. */
export interface ViewSource {
  /** Everything that happened before this has been taken in, but for what is late. */
  readonly watermarkMs: number;
  /** Nothing that happened before this will be taken in any more. */
  readonly settledMs: number;
  readonly origins: readonly Origin[];
  /** As of an origin, of what has no segments any more: shards whose checkpoints are gone. */
  readonly goneCompleteFromMs: number;
}

/** One shard or bucket that a view has segments of. */
export interface Origin {
  /** Stands in the keys of its segments and markers. */
  readonly name: string;
  /** Of its last commit. */
  readonly version: number;
  readonly partition: string;
  /** No segment of its lies in a pane that starts after this. */
  readonly latestMs: number;
  /** Windows that begin before this may lack events that it had before the view was deployed. */
  readonly completeFromMs: number;
  /** The items of its last commit, of all views: read in these versions or newer. */
  readonly manifest: readonly ManifestEntry[];
}

export async function loadSource(view: ViewPlan, bucket: number, state: StateStore): Promise<ViewSource> {
  if (view.upstream !== null) return viewSource(view, view.upstream, bucket, state);
  const { checkpoints, rollup } = await loadShards(state, view.definition.stream.name);
  const watermarkMs = globalWatermark(checkpoints);
  return {
    watermarkMs,
    // A global window takes older events too, but into the pane that is current.
    settledMs: watermarkMs - view.definition.allowedLatenessMs,
    origins: checkpoints.map((checkpoint) => shardOrigin(view, bucket, checkpoint)),
    goneCompleteFromMs: rollupCompleteFromMs(rollup, view.key),
  };
}

function shardOrigin(view: ViewPlan, bucket: number, checkpoint: Checkpoint): Origin {
  const latestEventMs = checkpoint.latestEventMs ?? Number.NEGATIVE_INFINITY;
  return {
    name: checkpoint.shard,
    version: checkpoint.version,
    partition: segmentPartition(view.key, bucket, checkpoint.shard),
    latestMs: view.window.latestPaneMs(latestEventMs),
    // A shard that was read before the view was deployed, and not since: what it has seen, the view has not.
    completeFromMs: checkpoint.views[view.key] ?? latestEventMs + 1,
    manifest: checkpoint.manifest,
  };
}

/** A row counts at the last instant of its window, so what is to come is not before that of the first open window. */
async function viewSource(view: ViewPlan, upstream: ViewPlan, bucket: number, state: StateStore): Promise<ViewSource> {
  const buckets = Array.from({ length: upstream.definition.buckets }, (_, index) => index);
  const progresses = await Promise.all(buckets.map((index) => loadProgress(state, upstream.key, index)));
  const { completeFromMs } = summary(await loadSource(upstream, 0, state));
  return {
    watermarkMs: least(progresses.map(({ closedUpToMs }) => rowTimeMs(upstream, closedUpToMs))),
    settledMs: least(progresses.map(({ stateCutoffMs }) => rowTimeMs(upstream, stateCutoffMs))),
    origins: progresses.map((progress, index) => ({
      name: downstreamOrigin(upstream, index),
      version: progress.version,
      partition: segmentPartition(view.key, bucket, downstreamOrigin(upstream, index)),
      latestMs: Number.POSITIVE_INFINITY,
      completeFromMs: Math.max(completeFromMs, handedFromMs(view, progress)),
      manifest: progress.manifest,
    })),
    goneCompleteFromMs: Number.NEGATIVE_INFINITY,
  };
}

/** Before its first row the view above has handed nothing down, and missed nothing. */
function handedFromMs(view: ViewPlan, { handedFrom }: Progress): number {
  return handedFrom[view.key] ?? Number.NEGATIVE_INFINITY;
}

export function summary(source: ViewSource): { readonly completeFromMs: number } {
  return {
    completeFromMs: greatest([source.goneCompleteFromMs, ...source.origins.map((origin) => origin.completeFromMs)]),
  };
}

/** Stands where a shard's name stands in the keys of segments that are made of another view's rows. */
export function downstreamOrigin(upstream: ViewPlan, bucket: number): string {
  return `${upstream.key}:${bucket}`;
}

/** When a row of a window counts for views that take it: the window's last instant. */
export function rowTimeMs({ window }: ViewPlan, windowStartMs: number): number {
  return window.rowTimeMs(windowStartMs);
}

/** Whether what a view has made final can change: events may come late, or its source revises rows. */
export function canRevise({ upstream, definition }: ViewPlan): boolean {
  return upstream === null ? definition.allowedLatenessMs > 0 : canRevise(upstream);
}
