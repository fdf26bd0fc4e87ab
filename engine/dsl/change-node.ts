import type { ExpressionNode, StructOperatorNode, ValueType } from '../ir/node.ts';
import { checkRowOperand } from './row-operand.ts';
import { checkSettings, wholeNumber } from './settings.ts';
import type { ChangeOptions } from './types.ts';

/** Windows back that a change can be over at most: each group's numbers in them are kept. */
const MAX_CHANGE_WINDOWS = 500;

/** The node of a change: of `changeOver(x, …)`, and of `x.changeOver(…)`, which is the same. */
export function changeNode(operand: ExpressionNode, options: ChangeOptions): Omit<StructOperatorNode, 'op'> {
  checkSettings(options, ['windows'], 'changeOver(…)');
  const windows = wholeNumber(options.windows, MAX_CHANGE_WINDOWS, 'changeOver(…): windows is');
  checkRowOperand(operand, 'number', 'changeOver(…)');
  const number: ValueType = { ...operand.type, nullable: true };
  const fields = { absolute: number, percent: { kind: 'number', nullable: true }, from: number } as const;
  return { kind: 'change', parameters: { windows }, operands: [operand], type: { kind: 'struct', fields } };
}
