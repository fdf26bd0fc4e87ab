/** Stored bytes that this version of the code cannot have written: corrupt, cut short, or from a newer version. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  readonly code = 'codec';
}
