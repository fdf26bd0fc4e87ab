/** What became of an event in a view, or of an element of it. */
export type Accumulated = typeof FILTERED | typeof ADDED | typeof LATE | typeof PARTLY_LATE;
/** The view's `where` did not let the event pass, or no window holds it. */
export const FILTERED = 0;
export const ADDED = 1;
/** Too late for all of its windows. */
export const LATE = 2;
/** Too late for some of its windows, and added to the others. */
export const PARTLY_LATE = 3;
