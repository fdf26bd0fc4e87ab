import { randomBytes } from 'node:crypto';
import type { TimestampFormat } from '../engine/ir/timestamp-format.ts';
import { formatTimestamp } from '../engine/time/format-timestamp.ts';

export interface TimeField {
  /** The field's name; with dots, a field inside of objects. */
  readonly field: string;
  readonly format: TimestampFormat;
}

export interface Stamps {
  readonly eventId: string | null;
  readonly eventTime: TimeField | null;
  readonly newId: () => string;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/**
 * Ids that are unique for all time and compress to almost nothing: 96 random bits of this run, and a count. In a packed
 * record, a random UUID for each event would take more bytes than the rest of the event.
 *
 * @example
 * const newId = countedIds();
 * newId(); // 'qGZ0…-0', then 'qGZ0…-1'
 */
export function countedIds(run: string = randomBytes(12).toString('base64url')): () => string {
  let count = 0;
  return () => `${run}-${(count++).toString(36)}`;
}

/**
 * A copy of the event with the id and the time that it lacks. It happens once, when an event is put, so a repeated
 * event has the same id, and a stream with `dedupe` drops it.
 */
export function stamped(event: object, { eventId, eventTime, newId, nowMs }: Stamps): object {
  let result = event;
  if (eventId !== null) result = filled(result, eventId.split('.'), newId);
  if (eventTime !== null) {
    result = filled(result, eventTime.field.split('.'), () => formatTimestamp(nowMs(), eventTime.format));
  }
  return result;
}

/** Null and missing are one, as in the pipeline, and an empty text is neither id nor time. If a value blocks the path, the schema refuses it later. */
function filled(owner: object, [name = '', ...rest]: readonly string[], make: () => string | number): object {
  const value = Object.hasOwn(owner, name) ? ((owner as Record<string, unknown>)[name] ?? null) : null;
  if (rest.length === 0) return value === null || value === '' ? { ...owner, [name]: make() } : owner;
  if (value !== null && typeof value !== 'object') return owner;
  const inner = filled(value ?? {}, rest, make);
  return inner === value ? owner : { ...owner, [name]: inner };
}
