import type { NumberExtreme } from '../aggregates/extreme.ts';
import type { Group } from '../codec/group.ts';
import { copyGroup, mergeStates } from '../codec/merge-groups.ts';
import { BugError } from '../ir/bug-error.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { sessionGridOf } from '../windows/session-grid.ts';

/** A session, or the part of it that is known. */
export interface Session {
  readonly group: Group;
  readonly firstMs: number;
  readonly lastMs: number;
  /** A late event may have come into it. */
  readonly touched: boolean;
}

/** The gap of a view with session windows, in milliseconds. */
export function gapOf({ name, definition: { window } }: ViewPlan): number {
  if (window.kind === 'session') return sessionGridOf(window).gapMs;
  throw new BugError(`View '${name}' has ${window.kind} windows, not sessions.`);
}

/** The session that the states of a group hold. */
export function sessionOf(view: ViewPlan, group: Group, touched: boolean): Session {
  const times = view.definition.aggregates.length;
  const firstMs = Number((group.states[times] as NumberExtreme).value);
  return { group, firstMs, lastMs: lastTimeOf(view, group), touched };
}

/** The time of its last event. */
export function lastTimeOf(view: ViewPlan, { states }: Group): number {
  return Number((states[view.definition.aggregates.length + 1] as NumberExtreme).value);
}

/** Sessions of one group. */
export interface FoldedSessions {
  /** A later piece can belong to none of these. */
  readonly complete: Session[];
  readonly open: Session | null;
}

/**
 * Joins pieces of one group's sessions, in the order of time, from the session that was open before. A piece that is more
 * than a gap from the session before it begins another, and that one is complete. What is given stays as it is.
 */
export function foldSessions(
  view: ViewPlan,
  gapMs: number,
  open: Session | null,
  pieces: readonly Session[],
): FoldedSessions {
  const complete: Session[] = [];
  let last = open;
  let isOwn = false;
  for (const piece of pieces) {
    if (last !== null && piece.firstMs - last.lastMs <= gapMs) {
      const group: Group = isOwn ? last.group : copyGroup(last.group, view.operators);
      mergeStates(group, piece.group, view.operators);
      last = sessionOf(view, group, last.touched || piece.touched);
      isOwn = true;
    } else {
      if (last !== null) complete.push(last);
      last = piece;
      isOwn = false;
    }
  }
  return { complete, open: last };
}
