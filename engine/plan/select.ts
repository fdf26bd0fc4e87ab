import { type Group, groupText } from '../codec/group.ts';
import { Constants, compileExpression, compileFunction } from '../expression/compile-js.ts';
import { hash32, hashText } from '../hash/hash64.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import type { RowWindow } from '../ir/window.ts';
import { compareLogRows, type EventLog, LEFT, type LogRow } from '../joins/event-log.ts';
import { toStored } from '../joins/stored-value.ts';
import { append } from '../lists/append.ts';
import { ADDED, LATE } from './accumulated.ts';
import type { Accumulate, PaneSelector } from './accumulator.ts';
import { stepLines, stepScope } from './steps.ts';

/** A view of events as they are, compiled: how events are kept until they are final, and what rows they are. */
export interface SelectPlan {
  readonly accumulate: Accumulate;
  /** Rows of all events of a bucket in some panes, in order. */
  rowsOf(log: EventLog): readonly SelectedRow[];
}

export interface SelectedRow {
  /** Its group is the row's id, and in the place of states of aggregates are the values that it selects. */
  readonly group: Group;
  readonly window: RowWindow;
}

/** Null for a view whose rows are made of aggregates. */
export function compileSelect(view: ViewDefinition): SelectPlan | null {
  const { selected, buckets } = view;
  if (selected === undefined) return null;
  return { accumulate: compileKeep(view, selected, buckets), rowsOf };
}

/**
 * Filters, derived columns and selected values as one function, which keeps the values in the log of the event's pane. A bucket
 * goes by content, so that equal events are counted in one place.
 */
function compileKeep(
  view: ViewDefinition,
  selected: NonNullable<ViewDefinition['selected']>,
  buckets: number,
): Accumulate {
  const constants = new Constants();
  const scope = stepScope(view, constants);
  const lines = stepLines(view, scope);
  const values = selected.map(({ node }) => `${constants.add(toStored(node.type))}(${compileExpression(node, scope)})`);
  const keep = (kept: LogRow['values'], timeMs: number, panes: PaneSelector) => {
    const bucket = buckets === 1 ? 0 : hash32(groupText(kept)) % buckets;
    const groups = panes.groupsAt(timeMs, bucket);
    if (groups === null) return LATE;
    const group = groups.get(ALL) ?? { values: [], states: [[]] };
    groups.set(ALL, group);
    (group.states[0] as EventLog).push({ side: LEFT, timeMs, values: kept });
    return ADDED;
  };
  lines.push(scope.exit(`${constants.add(keep)}([${values.join(', ')}], timeMs, panes)`));
  append(lines, scope.ends);
  return compileFunction<Accumulate>(['event', 'timeMs', 'panes'], lines.join('\n'), constants);
}

/** All events of a pane are one group. */
const ALL = groupText([]);

/**
 * A row's key is (time, content, n), where n tells rows of equal content apart, so the same events have the same keys under any
 * shards, batches and crashes. A hash stands for the content, for stores bound the length of a key; where two contents of one
 * instant have the same hash, n tells these apart too, in the order of content.
 */
function rowsOf(log: EventLog): readonly SelectedRow[] {
  const ordinals = new Map<string, number>();
  let atMs = Number.NaN;
  return [...log].sort(compareLogRows).map(({ timeMs, values }) => {
    if (timeMs !== atMs) ordinals.clear();
    atMs = timeMs;
    const content = contentHash(values);
    const ordinal = ordinals.get(content) ?? 0;
    ordinals.set(content, ordinal + 1);
    const id = `${timeMs.toString(36)}-${content}-${ordinal}`;
    return { group: { values: [id], states: [...values] }, window: { startMs: timeMs, endMs: timeMs + 1 } };
  });
}

const hash = { high: 0, low: 0 };

function contentHash(values: LogRow['values']): string {
  hashText(groupText(values), hash);
  return [hash.high, hash.low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
