import type { Value, ValueType } from '../ir/node.ts';
import type { FunctionDescriptor } from './descriptor.ts';
import { oneType } from './extremes.ts';

/** Conditions with a value behind each, and at the end the value where none is true; null where there is no such value. */
export const caseFunction: FunctionDescriptor = {
  name: 'case',
  takes: [null],
  type: (operands) => oneType(valuesOf(operands.length).map((index) => operands[index] as ValueType)),
  canBeNull: (operands) => operands.length % 2 === 0 || valuesOf(operands.length).some((index) => operands[index]),
  passesOn: valuesOf,
  seesNulls: true,
  js:
    () =>
    (...operands: Value[]) => {
      for (let i = 0; i + 1 < operands.length; i += 2) if (operands[i] === true) return operands[i + 1] as Value;
      return operands.length % 2 === 1 ? (operands.at(-1) as Value) : null;
    },
  source(operands) {
    const otherwise = operands.length % 2 === 1 ? (operands.at(-1) as string) : 'null';
    const branches = branchesOf(operands).map(([condition, value]) => `${condition} === true ? ${value} : `);
    return `(${branches.join('')}${otherwise})`;
  },
  sql(_, { operands }) {
    const branches = branchesOf(operands).map(([condition, value]) => `WHEN ${condition} THEN ${value}`);
    const otherwise = operands.length % 2 === 1 ? ` ELSE ${operands.at(-1)}` : '';
    return `CASE ${branches.join(' ')}${otherwise} END`;
  },
};

/** Where values stand among conditions. */
function valuesOf(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index).filter(
    (index) => index % 2 === 1 || (index === count - 1 && count % 2 === 1),
  );
}

function branchesOf(operands: readonly string[]): [string, string][] {
  return Array.from({ length: Math.floor(operands.length / 2) }, (_, index) => [
    operands[2 * index] as string,
    operands[2 * index + 1] as string,
  ]);
}
