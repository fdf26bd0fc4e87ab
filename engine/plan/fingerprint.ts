import { createHash } from 'node:crypto';
import type { ViewDefinition } from '../definition/view.ts';

/**
 * Twelve hexadecimal digits for everything in a definition that shapes a view's stored state. State and rows are kept
 * under them, so a view that is defined anew begins anew and never reads state of another meaning. What can change
 * freely (allowed lateness, columns derived from rows, late-event policy) is not part of it.
 */
export function fingerprint(view: ViewDefinition): string {
  const { stream, steps, window, groupBy, aggregates, buckets } = view;
  const facts = {
    layout: 1,
    stream: stream.name,
    eventTime: stream.eventTime,
    steps,
    window,
    groupBy,
    aggregates: aggregates.map(({ name, column }) => ({
      name,
      spec: column.spec,
      argument: column.argument,
      condition: column.condition,
    })),
    buckets,
  };
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 12);
}
