import { DefinitionError } from '../ir/errors.ts';
import { type ExpressionNode, goesOverRows } from '../ir/node.ts';

/** Refuses what a row operator cannot be given: it takes a value of the row itself. `where` names it for the error. */
export function checkRowOperand(node: ExpressionNode, kind: 'number', where: string): void {
  if (node.type.kind !== kind) {
    throw new DefinitionError(`${where} was given a ${node.type.kind}, and needs a ${kind} of the row.`);
  }
  if (goesOverRows(node)) {
    throw new DefinitionError(
      `${where} was given a column that itself goes over rows: it takes a ${kind} of the row. Give that a column in a .derive(…) of its own, and use the column.`,
    );
  }
}
