import type { TSchema } from 'typebox';
import type { EnvelopeDefinition } from './envelope-definition.ts';
import type { StructShape } from './field-shape.ts';
import type { StreamFormat } from './stream-format.ts';

/** A stream as data: what `stream()` makes of its options. */
export interface StreamDefinition {
  readonly kind: 'stream';
  readonly name: string;
  readonly schema: TSchema;
  readonly shape: StructShape;
  /** Null: a value of a record is an event. */
  readonly envelope: EnvelopeDefinition | null;
  readonly format: StreamFormat;
  readonly eventTime: string;
  /** Where the event's time is looked for where `eventTime` has none, in turn: fields, and `arrival`. Not set: nowhere. */
  readonly eventTimeElse?: readonly string[];
  readonly partitionKey: string;
  readonly eventId: string | null;
  readonly maxLatenessMs: number;
  readonly maxFutureSkewMs: number;
  readonly idleTimeoutMs: number;
  /** What becomes of an event with an optional field of another kind. Not set: what no view reads counts as null. */
  readonly optionalMismatch?: OptionalMismatch;
  /** Null if every event counts. */
  readonly dedupe: DedupeDefinition | null;
}

/** In the place of a field that says when an event happened: when the source took its record in. */
export const ARRIVAL = 'arrival';

/** Where an event's time is looked for, in turn: dotted paths, and `arrival`. */
export function eventTimesOf({
  eventTime,
  eventTimeElse = [],
}: Pick<StreamDefinition, 'eventTime' | 'eventTimeElse'>): readonly string[] {
  return [eventTime, ...eventTimeElse];
}

/** The field counts as null, or the event is a dead letter. */
export const OPTIONAL_MISMATCHES = ['null', 'dead'] as const;
export type OptionalMismatch = (typeof OPTIONAL_MISMATCHES)[number];

export interface DedupeDefinition {
  /** Dotted path of the id. */
  readonly by: string;
  readonly withinMs: number;
}
