import type { FieldShape, StructShape } from '../definition/field-shape.ts';
import type { TimestampFormat } from '../definition/shape.ts';
import type { StreamDefinition } from '../definition/stream.ts';
import { parseInstant } from '../time/instant.ts';

/** Milliseconds of a timestamp as it is on the wire, or NaN. Finer digits are cut, towards the past. */
export function readTimestamp(value: string | number, format: TimestampFormat): number {
  if (typeof value === 'string') return format === 'iso8601' || format === 'any' ? parseInstant(value) : Number.NaN;
  switch (format) {
    case 'epoch-s':
      return Math.floor(value * 1000);
    case 'epoch-us':
      return Math.floor(value / 1000);
    case 'iso8601':
      return Number.NaN;
    default:
      return Math.floor(value);
  }
}

export interface TimestampReader {
  /** Replaces every timestamp in the event by its milliseconds; a sentence about the first that is none, or null. */
  convert(event: Record<string, unknown>): string | null;
  eventTime(event: object): number | null;
}

/** The timestamps of a stream's events, found once so that each event costs only the reads. */
export function compileTimestamps(stream: StreamDefinition): TimestampReader {
  const fields = timestampFields(stream.shape, []);
  const eventTimePath = stream.eventTime.split('.');
  return {
    convert(event) {
      for (const { path, name, format } of fields) {
        const owner = path.length === 0 ? event : objectAt(event, path);
        const value = owner?.[name];
        if (owner === undefined || value === undefined || value === null) continue;
        const ms = readTimestamp(value as string | number, format);
        if (!Number.isFinite(ms)) {
          return `Field '${[...path, name].join('.')}' is ${JSON.stringify(value)}, which is no ${format === 'any' ? 'ISO-8601 or epoch-ms' : format} timestamp,`;
        }
        owner[name] = ms;
      }
      return null;
    },
    eventTime(event) {
      let current: unknown = event;
      for (const name of eventTimePath) current = (current as Record<string, unknown> | null | undefined)?.[name];
      return typeof current === 'number' ? current : null;
    },
  };
}

interface TimestampField {
  readonly path: readonly string[];
  readonly name: string;
  readonly format: TimestampFormat;
}

function timestampFields(shape: StructShape, path: readonly string[]): TimestampField[] {
  return [...shape.fields].flatMap(([name, field]: [string, FieldShape]) => {
    if (field.shape === 'struct') return timestampFields(field, [...path, name]);
    return field.timestamp ? [{ path, name, format: field.timestamp }] : [];
  });
}

function objectAt(event: Record<string, unknown>, path: readonly string[]): Record<string, unknown> | undefined {
  let current: Record<string, unknown> | undefined = event;
  for (const name of path) current = (current?.[name] ?? undefined) as Record<string, unknown> | undefined;
  return current;
}
