import { createHash } from 'node:crypto';
import type { ViewDefinition } from '../definition/view-definition.ts';

/**
 * Twelve hexadecimal digits for everything in a definition that shapes a view's stored state. State and rows are kept
 * under them, so a view that is defined anew begins anew and never reads state of another meaning. Allowed lateness is
 * part of it: it says which panes are gone, and a pane that is gone must not take events again. What can change freely
 * (columns derived from rows, the late-event policy) is not.
 */
export function fingerprint(view: ViewDefinition): string {
  const { stream, steps, window, allowedLatenessMs, groupBy, aggregates, buckets } = view;
  const facts = {
    layout: 1,
    stream: stream.name,
    eventTime: stream.eventTime,
    steps,
    window,
    allowedLatenessMs,
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
