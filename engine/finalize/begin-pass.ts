import type { ViewPlan } from '../plan/plan.ts';
import type { Item, ItemKey } from '../ports/state-store.ts';
import type { SourceSnapshot } from '../sources/source-kind.ts';
import { markerOrigin, paneOf } from '../state/keys.ts';
import type { Pass } from '../state/pass.ts';
import type { Progress } from '../state/progress.ts';
import type { ViewSnapshot } from './snapshot.ts';
import { isLastChance, mayHaveRows, type Reach } from './work.ts';

/** Fixes what a pass is to do: from what was read, in this order, of progress, the source, and markers. */
export function beginPass(
  view: ViewPlan,
  seen: Progress,
  source: SourceSnapshot,
  snapshot: ViewSnapshot,
  reach: Reach,
  markers: readonly Item[],
): Pass {
  const closeUpToMs = Math.max(reach.closeUpToMs, seen.closedUpToMs);
  const settledMs = Math.max(reach.stateCutoffMs, seen.stateCutoffMs);
  const marked = new Set(markers.map(({ key }) => markerOrigin(key).origin));
  const ofMarked = source.origins.filter(({ name }) => isAmong(marked, name));
  const cut = Object.fromEntries(ofMarked.map(({ name, version }) => [name, version]));
  const isTakenForGranted = (key: ItemKey) =>
    isOfPass(view, { cut, closeUpToMs }, { key }) || isLastChance(view, paneOf(key), { closeUpToMs, settledMs });
  return {
    closeUpToMs,
    settledMs,
    cut,
    listedPanes: snapshot.listedMarkers.filter(isTakenForGranted).map(paneOf),
    cursor: { fromMs: seen.stateCutoffMs, toMs: seen.stateCutoffMs, hash: 0 },
    state: null,
    atCutoff: null,
  };
}

/** Whether a marker belongs to a pass: its origin wrote it before the pass began, and its pane may have rows by the end. */
export function isOfPass(
  view: ViewPlan,
  { cut, closeUpToMs }: Pick<Pass, 'cut' | 'closeUpToMs'>,
  marker: Pick<Item, 'key'>,
): boolean {
  const { origin, version } = markerOrigin(marker.key);
  const known = cut[origin] ?? cut[formerOrigin(origin)];
  return known !== undefined && version <= known && mayHaveRows(view, marker, closeUpToMs);
}

function isAmong(marked: ReadonlySet<string>, name: string): boolean {
  if (marked.has(name)) return true;
  for (const origin of marked) if (formerOrigin(origin) === name) return true;
  return false;
}

/** Markers of another view's rows were once written with the window's name behind the origin: `view@fingerprint:bucket:…`. */
function formerOrigin(origin: string): string {
  return origin.split(':', 2).join(':');
}
