import { countCodePoints } from './code-points.ts';
import { type FunctionDescriptor, ifAny, WHOLE } from './descriptor.ts';

/** Code points. */
export const lengthFunction: FunctionDescriptor = {
  name: 'length',
  takes: ['string'],
  type: WHOLE,
  isExact: true,
  canBeNull: ifAny,
  js: () => countCodePoints,
  sql: (_, { operands }) => `length(${operands[0]})`,
};
