import type { AggregateOperator } from '../aggregates/operator.ts';
import type { StateCodec } from '../bytes/state-codec.ts';
import type { Group } from '../codec/group.ts';
import { compileColumn } from '../expression/compile-js.ts';
import { BugError } from '../ir/bug-error.ts';
import { type ColumnValue, type JsonValue, rowOperatorsIn, toJson, type ValueType } from '../ir/node.ts';
import { rowShape, type ViewDefinition } from '../ir/view-definition.ts';
import type { RowWindow } from '../ir/window.ts';
import { formatInstant } from '../time/instant.ts';
import { windowOf } from '../windows/registry.ts';
import { compileEmptyWindows, type EmptyWindows } from './empty-windows.ts';
import { RowOperators } from './row-operators.ts';
import { type RowState, rowStateCodec } from './row-state.ts';

export type { RowWindow };

/**
 * A row's own columns, in the definition's order, as JSON holds them: instants are ISO-8601 text, whole numbers beyond 2^53 the
 * text of their digits.
 */
export type RowColumns = Readonly<Record<string, JsonValue>>;

/** A row's own columns as expressions read them: instants are milliseconds, whole numbers beyond 2^53 bigints. */
export type RowValues = Record<string, ColumnValue>;

/** The way from a merged group to its row: results, then derived columns. */
export interface RowMaker {
  /** Whether a row depends on the group's rows before it, so that `values` needs the state and the rows in order. */
  readonly isStateful: boolean;
  /** What the state of a group is at most, stored. */
  readonly maxStateBytes: number;
  readonly emptyWindows: EmptyWindows;
  readonly stateCodec: StateCodec<RowState>;
  newState(): RowState;
  /**
   * The row of a window with events of the group. `state` is what the group's rows before this one left, which each row
   * operator takes one step on, after it was told of the windows between that had no row. Where the state is forgotten by
   * now, or none is given, there were no rows before.
   */
  values(group: Group, window: RowWindow, state?: RowState): RowValues;
  /** The row of a window without events of a group that is remembered: `emptyWindows.hasRowAt` says of which windows. */
  emptyValues(values: Group['values'], window: RowWindow, state: RowState): RowValues;
  /** Texts for instants, and for what a double would round. */
  format(values: RowValues): RowColumns;
}

export function compileRow(view: ViewDefinition, aggregates: readonly AggregateOperator[]): RowMaker {
  const operators = new RowOperators(view);
  const emptyWindows = compileEmptyWindows(view, operators.count > 0);
  const isStateful = operators.count > 0 || emptyWindows.hasRows;
  const measured = compileMeasured(view, aggregates);
  const derive = compileDerived(view, operators);
  const newState = (): RowState => ({
    lastStartMs: Number.NEGATIVE_INFINITY,
    lastFilledMs: Number.NEGATIVE_INFINITY,
    states: operators.create(),
  });
  const stateless = newState();
  /** Brings a group's state to the window of its next row. */
  const arrive = (state: RowState, { startMs }: RowWindow) => {
    if (startMs <= state.lastStartMs) {
      throw new BugError(`View '${view.name}': the rows of a group are made in the order of their windows.`);
    }
    if (emptyWindows.isForgotten(state, startMs)) Object.assign(state, newState());
    const missed = emptyWindows.missedBefore(state, startMs);
    if (missed > 0) operators.skip(state.states, missed);
    state.lastStartMs = startMs;
  };
  const make = (group: Group, window: RowWindow, state: RowState): RowValues => {
    const row = measured(group, window);
    derive(row, window, state.states);
    return row;
  };
  return {
    isStateful,
    maxStateBytes: operators.maxStateBytes,
    emptyWindows,
    stateCodec: rowStateCodec(operators, emptyWindows.hasRows),
    newState,
    values(group, window, state = isStateful ? newState() : stateless) {
      if (!isStateful) return make(group, window, stateless);
      arrive(state, window);
      state.lastFilledMs = window.startMs;
      return make(group, window, state);
    },
    emptyValues(values, window, state) {
      arrive(state, window);
      return make({ values, states: aggregates.map((operator) => operator.create()) }, window, state);
    },
    format: compileFormat(view),
  };
}

/** What a row has of its window, group and aggregates. */
function compileMeasured(
  view: ViewDefinition,
  aggregates: readonly AggregateOperator[],
): (group: Group, window: RowWindow) => RowValues {
  const kind = windowOf(view.window);
  const times = view.aggregates.length;
  const resultOf = (group: Group, index: number, windowMs?: number) =>
    (aggregates[index] as AggregateOperator).result(group.states[index], windowMs);
  return (group, window) => {
    const row: RowValues = kind.rowColumns(window, (index) => resultOf(group, times + index));
    view.groupBy.forEach(({ name }, index) => {
      row[name] = group.values[index] ?? null;
    });
    const windowMs = kind.lengthMs(window);
    view.aggregates.forEach(({ name }, index) => {
      row[name] = resultOf(group, index, windowMs);
    });
    return row;
  };
}

/** Adds the derived columns to a row. Each row operator takes its step before the first column that looks at it. */
function compileDerived(
  view: ViewDefinition,
  operators: RowOperators,
): (row: RowValues, window: RowWindow, states: readonly unknown[]) => void {
  const stepped = new Set<number>();
  const columns = view.derived.map(({ name, node }) => {
    const used = rowOperatorsIn(node).map((operator) => operators.indexOf(operator));
    const first = [...new Set(used)].filter((index) => !stepped.has(index));
    for (const index of first) stepped.add(index);
    return { name, first, compute: compileColumn(node) };
  });
  return (row, window, states) => {
    const results: ColumnValue[] = [];
    for (const { name, first, compute } of columns) {
      for (const index of first) results[index] = operators.step(index, states, row, window);
      row[name] = compute(row, (node) => results[operators.indexOf(node)] ?? null);
    }
  };
}

function compileFormat(view: ViewDefinition): (values: RowValues) => RowColumns {
  const columns = [...rowShape(view).fields];
  const namesOf = (is: (type: ValueType) => boolean) =>
    columns.flatMap(([name, field]) => (field.shape === 'leaf' && is(field.type) ? [name] : []));
  const instants = namesOf(({ kind }) => kind === 'instant');
  const wholes = namesOf(({ integer }) => integer === true);
  return (values) => {
    const row: RowValues = { ...values };
    for (const name of instants) {
      const ms = row[name];
      if (typeof ms === 'number') row[name] = formatInstant(ms);
    }
    for (const name of wholes) row[name] = toJson(row[name] ?? null);
    return row as RowColumns;
  };
}
