import type { StreamDefinition } from '../ir/stream-definition.ts';

/**
 * An event's partition key, as text; null if the event lacks it and so does not fit the schema. Events of one key stay
 * in order.
 *
 * @example partitionKeyOf({ partitionKey: 'user.id' }, { user: { id: 7 } }) // '7'
 */
export function partitionKeyOf(
  { partitionKey }: Pick<StreamDefinition, 'partitionKey'>,
  event: unknown,
): string | null {
  let value = event;
  for (const name of partitionKey.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
    value = (value as Record<string, unknown>)[name];
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
