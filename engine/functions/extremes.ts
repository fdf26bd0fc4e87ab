import type { ValueType } from '../ir/node.ts';
import { compareText } from '../text/compare-text.ts';
import type { FunctionDescriptor, FunctionSql } from './descriptor.ts';

type Scalar = string | number | bigint | boolean;

/** The least of several values of one kind. Nulls are passed over. Null where all are null. */
export const leastFunction: FunctionDescriptor = {
  name: 'least',
  ...extreme(-1),
  sql: (_, sql) => (sql.dialect === 'DuckDB' ? `least(${sql.operands.join(', ')})` : ofList('array_min', sql)),
};

/** The greatest of several values of one kind. Nulls are passed over. Null where all are null. */
export const greatestFunction: FunctionDescriptor = {
  name: 'greatest',
  ...extreme(1),
  sql: (_, sql) => (sql.dialect === 'DuckDB' ? `greatest(${sql.operands.join(', ')})` : ofList('array_max', sql)),
};

function extreme(sign: number) {
  return {
    takes: [null],
    type: oneType,
    canBeNull: (operands: readonly boolean[]) => operands.every(Boolean),
    passesOn: (count: number) => Array.from({ length: count }, (_, index) => index),
    seesNulls: true,
    js:
      () =>
      (...values: (Scalar | null)[]) => {
        let found: Scalar | null = null;
        for (const value of values) {
          if (value !== null && (found === null || order(value, found) * sign > 0)) found = value;
        }
        return found;
      },
  };
}

/** Trino's own functions give null where one of the values is. */
function ofList(name: string, { operands }: FunctionSql): string {
  return `${name}(filter(ARRAY[${operands.join(', ')}], e -> e IS NOT NULL))`;
}

/** The one type of several values: whole where all are. */
export function oneType(operands: readonly ValueType[]): Omit<ValueType, 'nullable'> {
  const { kind } = operands[0] as ValueType;
  return { kind, ...(operands.every(({ integer }) => integer === true) && { integer: true }) };
}

function order(a: Scalar, b: Scalar): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}
