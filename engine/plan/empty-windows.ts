import type { ViewDefinition } from '../ir/view-definition.ts';
import { type WindowSteps, windowsBetween } from '../windows/aligned.ts';
import { windowOf } from '../windows/registry.ts';
import type { RowState } from './row-state.ts';

/** Windows without a row after which a group's state is let go, so that groups that never come again keep nothing. */
export const ROW_MEMORY_WINDOWS = 1000;

/** Groups that one bucket of a view with rows for empty windows remembers; of more, those that are silent longest go first. */
export const MAX_REMEMBERED_GROUPS = 100_000;

/** When a group has rows without events, and when its state can go. Asked by windows, never by arrival or clock. */
export interface EmptyWindows {
  /** Whether the view has rows for windows without events of a group. */
  readonly hasRows: boolean;
  /** From the start of a window with events to that of the last one after it that a group has a row in. */
  readonly keptMs: number;
  /** Whether a group has a row in a window without events of its: one at most `keepGroupsFor` windows before had some. */
  hasRowAt(state: RowState, startMs: number): boolean;
  /** How many windows lie between a group's last row and the window that starts at an instant. */
  missedBefore(state: RowState, startMs: number): number;
  /** Whether nothing that starts at an instant or later can need the state. */
  isForgotten(state: RowState, startMs: number): boolean;
}

export function compileEmptyWindows(view: ViewDefinition, hasOperators: boolean): EmptyWindows {
  const { window, emptyWindows, keepGroupsForWindows } = view;
  const hasRows = emptyWindows === 'zero';
  // Rows of other windows have no order, and so no state.
  const steps: WindowSteps = windowOf(window).grid ?? { slideMs: Number.POSITIVE_INFINITY };
  // Of a calendar a bound: its windows are that long at most.
  const keptMs = keepGroupsForWindows * steps.slideMs;
  const isWithin = (windows: number, fromMs: number, startMs: number) =>
    startMs - fromMs <= windows * steps.slideMs && windowsBetween(steps, fromMs, startMs) <= windows;
  return {
    hasRows,
    keptMs: hasRows ? keptMs : 0,
    hasRowAt: ({ lastFilledMs }, startMs) =>
      hasRows && startMs > lastFilledMs && isWithin(keepGroupsForWindows, lastFilledMs, startMs),
    missedBefore: ({ lastStartMs }, startMs) =>
      lastStartMs === Number.NEGATIVE_INFINITY ? 0 : Math.max(0, windowsBetween(steps, lastStartMs, startMs) - 1),
    isForgotten: ({ lastStartMs, lastFilledMs }, startMs) =>
      hasOperators
        ? !isWithin(ROW_MEMORY_WINDOWS, lastStartMs, startMs)
        : !isWithin(keepGroupsForWindows, lastFilledMs, startMs),
  };
}
