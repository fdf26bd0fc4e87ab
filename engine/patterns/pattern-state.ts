import type { Taken } from './partial-match.ts';

/** What is open of one key. Once nothing is, it is let go: the rest of it concerns no match to come. */
export interface PatternState {
  /** In the order of their first events; of one first event, in the order in which they came to be. */
  open: readonly Taken[];
  /** Of the next event. */
  nextOrdinal: number;
  /** The event with which partial matches were last dropped, for there were too many; null where none were. */
  droppedAtMs: number | null;
  /** So many were dropped, and nobody has been told. It is not stored: who steps a state asks at once. */
  untold: number;
}

export function emptyState(): PatternState {
  return { open: [], nextOrdinal: 0, droppedAtMs: null, untold: 0 };
}
