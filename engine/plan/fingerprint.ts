import { createHash } from 'node:crypto';
import { type AnyRowOperatorNode, containsRowOperator } from '../ir/node.ts';
import { sourceFacts } from '../ir/source-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { factsOf } from '../row-operators/registry.ts';

/**
 * Twelve hexadecimal digits for everything in a definition that shapes a view's stored state. State and rows are kept
 * under them, so a view that is defined anew begins anew and never reads state of another meaning. Allowed lateness is
 * part of it: it says which panes are gone, and a pane that is gone must not take events again. What can change freely
 * (columns derived from rows, the late-event policy, how long rows are kept) is not.
 */
export function fingerprint(view: ViewDefinition): string {
  return createHash('sha256')
    .update(textOf(stateFacts(view)))
    .digest('hex')
    .slice(0, 12);
}

/** Which facts of a definition differ from those of another, where their fingerprints do: `window`, `groupBy` and so on. */
export function changedFacts(before: ViewDefinition, after: ViewDefinition): readonly string[] {
  const [old, current] = [stateFacts(before), stateFacts(after)];
  const names = new Set([...Object.keys(old), ...Object.keys(current)]);
  return [...names].filter((name) => textOf(old[name] ?? null) !== textOf(current[name] ?? null));
}

function stateFacts(view: ViewDefinition): Readonly<Record<string, unknown>> {
  const { version, source, steps, window, allowedLatenessMs, groupBy, aggregates, derived } = view;
  const { emit, buckets, emptyWindows, keepGroupsForWindows, selected, having } = view;
  return {
    layout: 1,
    ...(version > 1 && { version }),
    ...sourceFacts(source, fingerprint),
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
    ...(selected !== undefined && { selected }),
    ...(having !== undefined && { having }),
    ...(derived.some(({ node }) => containsRowOperator(node)) && { derived }),
    ...(emit === 'complete' && { emit }),
    ...(emptyWindows === 'zero' && { emptyWindows, keepGroupsForWindows }),
  };
}

function textOf(facts: unknown): string {
  return JSON.stringify(facts, operatorFacts);
}

/** A row operator's algorithm can change where its node does not: the operator says what it depends on. */
function operatorFacts(_key: string, value: unknown): unknown {
  return isRowOperator(value) ? factsOf(value) : value;
}

function isRowOperator(value: unknown): value is AnyRowOperatorNode {
  if (typeof value !== 'object' || value === null || !('op' in value)) return false;
  return value.op === 'rowOperator' || value.op === 'structOperator';
}
