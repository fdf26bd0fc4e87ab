import type { NumberExtreme } from '../aggregates/extreme.ts';
import type { Group, Groups, groupKey } from '../codec/group.ts';
import { copyGroup, mergeStates } from '../codec/merge-groups.ts';
import { BugError } from '../ir/bug-error.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { sessionGridOf } from '../windows/session.ts';

/** A session, or the part of it that is known. */
export interface Session {
  readonly group: Group;
  readonly firstMs: number;
  readonly lastMs: number;
  /** A late event came into it. */
  readonly touched: boolean;
}

/** The gap of a view with session windows, in milliseconds. */
export function gapOf({ name, definition: { window } }: ViewPlan): number {
  if (window.kind === 'session') return sessionGridOf(window).gapMs;
  throw new BugError(`View '${name}' has ${window.kind} windows, not sessions.`);
}

/**
 * Joins pieces of sessions, pane by pane in the order of time. A group has one session that later pieces can extend; one
 * that a piece is too far from is complete.
 */
export class SessionFold {
  readonly complete: Session[] = [];
  readonly #view: ViewPlan;
  readonly #gapMs: number;
  readonly #open = new Map<ReturnType<typeof groupKey>, Session>();

  /** Begins with the sessions that were open where the panes begin. */
  constructor(view: ViewPlan, carried: Groups) {
    this.#view = view;
    this.#gapMs = gapOf(view);
    for (const [key, group] of carried) this.#open.set(key, this.#sessionOf(group, false));
  }

  get open(): readonly Session[] {
    return [...this.#open.values()];
  }

  /** Adds the pieces of the next pane. `touched`: late events came into it. */
  add(pane: Groups, touched: boolean): void {
    for (const [key, group] of pane) {
      const piece = this.#sessionOf(group, touched);
      const before = this.#open.get(key);
      if (before === undefined) {
        this.#open.set(key, piece);
      } else if (piece.firstMs - before.lastMs <= this.#gapMs) {
        this.#open.set(key, this.#join(before, piece));
      } else {
        this.complete.push(before);
        this.#open.set(key, piece);
      }
    }
  }

  /** Open sessions that a piece at or after an instant can still extend. They share nothing with the fold. */
  openAt(instantMs: number): Groups {
    const kept: Groups = new Map();
    for (const [key, { group, lastMs }] of this.#open) {
      if (lastMs + this.#gapMs >= instantMs) kept.set(key, copyGroup(group, this.#view.operators));
    }
    return kept;
  }

  #join(before: Session, piece: Session): Session {
    mergeStates(before.group, piece.group, this.#view.operators);
    return this.#sessionOf(before.group, before.touched || piece.touched);
  }

  #sessionOf(group: Group, touched: boolean): Session {
    const times = this.#view.definition.aggregates.length;
    const firstMs = (group.states[times] as NumberExtreme).value;
    const lastMs = (group.states[times + 1] as NumberExtreme).value;
    return { group, firstMs, lastMs, touched };
  }
}
