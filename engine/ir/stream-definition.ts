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
  readonly partitionKey: string;
  readonly eventId: string | null;
  readonly maxLatenessMs: number;
  readonly maxFutureSkewMs: number;
  readonly idleTimeoutMs: number;
  /** Null if every event counts. */
  readonly dedupe: DedupeDefinition | null;
}

export interface DedupeDefinition {
  /** Dotted path of the id. */
  readonly by: string;
  readonly withinMs: number;
}
