import type { FieldShape, StructShape } from '../ir/field-shape.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import type { TimestampFormat } from '../ir/timestamp-format.ts';
import { END_OF_TIME_MS, parseInstant, START_OF_TIME_MS } from '../time/instant.ts';
import { describeValue } from './describe-value.ts';

/** Milliseconds of a timestamp on the wire, or NaN. Cuts finer digits, towards the past. */
export function readTimestamp(value: string | number, format: TimestampFormat): number {
  if (typeof value === 'string') return format === 'iso8601' || format === 'any' ? parseInstant(value) : Number.NaN;
  switch (format) {
    case 'epoch-s':
      return secondsToMs(value);
    case 'epoch-us':
      return Math.floor(value / 1000);
    case 'iso8601':
      return Number.NaN;
    default:
      return Math.floor(value);
  }
}

/**
 * The last millisecond at or before the seconds. `value * 1000` can fall just below the whole number that the producer
 * wrote (547046643.055 × 1000), but a whole number divided by 1000 is exactly the double of its decimal text.
 */
function secondsToMs(value: number): number {
  const nearest = Math.round(value * 1000);
  return nearest / 1000 > value ? nearest - 1 : nearest;
}

export interface TimestampReader {
  /** Replaces every timestamp in the event by its milliseconds. Returns a sentence about the first bad one, or null. */
  convert(event: Record<string, unknown>): string | null;
  eventTime(event: object): number | null;
}

/** The timestamps of a stream's events, looked up once so that each event costs only the reads. */
export function compileTimestamps(stream: StreamDefinition): TimestampReader {
  const fields = timestampFields(stream.shape, [], stream.eventTime);
  const eventTimePath = stream.eventTime.split('.');
  const eventTimeName = eventTimePath.pop() as string;
  return {
    convert(event) {
      for (const { path, name, format, isEventTime } of fields) {
        const owner = objectAt(event, path);
        const value = owner?.[name];
        if (owner === undefined || value === undefined || value === null) continue;
        const ms = readTimestamp(value as string | number, format);
        if (!Number.isFinite(ms)) {
          return `Field '${[...path, name].join('.')}' is ${describeValue(value)}, which is no ${format === 'any' ? 'ISO-8601 or epoch-ms' : format} timestamp,`;
        }
        // The event time has narrower bounds; the validator reports those.
        if ((ms < START_OF_TIME_MS || ms > END_OF_TIME_MS) && !isEventTime) {
          return `Field '${[...path, name].join('.')}' is ${describeValue(value)}, which is outside the years 0 to 9999,`;
        }
        owner[name] = ms;
      }
      return null;
    },
    eventTime(event) {
      const time = objectAt(event as Record<string, unknown>, eventTimePath)?.[eventTimeName];
      return typeof time === 'number' ? time : null;
    },
  };
}

interface TimestampField {
  readonly path: readonly string[];
  readonly name: string;
  readonly format: TimestampFormat;
  readonly isEventTime: boolean;
}

function timestampFields(shape: StructShape, path: readonly string[], eventTime: string): TimestampField[] {
  return [...shape.fields].flatMap(([name, field]: [string, FieldShape]) => {
    if (field.shape === 'struct') return timestampFields(field, [...path, name], eventTime);
    const isEventTime = [...path, name].join('.') === eventTime;
    return field.timestamp ? [{ path, name, format: field.timestamp, isEventTime }] : [];
  });
}

function objectAt(event: Record<string, unknown>, path: readonly string[]): Record<string, unknown> | undefined {
  let current: Record<string, unknown> | undefined = event;
  for (const name of path) current = (current?.[name] ?? undefined) as Record<string, unknown> | undefined;
  return current;
}
