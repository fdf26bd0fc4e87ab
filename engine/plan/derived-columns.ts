import { ExactSum } from '../aggregates/exact-sum.ts';
import { groupKey } from '../codec/group.ts';
import { compileColumn, compileToFunction, type OperatorResults } from '../expression/compile-js.ts';
import { type ColumnValue, rowOperatorsIn, type Value, type WindowTotalNode, windowTotalsIn } from '../ir/node.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import type { RowWindow } from '../ir/window.ts';
import type { RowOperators } from './row-operators.ts';

/** A row whose derived columns are being computed. */
export interface RowInMaking {
  readonly row: Record<string, ColumnValue>;
  /** Of the row operators. */
  readonly states: readonly unknown[];
  /** What row operators have come to, by index. */
  readonly results: ColumnValue[];
}

interface DerivedColumn {
  readonly name: string;
  /** Row operators that take their step before this column, which is the first that looks at them. */
  readonly first: readonly number[];
  readonly totals: readonly WindowTotalNode[];
  compute(row: object, operators: OperatorResults): ColumnValue;
}

/**
 * The derived columns of a view. They are computed row by row, up to the first that is made of a total over all rows of a window: from
 * there on column by column, for the total needs what all rows are by then.
 */
export class DerivedColumns {
  readonly #operators: RowOperators;
  readonly #alone: readonly DerivedColumn[];
  readonly #together: readonly DerivedColumn[];

  constructor(view: ViewDefinition, operators: RowOperators) {
    this.#operators = operators;
    const stepped = new Set<number>();
    const columns = view.derived.map(({ name, node }): DerivedColumn => {
      const used = rowOperatorsIn(node).map((operator) => operators.indexOf(operator));
      const first = [...new Set(used)].filter((index) => !stepped.has(index));
      for (const index of first) stepped.add(index);
      return { name, first, totals: windowTotalsIn(node), compute: compileColumn(node) };
    });
    const firstTotal = columns.findIndex(({ totals }) => totals.length > 0);
    this.#alone = firstTotal < 0 ? columns : columns.slice(0, firstTotal);
    this.#together = firstTotal < 0 ? [] : columns.slice(firstTotal);
  }

  /** Some column is made of all rows of a window. */
  get goesOverGroups(): boolean {
    return this.#together.length > 0;
  }

  /** Adds the columns that a row has whatever the others are. */
  addAlone(making: RowInMaking, window: RowWindow): void {
    for (const column of this.#alone) this.#add(column, making, window, noTotal);
  }

  /** Adds the other columns to all rows of a window. */
  addTogether(rows: readonly RowInMaking[], window: RowWindow): void {
    for (const column of this.#together) {
      const totals = new Map(column.totals.map((node) => [node, totalOver(node, rows)]));
      for (const making of rows) {
        this.#add(column, making, window, (node) => totals.get(node) as TotalOf);
      }
    }
  }

  #add(column: DerivedColumn, { row, states, results }: RowInMaking, window: RowWindow, totals: TotalOfNode): void {
    for (const index of column.first) results[index] = this.#operators.step(index, states, row, window);
    row[column.name] = column.compute(row, (node) =>
      node.op === 'windowTotal' ? totals(node)(row) : (results[this.#operators.indexOf(node)] ?? null),
    );
  }
}

type TotalOf = (row: Readonly<Record<string, ColumnValue>>) => number | null;
type TotalOfNode = (node: WindowTotalNode) => TotalOf;

const noTotal: TotalOfNode = () => () => null;

/** The exact sum of a number over rows, or by what they have in some columns: it does not depend on their order. */
function totalOver({ operand, within }: WindowTotalNode, rows: readonly RowInMaking[]): TotalOf {
  const numberOf = compileToFunction(operand);
  const keyOf = (row: Readonly<Record<string, ColumnValue>>) => groupKey(within.map((name) => row[name] as Value));
  const sums = new Map<Value, ExactSum>();
  for (const { row } of rows) {
    const value = numberOf(row);
    const key = keyOf(row);
    const sum = sums.get(key) ?? new ExactSum();
    if (typeof value === 'bigint') sum.addWhole(value);
    else if (typeof value === 'number' && Number.isFinite(value)) sum.add(value);
    sums.set(key, sum);
  }
  const totals = new Map([...sums].map(([key, sum]) => [key, sum.value()]));
  return (row) => totals.get(keyOf(row)) ?? null;
}
