import { StreamgaugeError } from './streamgauge-error.ts';

/** A pipeline definition is wrong. The message names the stream, view, field or setting, and says what to do. */
export class DefinitionError extends StreamgaugeError {
  override readonly name = 'DefinitionError';
  readonly code = 'definition';
}
