/** Another finalizer has claimed the same (view, bucket): this one stops, the other does the work. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
  readonly code = 'fenced';
}

/** The segments that a checkpoint lists did not become visible in as many reads as are made. */
export class StaleReadError extends Error {
  override readonly name = 'StaleReadError';
  readonly code = 'staleRead';
}
