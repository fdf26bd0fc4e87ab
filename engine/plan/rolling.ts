import type { AggregateOperator } from '../aggregates/operator.ts';
import { operatorFor } from '../aggregates/registry.ts';
import { compileToFunction } from '../expression/compile-js.ts';
import { type RollingNode, rollingNodes, type Value } from '../ir/node.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import type { RowValues } from './row.ts';

/** What a group's last rows had, for the aggregates over rows: by aggregate, the oldest first. */
export interface RollingHistory {
  /** Start of the window of the last row. */
  lastStartMs: number;
  readonly values: (number | null)[][];
}

/** Windows without a row after which a group's history is let go, so that groups that never come again keep nothing. */
export const ROLLING_MEMORY_WINDOWS = 1000;

/** The aggregates over rows of a view, compiled. */
export class RollingColumns {
  readonly count: number;
  readonly #columns: readonly RollingColumn[];

  constructor(view: ViewDefinition) {
    const nodes = view.derived.flatMap(({ node }) => rollingNodes(node));
    this.count = nodes.length;
    this.#columns = nodes.map((node) => ({
      node,
      operator: operatorFor(node.spec, node.operand.type),
      operand: compileToFunction(node.operand),
    }));
  }

  newHistory(): RollingHistory {
    return { lastStartMs: Number.NEGATIVE_INFINITY, values: this.#columns.map(() => []) };
  }

  /** The aggregate's value in a row whose columns before it are there. Adds what the row has to the history. */
  valueOf(node: RollingNode, row: RowValues, history: RollingHistory): Value {
    const index = this.#columns.findIndex((column) => column.node === node);
    const { operator, operand } = this.#columns[index] as RollingColumn;
    const values = history.values[index] as (number | null)[];
    values.push(operand(row) as number | null);
    if (values.length > node.windows) values.shift();
    const state = operator.create();
    for (const value of values) if (value !== null) operator.add(state, value, 0);
    // Those that go over rows give numbers.
    return operator.result(state) as number | null;
  }
}

interface RollingColumn {
  readonly node: RollingNode;
  readonly operator: AggregateOperator;
  readonly operand: (row: object) => Value;
}
