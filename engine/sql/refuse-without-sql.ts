import { rowOperatorsIn } from '../ir/node.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { describeColumn, kindOf } from '../row-operators/registry.ts';
import { SqlError } from './errors.ts';

/** Refuses a view with what only a stream's state can say. */
export function refuseWithoutSql(view: ViewDefinition): void {
  for (const { name, node } of view.derived) {
    const operator = rowOperatorsIn(node).find((each) => kindOf(each).sql === undefined);
    if (operator === undefined) continue;
    throw new SqlError(
      `View '${view.name}' has the column '${name}', the ${describeColumn(operator)}, which SQL cannot say. Leave the column out of the view that is to be SQL.`,
    );
  }
}
