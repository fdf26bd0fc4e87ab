import { CodecError } from '../bytes/errors.ts';
import { type Group, groupKey } from '../codec/group.ts';
import { TWICE } from '../codec/key-table.ts';
import { mergeStates } from '../codec/merge-groups.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { type Session, sessionOf } from './session-fold.ts';
import { type Pane, segmentsOf } from './snapshot.ts';

type Key = Group['values'][number];

/** A group whose sessions a span may change. */
export interface SpanGroup {
  readonly key: Key;
  readonly values: Group['values'];
  /** What the span has of its sessions, in the order of time. */
  readonly pieces: readonly Session[];
}

interface GroupOfPanes extends SpanGroup {
  readonly pieces: Session[];
  /** Of the last piece. */
  paneMs: number;
  segment: number;
}

/** Pieces of sessions by group. Panes are added in the order of time. */
export class SessionPieces {
  readonly groups: ReadonlyMap<Key, SpanGroup>;
  readonly #view: ViewPlan;
  readonly #groups = new Map<Key, GroupOfPanes>();
  #segments = 0;

  constructor(view: ViewPlan) {
    this.#view = view;
    this.groups = this.#groups;
  }

  /** Adds what a pane holds, and says how many groups that are. */
  add(paneMs: number, pane: Pane, touched: boolean): number {
    let count = 0;
    for (const bytes of segmentsOf(pane)) {
      this.#segments++;
      for (const group of this.#view.segments.groupsOf(bytes)) if (this.#addGroup(paneMs, group, touched)) count++;
    }
    return count;
  }

  /** Whether the group is new in the pane. Two of its events in one pane are always of one session. */
  #addGroup(paneMs: number, group: Group, touched: boolean): boolean {
    const key = groupKey(group.values);
    const known = this.#groups.get(key);
    const segment = this.#segments;
    if (known === undefined) {
      const pieces = [sessionOf(this.#view, group, touched)];
      this.#groups.set(key, { key, values: group.values, pieces, paneMs, segment });
      return true;
    }
    if (known.segment === segment) throw new CodecError(TWICE);
    known.segment = segment;
    if (known.paneMs !== paneMs) {
      known.paneMs = paneMs;
      known.pieces.push(sessionOf(this.#view, group, touched));
      return true;
    }
    const before = known.pieces.pop() as Session;
    mergeStates(before.group, group, this.#view.operators);
    known.pieces.push(sessionOf(this.#view, before.group, touched));
    return false;
  }
}
