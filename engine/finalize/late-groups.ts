import type { Groups } from '../codec/group.ts';
import { isTombstones, paneOf } from '../state/keys.ts';
import { firstWindowEndingAfter, type Grid } from '../windows/aligned.ts';
import type { FinalizeRun } from './run.ts';
import { markedSegment } from './snapshot.ts';

/**
 * Groups that late events of the pass may have come into, in windows that start before an instant. Null where that cannot be
 * told: a segment is not visible yet, a marker names none, or a revision of the rows below left it, which names what is there
 * now and not what was.
 *
 * A marker names the segment of its late events. One that is listed and not visible, or was dealt with, lies in a pane of which
 * the same list names the segments. A segment may have been written again since, with more groups in it: so these are all
 * groups, and perhaps some that no late event came into.
 */
export async function lateGroupsBefore(run: FinalizeRun, grid: Grid, atMs: number): Promise<Groups | null> {
  const { view, pass, markers, ports, snapshot } = run;
  const reaches = (paneMs: number) => firstWindowEndingAfter(grid, paneMs) < atMs;
  const named = [
    ...markers.filter(({ key }) => reaches(paneOf(key))).map((marker) => [markedSegment(marker)]),
    ...pass.listedPanes.filter(reaches).map((paneMs) => snapshot.listedSegments(paneMs)),
  ];
  const groups: Groups = new Map();
  if (named.length > 0 && view.source.kind !== 'stream') return null;
  for (const segments of named) {
    if (segments.length === 0) return null;
    for (const segment of segments) {
      if (segment === null || isTombstones(segment.key)) return null;
      const item = await ports.state.get(segment.key);
      if (item === null || item.version < segment.version || typeof item.data === 'string') return null;
      view.segments.mergeInto(groups, item.data);
    }
  }
  return groups;
}
