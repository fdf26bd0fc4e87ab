import { ARRIVAL } from '../ir/stream-definition.ts';
import { EARLIEST_EVENT_MS, LATEST_EVENT_MS } from '../time/instant.ts';
import { objectAt } from './wire-values.ts';

/**
 * The time of an event whose timestamps are milliseconds: the first that it has, of several the first within the years that event times
 * have. Of one alone whatever it is, and null where it has none.
 */
export function compileEventTime(
  fields: readonly string[],
): (event: Record<string, unknown>, arrivalMs: number | null) => number | null {
  const readers = fields.map(readerOf);
  const [only] = readers;
  if (only !== undefined && readers.length === 1) return only;
  return (event, arrivalMs) => {
    for (const read of readers) {
      const ms = read(event, arrivalMs);
      if (ms !== null && ms >= EARLIEST_EVENT_MS && ms <= LATEST_EVENT_MS) return ms;
    }
    return null;
  };
}

function readerOf(field: string): (event: Record<string, unknown>, arrivalMs: number | null) => number | null {
  if (field === ARRIVAL) return (_, arrivalMs) => arrivalMs;
  const path = field.split('.');
  const name = path.pop() as string;
  return (event) => {
    const time = objectAt(event, path)?.[name];
    return typeof time === 'number' ? time : null;
  };
}
