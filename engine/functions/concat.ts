import { type FunctionDescriptor, TEXT } from './descriptor.ts';

/** Texts one behind the other. A null is passed over. */
export const concatFunction: FunctionDescriptor = {
  name: 'concat',
  takes: ['string'],
  type: TEXT,
  canBeNull: () => false,
  seesNulls: true,
  js:
    () =>
    (...texts: (string | null)[]) =>
      texts.join(''),
  source: (operands) => `(${operands.map((operand) => `(${operand} ?? '')`).join(' + ')})`,
  sql: (_, { operands }) => `concat(${operands.map((operand) => `COALESCE(${operand}, '')`).join(', ')})`,
};
