import type { AggregateOperator } from '../aggregates/operator.ts';
import type { Group } from '../codec/group.ts';
import { compileToFunction } from '../expression/compile-js.ts';
import { type JsonValue, rollingNodes } from '../ir/node.ts';
import { rowShape, type ViewDefinition } from '../ir/view-definition.ts';
import { formatInstant } from '../time/instant.ts';
import { windowOf } from '../windows/registry.ts';
import type { RowWindow } from '../windows/window-kind.ts';
import { RollingColumns, type RollingHistory } from './rolling.ts';

export type { RowWindow };

/** A row's own columns, in the definition's order, as JSON holds them: instants are ISO-8601 text. */
export type RowColumns = Readonly<Record<string, JsonValue>>;

/** A row's own columns as expressions read them: instants are milliseconds. */
export type RowValues = Record<string, JsonValue>;

/** The way from a merged group to its row: results, then derived columns. */
export interface RowMaker {
  readonly rolling: RollingColumns;
  /** `history` is that of the group's rows before this one, which the row is added to. Not given: there are none. */
  values(group: Group, window: RowWindow, history?: RollingHistory): RowValues;
  /** Texts for instants. */
  format(values: RowValues): RowColumns;
}

export function compileRow(view: ViewDefinition, operators: readonly AggregateOperator[]): RowMaker {
  const kind = windowOf(view.window);
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
  const times = view.aggregates.length;
  return {
    rolling,
    values(group, window, history = rolling.newHistory()) {
      const row: RowValues = kind.rowColumns(window, (index) => resultOf(group, times + index));
      view.groupBy.forEach(({ name }, index) => {
        row[name] = group.values[index] ?? null;
      });
      const windowMs = kind.lengthMs(window);
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
