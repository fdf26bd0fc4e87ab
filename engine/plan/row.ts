import type { AggregateOperator } from '../aggregates/operator.ts';
import type { StateCodec } from '../bytes/state-codec.ts';
import type { Group } from '../codec/group.ts';
import { Constants, compileColumn, compileFunction } from '../expression/compile-js.ts';
import { BugError } from '../ir/bug-error.ts';
import type { ColumnValue, JsonValue } from '../ir/node.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { type RowWindow, traitsOf } from '../ir/window.ts';
import { fromStored } from '../joins/stored-value.ts';
import { windowOf } from '../windows/registry.ts';
import { DerivedColumns, type RowInMaking } from './derived-columns.ts';
import { compileEmptyWindows, type EmptyWindows } from './empty-windows.ts';
import { compilePlainRow, type PlainRow } from './plain-row.ts';
import { RowOperators } from './row-operators.ts';
import { type RowState, rowStateCodec } from './row-state.ts';
import { compileRowFormat, type RowFormat } from './row-text.ts';

export type { RowWindow };

/**
 * A row's own columns, in the definition's order, as JSON holds them: instants are ISO-8601 text, whole numbers beyond 2^53 the
 * text of their digits.
 */
export type RowColumns = Readonly<Record<string, JsonValue>>;

/** A row's own columns as expressions read them: instants are milliseconds, whole numbers beyond 2^53 bigints. */
export type RowValues = Record<string, ColumnValue>;

/** A group of a window: with the states of its events, or without events; and what its rows before this one left. */
export interface WindowMember {
  readonly group: Group | Pick<Group, 'values'>;
  readonly state?: RowState | undefined;
}

/** The way from a merged group to its row: results, then derived columns. */
export interface RowMaker extends RowFormat {
  /** Whether a row depends on the group's rows before it, so that `values` needs the state and the rows in order. */
  readonly isStateful: boolean;
  /** Null where rows cannot be written without their values. */
  readonly plain: PlainRow | null;
  /** Whether a row is one of the view's: its `having` is true of it. */
  keeps(values: RowValues): boolean;
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
  /** A row has columns that are made of all rows of its window: it comes of `valuesOfWindow`. */
  readonly goesOverGroups: boolean;
  /** The rows of all groups of a window, each as `values` or `emptyValues` makes it. */
  valuesOfWindow(members: readonly WindowMember[], window: RowWindow): readonly RowValues[];
  /** The row of a window without events of a group that is remembered: `emptyWindows.hasRowAt` says of which windows. */
  emptyValues(values: Group['values'], window: RowWindow, state: RowState): RowValues;
}

export function compileRow(view: ViewDefinition, aggregates: readonly AggregateOperator[]): RowMaker {
  const operators = new RowOperators(view);
  const emptyWindows = compileEmptyWindows(view, operators.count > 0);
  const isStateful = operators.count > 0 || emptyWindows.hasRows;
  const measured = compileMeasured(view, aggregates);
  const derived = new DerivedColumns(view, operators);
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
  const make = (group: Group, window: RowWindow, state: RowState): RowInMaking => {
    const making = { row: measured(group, window), states: state.states, results: [] };
    derived.addAlone(making, window);
    return making;
  };
  const begin = (group: Group, window: RowWindow, state: RowState): RowInMaking => {
    if (!isStateful) return make(group, window, stateless);
    arrive(state, window);
    state.lastFilledMs = window.startMs;
    return make(group, window, state);
  };
  const beginEmpty = (values: Group['values'], window: RowWindow, state: RowState): RowInMaking => {
    arrive(state, window);
    return make({ values, states: aggregates.map((operator) => operator.create()) }, window, state);
  };
  const having = view.having === undefined ? null : compileColumn(view.having);
  return {
    isStateful,
    plain: compilePlainRow(view, aggregates),
    keeps: having === null ? () => true : (values) => having(values, noOperator) === true,
    maxStateBytes: operators.maxStateBytes,
    emptyWindows,
    stateCodec: rowStateCodec(operators, emptyWindows.hasRows),
    newState,
    values: (group, window, state = isStateful ? newState() : stateless) => begin(group, window, state).row,
    emptyValues: (values, window, state) => beginEmpty(values, window, state).row,
    goesOverGroups: derived.goesOverGroups,
    valuesOfWindow(members, window) {
      const rows = members.map(({ group, state = newState() }) =>
        'states' in group ? begin(group, window, state) : beginEmpty(group.values, window, state),
      );
      derived.addTogether(rows, window);
      return rows.map(({ row }) => row);
    },
    ...compileRowFormat(view),
  };
}

function noOperator(): never {
  throw new BugError('A condition on rows looks back over none.');
}

/**
 * What a row has of its window, group and aggregates. The columns that follow are there too, as null: all rows of a view have one
 * layout from the beginning.
 *
 * @example of a view that counts by page, with a rate derived:
 * const ofWindow = rowColumns(window, (index) => timeResults[index](group.states));
 * return { "window_start": ofWindow["window_start"], …, "page": values[0] ?? null, "n": result(states[0], windowMs), "rate": null };
 */
function compileMeasured(
  view: ViewDefinition,
  aggregates: readonly AggregateOperator[],
): (group: Group, window: RowWindow) => RowValues {
  const kind = windowOf(view.window);
  const constants = new Constants();
  const count = view.aggregates.length;
  const timeResults = (group: Group) => (index: number) =>
    (aggregates[count + index] as AggregateOperator).result(group.states[count + index]);
  const rowColumns = (group: Group, window: RowWindow) => kind.rowColumns(window, timeResults(group));
  const columns = [
    ...traitsOf(view.window).columns.map((name) => [name, `ofWindow[${JSON.stringify(name)}]`]),
    ...view.groupBy.map(({ name }, index) => [name, `values[${index}] ?? null`]),
    ...(view.selected ?? []).map(({ name, node }, index) => {
      return [name, `${constants.add(fromStored(node.type))}(states[${index}])`];
    }),
    ...view.aggregates.map(({ name }, index) => {
      const operator = aggregates[index] as AggregateOperator;
      return [name, `${constants.add(operator.result.bind(operator))}(states[${index}], windowMs)`];
    }),
    ...view.derived.map(({ name }) => [name, 'null']),
  ];
  const lines = [
    `const ofWindow = ${constants.add(rowColumns)}(group, window);`,
    `const windowMs = ${constants.add((window: RowWindow) => kind.lengthMs(window))}(window);`,
    'const { values, states } = group;',
    `return { ${columns.map(([name = '', value]) => `${JSON.stringify(name)}: ${value}`).join(', ')} };`,
  ];
  return compileFunction(['group', 'window'], lines.join('\n'), constants);
}
