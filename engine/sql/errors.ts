/** A view has no SQL twin. The message names the view or stream and what SQL cannot express. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly code = 'sql';
}
