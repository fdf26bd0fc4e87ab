import { eventsOf } from '../../../engine/decode/decoder.ts';
import { decoderOf } from '../../../engine/decode/decoder-of.ts';
import type { Format } from '../../../engine/dsl/format.ts';
import { stream, Timestamp, Type } from '../../../engine/index.ts';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';

export const SCHEMA = Type.Object({
  at: Timestamp('iso8601'),
  name: Type.String(),
  n: Type.Optional(Type.Integer()),
  x: Type.Optional(Type.Number()),
  ok: Type.Optional(Type.Boolean()),
  note: Type.Optional(Type.String()),
});

/** A stream in a format, with fields of each kind. */
export function streamIn(format: Format): StreamDefinition {
  return stream('things', {
    schema: SCHEMA,
    format,
    eventTime: 'at',
    partitionKey: 'name',
    maxLateness: '0 ms',
  }) as unknown as StreamDefinition;
}

function decoded(definition: StreamDefinition, record: string | Uint8Array) {
  const data = typeof record === 'string' ? Buffer.from(record) : record;
  return [...eventsOf(decoderOf(definition).open(data))].filter((event) => event.kind !== 'skipped');
}

/** The events of a record: the value of one that is readable, or the message about one that is not. */
export function readAll(definition: StreamDefinition, record: string | Uint8Array): unknown[] {
  return decoded(definition, record).map((event) => (event.kind === 'value' ? event.value : event.message));
}

/** What is kept of each event: what a dead letter holds. */
export function kept(definition: StreamDefinition, record: string | Uint8Array): string[] {
  return decoded(definition, record).map((event) =>
    event.kind === 'value' ? event.text : Buffer.from(event.bytes).toString('latin1'),
  );
}
