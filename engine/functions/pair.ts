import type { Value } from '../ir/node.ts';
import { type FunctionDescriptor, ifAny } from './descriptor.ts';

/** Two values as one, for aggregates of two: null where one of them is. It never becomes a column. */
export const pairFunction: FunctionDescriptor = {
  name: 'pair',
  takes: [null, null],
  type: () => ({ kind: 'json' }),
  canBeNull: ifAny,
  passesOn: () => [0, 1],
  // An expression carries it as it does a list, without a look into it.
  js: () => (a: Value, b: Value) => [a, b] as unknown as Value,
  sql: (_, { operands }) => `ROW(${operands.join(', ')})`,
};
