import type { AggregateOperator } from '../aggregates/operator.ts';
import type { Group } from '../codec/group.ts';
import { compileToFunction } from '../expression/compile-js.ts';
import { type JsonValue, rollingNodes } from '../ir/node.ts';
import { rowShape, type ViewDefinition } from '../ir/view-definition.ts';
import { formatInstant } from '../time/instant.ts';
import { RollingColumns, type RollingHistory } from './rolling.ts';

/** A row's own columns, in the definition's order, as JSON holds them: instants are ISO-8601 text. */
export type RowColumns = Readonly<Record<string, JsonValue>>;

/** A row's own columns as expressions read them: instants are milliseconds. */
export type RowValues = Record<string, JsonValue>;

/** Where a row's window begins and ends. Of a global window, whose rows have no bounds, the end is the row's `as_of`. */
export interface RowWindow {
  readonly startMs: number;
  readonly endMs: number;
}

/** The way from a merged group to its row: results, then derived columns. */
export interface RowMaker {
  readonly rolling: RollingColumns;
  /** `history` is that of the group's rows before this one, which the row is added to. Not given: there are none. */
  values(group: Group, window: RowWindow, history?: RollingHistory): RowValues;
  /** Texts for instants. */
  format(values: RowValues): RowColumns;
}

export function compileRow(view: ViewDefinition, operators: readonly AggregateOperator[]): RowMaker {
  const derived = view.derived.map(({ name, node }) => ({
    name,
    overRows: rollingNodes(node),
    compute: compileToFunction(node),
  }));
  const instants = [...rowShape(view).fields]
    .filter(([, field]) => field.shape === 'leaf' && field.type.kind === 'instant')
    .map(([name]) => name);
  const rolling = new RollingColumns(view);
  const resultOf = (group: Group, index: number, windowMs?: number) =>
    (operators[index] as AggregateOperator).result(group.states[index], windowMs);
  const windowOf = (group: Group, { startMs, endMs }: RowWindow): RowValues => {
    if (view.window.kind === 'global') return { as_of: endMs };
    const bounds = { window_start: startMs, window_end: endMs };
    if (view.window.kind !== 'session') return bounds;
    const times = view.aggregates.length;
    return { ...bounds, first_event_time: resultOf(group, times), last_event_time: resultOf(group, times + 1) };
  };
  return {
    rolling,
    values(group, window, history = rolling.newHistory()) {
      const row = windowOf(group, window);
      view.groupBy.forEach(({ name }, index) => {
        row[name] = group.values[index] ?? null;
      });
      const windowMs = view.window.kind === 'global' ? undefined : window.endMs - window.startMs;
      view.aggregates.forEach(({ name }, index) => {
        row[name] = resultOf(group, index, windowMs);
      });
      for (const { name, overRows, compute } of derived) {
        // Each once a row, however often the expression looks at it: the history grows by it.
        const values = new Map(overRows.map((node) => [node, rolling.valueOf(node, row, history)]));
        row[name] = compute(row, (node) => values.get(node) ?? null);
      }
      history.lastStartMs = window.startMs;
      return row;
    },
    format(values) {
      const row = { ...values };
      for (const name of instants) {
        const ms = row[name];
        if (typeof ms === 'number') row[name] = formatInstant(ms);
      }
      return row;
    },
  };
}
