import type { Group } from '../codec/group.ts';
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
