/** A pipeline definition is wrong. The message names the stream, view, field or setting and says what to do. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
  readonly code = 'definition';
}
