import type { Taken } from './partial-match.ts';

/** What is open of one key. */
export interface PatternState {
  /** In the order of their first events; of one first event, in the order in which they came to be. */
  open: readonly Taken[];
  /** Of the next event. Ordinals are counted while something is open. */
  nextOrdinal: number;
  /** The event with which partial matches were last dropped, for there were too many; −Infinity where none were. */
  droppedAtMs: number;
  /** So many were dropped, and nobody has been told. It is not stored: who steps a state asks at once. */
  untold: number;
}

export function emptyState(): PatternState {
  return { open: [], nextOrdinal: 0, droppedAtMs: Number.NEGATIVE_INFINITY, untold: 0 };
}

/** Nothing is open: what is left concerns no match to come. */
export function clear(state: PatternState): void {
  Object.assign(state, { ...emptyState(), untold: state.untold });
}
