/** Another finalizer has claimed the same (view, bucket): this one stops, the other does the work. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
  readonly code = 'fenced';
}
