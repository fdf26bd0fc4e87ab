import { compileValidator } from '../engine/decode/validate.ts';
import type { Source } from '../engine/dsl/stream.ts';
import { fieldAt, type StructShape, wirePathOf } from '../engine/ir/field-shape.ts';
import type { StreamDefinition } from '../engine/ir/stream-definition.ts';
import type { ProducerOptions } from './options.ts';

export type EventOptions = Pick<ProducerOptions<object>, 'partitionKey' | 'eventId' | 'eventTime' | 'validate'>;

/**
 * The options that a pipeline's stream determines: its partition key, the fields of an event's id and time, which the
 * producer fills in if they are missing, and its schema. `put` refuses an event that would become a dead letter.
 *
 * @example
 * const producer = new Producer({ client, streamName: 'my-app-clicks', ...eventsOf(clicks) });
 */
export function eventsOf(stream: Source | StreamDefinition): EventOptions {
  const definition = stream as unknown as StreamDefinition;
  const { shape, eventTime } = definition;
  const path = wirePathOf(shape, definition.partitionKey) ?? [];
  const id = definition.dedupe?.by ?? definition.eventId;
  const format = fieldAt(shape, eventTime)?.timestamp ?? 'any';
  const validate = compileValidator(definition);
  return {
    partitionKey: (event) => valueAt(event, path) as string | number | bigint,
    // Ids are made as text. One that the schema wants as a number is the service's to give.
    ...(id !== null && fieldAt(shape, id)?.type.kind === 'string' && isNamedAlike(shape, id) ? { eventId: id } : {}),
    ...(isNamedAlike(shape, eventTime) && { eventTime: { field: eventTime, format } }),
    validate: (event, text) => {
      const validation = validate(event, null, text);
      return validation.kind === 'invalid' ? validation.message : null;
    },
  };
}

/** What is filled in is named by a dotted path: a field that has another name in events is the service's to give. */
function isNamedAlike(shape: StructShape, path: string): boolean {
  const wirePath = wirePathOf(shape, path);
  return wirePath !== null && wirePath.join('\0') === path.replaceAll('.', '\0');
}

function valueAt(event: object, path: readonly string[]): unknown {
  let value: unknown = event;
  for (const name of path) value = (value as Record<string, unknown> | null | undefined)?.[name];
  return value;
}
