import { Compile } from 'typebox/compile';
import { isInherited } from '../expression/own-field.ts';
import type { FieldShape } from '../ir/field-shape.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import { EARLIEST_EVENT_MS, formatInstant, LATEST_EVENT_MS } from '../time/instant.ts';
import { eventSchema } from './event-schema.ts';
import { compileRestoreNumbers } from './exact-numbers.ts';
import { compileExplanation, type InvalidEvent } from './invalid-event.ts';
import { compileTimestamps } from './timestamps.ts';

/**
 * `text`: what the value was parsed from; null where it was not, and numbers that `JSON.parse` may have rounded are refused.
 * `brief`: nobody will read the reason and the message. To find the words for what is wrong takes longer than to see that
 * something is.
 */
export type Validator = (value: unknown, arrivalMs: number | null, text?: string | null, brief?: boolean) => Validation;

export type Validation = { readonly kind: 'valid'; readonly timeMs: number } | InvalidEvent;

/**
 * Checks JSON values against a stream's schema and reads their timestamps, in place.
 *
 * Null and missing are one: a field that is optional or may be null may be either, another one neither.
 */
export function compileValidator(stream: StreamDefinition): Validator {
  const check = Compile(eventSchema(stream.schema, 'parsed') as never);
  const restored = eventSchema(stream.schema, 'restored');
  const checkRestored = Compile(restored as never);
  const restoreNumbers = compileRestoreNumbers(stream);
  const explain = compileExplanation(stream.name, restored);
  const timestamps = compileTimestamps(stream);
  const { maxFutureSkewMs } = stream;
  const inheritsFields = hasInheritedName(stream.shape);
  const valid = { kind: 'valid' as const, timeMs: 0 };
  /** Of a value that does not fit as it was parsed: null if it fits with its numbers restored. */
  const misfit = (value: unknown, text: string | null, brief: boolean): InvalidEvent | null => {
    const changed = typeof value === 'object' && value !== null ? restoreNumbers(value, text) : 0;
    if (typeof changed === 'object') return changed;
    if (checkRestored.Check(value)) return null;
    return brief ? UNEXPLAINED : explain(value);
  };
  return (value, arrivalMs, text = null, brief = false) => {
    if (inheritsFields) dropPrototypes(value, stream.shape);
    const invalid = check.Check(value) ? null : misfit(value, text, brief);
    if (invalid !== null) return invalid;
    const unreadable = timestamps.convert(value as Record<string, unknown>);
    if (unreadable !== null) {
      return { kind: 'invalid', reason: 'unknown_time', message: `${unreadable} in stream '${stream.name}'.` };
    }
    const timeMs = timestamps.eventTime(value as object);
    if (timeMs === null || timeMs < EARLIEST_EVENT_MS || timeMs > LATEST_EVENT_MS) {
      const found = timeMs === null ? 'null' : 'outside the years 1 to 8999';
      return {
        kind: 'invalid',
        reason: 'unknown_time',
        message: `The event time '${stream.eventTime}' in stream '${stream.name}' is ${found}.`,
      };
    }
    if (arrivalMs !== null && timeMs > arrivalMs + maxFutureSkewMs) {
      return {
        kind: 'invalid',
        reason: 'future_time',
        message: `The event time ${formatInstant(timeMs)} in stream '${stream.name}' is ${timeMs - arrivalMs} ms ahead of the event's arrival, and maxFutureSkew is ${maxFutureSkewMs} ms.`,
      };
    }
    // One object for all events: the caller reads the time at once, and the hot path allocates nothing.
    valid.timeMs = timeMs;
    return valid;
  };
}

const UNEXPLAINED: InvalidEvent = {
  kind: 'invalid',
  reason: 'wrong_type',
  message: 'The event does not fit the schema.',
};

function hasInheritedName(field: FieldShape): boolean {
  return (
    field.shape === 'struct' && [...field.fields].some(([name, inner]) => isInherited(name) || hasInheritedName(inner))
  );
}

/** Takes inherited fields away from an event and its structs. */
function dropPrototypes(value: unknown, field: FieldShape): void {
  if (field.shape !== 'struct' || typeof value !== 'object' || value === null) return;
  Object.setPrototypeOf(value, null);
  for (const [name, inner] of field.fields) dropPrototypes((value as Record<string, unknown>)[name], inner);
}
