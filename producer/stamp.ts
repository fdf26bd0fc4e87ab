import { randomBytes } from 'node:crypto';
import type { TimestampFormat } from '../engine/ir/timestamp-format.ts';

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
 * Ids that are unique for all time and shrink to almost nothing when they are compressed together: 96 random bits of this
 * run, and a count. A random UUID for each event would be more bytes in a packed record than all the rest of the event.
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
 * The event with the id and the time that it lacks; the event itself is not changed. It happens once, when an event is
 * put: whatever is sent again later bears the same id, and a stream with `dedupe` drops it.
 */
export function stamped(event: object, { eventId, eventTime, newId, nowMs }: Stamps): object {
  let result = event;
  if (eventId !== null) result = filled(result, eventId.split('.'), newId);
  if (eventTime !== null) {
    result = filled(result, eventTime.field.split('.'), () => timestamp(nowMs(), eventTime.format));
  }
  return result;
}

/** Null and missing are one, as in the pipeline. What stands in the way of a path is left for the schema to refuse. */
function filled(owner: object, [name = '', ...rest]: readonly string[], make: () => string | number): object {
  const value = Object.hasOwn(owner, name) ? ((owner as Record<string, unknown>)[name] ?? null) : null;
  if (rest.length === 0) return value === null ? { ...owner, [name]: make() } : owner;
  if (value !== null && typeof value !== 'object') return owner;
  const inner = filled(value ?? {}, rest, make);
  return inner === value ? owner : { ...owner, [name]: inner };
}

function timestamp(ms: number, format: TimestampFormat): string | number {
  if (format === 'epoch-s') return ms / 1000;
  if (format === 'epoch-us') return ms * 1000;
  return format === 'iso8601' ? new Date(ms).toISOString() : ms;
}
