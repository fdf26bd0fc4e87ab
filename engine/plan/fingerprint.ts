import { createHash } from 'node:crypto';
import { containsRolling } from '../ir/node.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';

/**
 * Twelve hexadecimal digits for everything in a definition that shapes a view's stored state. State and rows are kept
 * under them, so a view that is defined anew begins anew and never reads state of another meaning. Allowed lateness is
 * part of it: it says which panes are gone, and a pane that is gone must not take events again. What can change freely
 * (columns derived from rows, the late-event policy, how long rows are kept) is not.
 */
export function fingerprint(view: ViewDefinition): string {
  const { version, stream, upstream, steps, window, allowedLatenessMs, groupBy, aggregates, derived, emit, buckets } =
    view;
  const facts = {
    layout: 1,
    ...(version > 1 && { version }),
    stream: stream.name,
    eventTime: stream.eventTime,
    // Rows of another definition of the source are other rows.
    ...(upstream !== null && { upstream: fingerprint(upstream), columns: upstream.derived }),
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
    ...(derived.some(({ node }) => containsRolling(node)) && { derived }),
    ...(emit === 'complete' && { emit }),
  };
  return createHash('sha256').update(JSON.stringify(facts, formerNames)).digest('hex').slice(0, 12);
}

/** Rolling aggregates were called moving: the same definition keeps its fingerprint. */
function formerNames(key: string, value: unknown): unknown {
  return key === 'op' && value === 'rolling' ? 'moving' : value;
}
