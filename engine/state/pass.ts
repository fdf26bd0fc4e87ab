import { Type } from '../ir/type.ts';
import { PAGE_MAP, type PageMap } from './page-map.ts';

/**
 * One pass over a view's windows, in the order of event time: it refines final windows that late events came into, makes
 * others final, and moves the state cutoff. What it is to do is fixed at its beginning and kept through pauses, kills and
 * containers; what comes meanwhile is the next pass's. So a pass ends, whatever arrives and however short the calls are.
 *
 *   carried: state exactly at the old cutoff     state: at the cursor           atCutoff: captured on the way
 *
 *   |==================|-----------------------------------|------------------------|
 *   old cutoff         cursor moves →                      new cutoff               close up to
 *
 * Pausing changes `cursor`, `state` and `atCutoff` alone. `carried`, the cutoff, and the deletion of panes and markers go
 * with the last commit: a pass that took a shorter way would mix rows of two moments.
 */
export interface Pass {
  /** How far it makes windows final, as `closedUpTo` counts. */
  readonly closeUpToMs: number;
  /** Where panes change no more: what the state cutoff moves to. */
  readonly settledMs: number;
  /**
   * By origin that has markers: its version when the pass began. A marker of a later version belongs to the next pass,
   * also where it becomes visible before this one ends:
   *
   *   pass begins: shard at v7 | reads pane 12:00 | shard commits v8: a late event at 12:00, marker v8 | pass ends
   *                                                                 deletes markers up to v7, not v8 ^
   */
  readonly cut: Readonly<Record<string, number>>;
  /**
   * Panes of markers that an origin listed, for they may not be visible yet. One that becomes visible after the cursor has
   * gone by its pane is of the pass by its version, and is deleted with it:
   *
   *   commit v7 lists markers of 12:00 and 12:10 | pass begins, sees that of 12:10 | passes 12:05 | that of 12:00 is seen
   */
  readonly listedPanes: readonly number[];
  readonly cursor: Cursor;
  /** State at the cursor; null where the view keeps none. */
  readonly state: PageMap | null;
  /** States of the groups that are done were not written: the span of the cursor is the last, and nobody needs them. */
  readonly isUnwritten?: boolean;
  /** State at `settledMs`, once the pass has been there; null before, and where the cutoff stays where it is. */
  readonly atCutoff: PageMap | null;
}

/** What is done: everything before `fromMs`, and of `fromMs` ≤ time < `toMs` the groups whose hash is below `hash`. */
export interface Cursor {
  readonly fromMs: number;
  readonly toMs: number;
  readonly hash: number;
}

const ORIGIN_VERSION = Type.Integer({ minimum: 0 });
export const PASS = Type.Object({
  closeUpToMs: Type.Number(),
  settledMs: Type.Number(),
  cut: Type.Record(Type.String(), ORIGIN_VERSION),
  listedPanes: Type.Array(Type.Number()),
  cursor: Type.Object({ fromMs: Type.Number(), toMs: Type.Number(), hash: Type.Integer({ minimum: 0 }) }),
  state: Type.Union([PAGE_MAP, Type.Null()]),
  isUnwritten: Type.Optional(Type.Boolean()),
  atCutoff: Type.Union([PAGE_MAP, Type.Null()]),
});
