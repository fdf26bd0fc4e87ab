import { StreamgaugeError } from '../ir/streamgauge-error.ts';
import type { ItemKey } from '../ports/state-store.ts';

/** A stored item is not what this code writes under its key. */
export class StateFormatError extends StreamgaugeError {
  override readonly name = 'StateFormatError';
  readonly code = 'stateFormat';

  constructor(key: ItemKey, expectation: string) {
    super(
      `The state item ${key.partition} / ${key.sort} cannot be read: ${expectation}. Was it written by something else?`,
    );
  }
}

/** A page that progress named is missing: another finalizer has replaced it, or the page store lost it. */
export class MissingPageError extends StreamgaugeError {
  override readonly name = 'MissingPageError';
  readonly code = 'missingPage';

  constructor(key: ItemKey) {
    super(
      `The page ${key.partition} / ${key.sort} is missing or has another size, and progress names it. Where no other finalizer is at work, the page store lost it: restore the state table and its pages to a point in time.`,
    );
  }
}

/** Segments that a checkpoint lists did not become visible within the limit of reads. */
export class StaleReadError extends StreamgaugeError {
  override readonly name = 'StaleReadError';
  readonly code = 'staleRead';
}

/** An item refers to an object that is not there, and goes on doing so. */
export class MissingObjectError extends StreamgaugeError {
  override readonly name = 'MissingObjectError';
  readonly code = 'missingObject';

  constructor(item: ItemKey, object: ItemKey) {
    super(
      `The state item ${item.partition} / ${item.sort} refers to the object ${object.partition} / ${object.sort}, which is missing or has another size. The store of objects lost it: restore the state table and its objects to a point in time.`,
    );
  }
}
