import { Compile } from 'typebox/schema';
import { isInherited } from '../expression/own-field.ts';
import { type FieldShape, wireNameOf } from '../ir/field-shape.ts';
import { eventTimesOf, type StreamDefinition } from '../ir/stream-definition.ts';
import { EARLIEST_EVENT_MS, formatInstant, LATEST_EVENT_MS } from '../time/instant.ts';
import { eventSchema } from './event-schema.ts';
import { compileEventTime } from './event-time.ts';
import { compileRestoreNumbers } from './exact-numbers.ts';
import { compileListChecks, type ExplodedList } from './exploded-lists.ts';
import { compileExplanation, type InvalidEvent } from './invalid-event.ts';
import { lenienceOf } from './lenience.ts';
import { compileMismatches, setNull } from './mismatches.ts';
import { type BadValue, compileRenaming, compileWireValues } from './wire-values.ts';

/**
 * `text`: what the value was parsed from; null where it was not, and numbers that `JSON.parse` may have rounded are refused.
 * `brief`: nobody will read the reason and the message. To find the words for what is wrong takes longer than to see that
 * something is.
 */
export type Validator = (value: unknown, arrivalMs: number | null, text?: string | null, brief?: boolean) => Validation;

export type Validation = ValidEvent | InvalidEvent;

export interface ValidEvent {
  readonly kind: 'valid';
  readonly timeMs: number;
  /** Fields, by their paths on the wire, that were taken as null because their values did not fit; undefined where there are none. */
  readonly takenAsNull: readonly (readonly string[])[] | undefined;
}

/** Whether some view reads a field, or what is in it. */
export type IsRead = (path: readonly string[]) => boolean;

/**
 * Checks JSON values against a stream's schema, and puts what expressions read in the place of what is on the wire: times in
 * milliseconds, numbers, and names.
 *
 * Null and missing are one: a field that is optional or may be null may be either, another one neither.
 */
export function compileValidator(
  stream: StreamDefinition,
  isRead: IsRead = () => true,
  exploded: readonly ExplodedList[] = [],
): Validator {
  const lists = schemasOf(exploded);
  const check = Compile(eventSchema(stream.schema, 'parsed', lists) as never);
  const restored = eventSchema(stream.schema, 'restored', lists);
  const checkRestored = Compile(restored as never);
  const restoreNumbers = compileRestoreNumbers(stream);
  const explain = compileExplanation(stream.name, restored);
  const eventTimes = eventTimesOf(stream);
  const wireValues = compileWireValues(stream.shape, new Set(eventTimes));
  const lenience = lenienceOf(stream, isRead);
  const takeMismatches = lenience.isStrict ? null : compileMismatches(restored, stream.shape, lenience.isLenient);
  const badList = compileListChecks(exploded);
  const rename = compileRenaming(stream.shape);
  const timeOf = compileEventTime(eventTimes);
  const { maxFutureSkewMs } = stream;
  const inheritsFields = hasInheritedName('', stream.shape);
  const valid = { kind: 'valid' as const, timeMs: 0, takenAsNull: undefined as ValidEvent['takenAsNull'] };
  let taken: readonly (readonly string[])[] = NOTHING;
  const takeAsNull = (wirePath: readonly string[]) => {
    if (!lenience.isLenient(wirePath)) return false;
    taken = [...taken, wirePath];
    return true;
  };
  const takeBadAsNull = ({ wirePath }: BadValue) => takeAsNull(wirePath);
  /** What is wrong with a list that a view explodes, unless it counts as null. */
  const takeLists = (event: Record<string, unknown>, text: string | null): BadValue | null => {
    const bad = badList?.(event, text) ?? null;
    // An event that is too large is none that lacks the list.
    if (bad === null || bad.reason === 'oversized' || !takeBadAsNull(bad)) return bad;
    setNull(event, bad.wirePath);
    return takeLists(event, text);
  };
  /** Of a value that does not fit as it was parsed: null if it fits with its numbers restored, and without what counts as null. */
  const misfit = (value: unknown, text: string | null, brief: boolean): InvalidEvent | null => {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    const changed = isObject ? restoreNumbers(value, text, takeAsNull) : 0;
    if (typeof changed === 'object') return changed;
    if (checkRestored.Check(value)) return null;
    if (takeMismatches !== null && isObject) {
      const mismatches = takeMismatches(value);
      taken = [...taken, ...mismatches];
      if (mismatches.length > 0) return null;
    }
    return brief ? UNEXPLAINED : explain(value);
  };
  return (value, arrivalMs, text = null, brief = false) => {
    if (inheritsFields) dropPrototypes(value, stream.shape);
    taken = NOTHING;
    const invalid = check.Check(value) ? null : misfit(value, text, brief);
    if (invalid !== null) return invalid;
    const event = value as Record<string, unknown>;
    const bad = wireValues.convert(event, takeBadAsNull) ?? takeLists(event, text);
    if (bad !== null) {
      return { kind: 'invalid', reason: bad.reason, message: `${bad.message}, in stream '${stream.name}'.` };
    }
    if (rename !== null) rename(event);
    const timeMs = timeOf(event, arrivalMs);
    if (timeMs === null || timeMs < EARLIEST_EVENT_MS || timeMs > LATEST_EVENT_MS) {
      return { kind: 'invalid', reason: 'unknown_time', message: noTime(stream, eventTimes, timeMs) };
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
    valid.takenAsNull = taken === NOTHING ? undefined : taken;
    return valid;
  };
}

/** Of all lists that are exploded, whatever they are in. */
function schemasOf(lists: readonly ExplodedList[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const list of lists) {
    for (let each: ExplodedList | null = list; each !== null; each = each.inner) {
      if (each.elements.schema !== null) found.add(JSON.stringify(each.elements.schema));
    }
  }
  return found;
}

const NOTHING: readonly (readonly string[])[] = [];

function noTime({ name }: StreamDefinition, fields: readonly string[], timeMs: number | null): string {
  const named = fields.map((field) => `'${field}'`).join(', ');
  if (fields.length === 1) {
    return `The event time ${named} in stream '${name}' is ${timeMs === null ? 'null' : 'outside the years 1 to 8999'}.`;
  }
  return `None of ${named} in stream '${name}' is a time in the years 1 to 8999: the event has no time.`;
}

const UNEXPLAINED: InvalidEvent = {
  kind: 'invalid',
  reason: 'wrong_type',
  message: 'The event does not fit the schema.',
};

function hasInheritedName(name: string, field: FieldShape): boolean {
  if (isInherited(name) || isInherited(wireNameOf(name, field))) return true;
  return field.shape === 'struct' && [...field.fields].some(([inner, shape]) => hasInheritedName(inner, shape));
}

/** Takes inherited fields away from an event and its structs. */
function dropPrototypes(value: unknown, field: FieldShape): void {
  if (field.shape !== 'struct' || typeof value !== 'object' || value === null) return;
  Object.setPrototypeOf(value, null);
  for (const [name, inner] of field.fields) {
    dropPrototypes((value as Record<string, unknown>)[wireNameOf(name, inner)], inner);
  }
}
