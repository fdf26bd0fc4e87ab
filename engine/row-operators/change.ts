import { CodecError } from '../bytes/errors.ts';
import { writeValue } from '../bytes/value-codec.ts';
import { nodeOf } from '../dsl/build.ts';
import { changeNode } from '../dsl/change-node.ts';
import { structOfRows } from '../dsl/row-operator.ts';
import type { Change, ChangeOptions, Fields, Num } from '../dsl/types.ts';
import { div, mul, sub } from '../expression/semantics.ts';
import { readNumber } from './read-number.ts';
import type { RowOperator, RowOperatorKind, RowsInSql } from './row-operator.ts';

/**
 * How a row's number has changed since the group's window so many windows before: `{ absolute, percent, from }`. It goes
 * by windows, not by rows: with `windows: 1` it is the window right before, whether the group has a row there or not.
 * Where it has none, or no number in it, all three are null. `row.views.changeOver({ windows: 12 })` is the same.
 *
 * @example .derive((row) => ({ hourly: changeOver(row.views, { windows: 12 }) }))   // a column; later row.hourly.percent
 * @example .derive((row) => ({ halved: changeOver(row.views, { windows: 1 }).percent.lte(-50) }))
 */
export function changeOver(of: Num, options: ChangeOptions): Fields<Change> {
  return structOfRows(changeNode(nodeOf(of, 'changeOver(…)'), options));
}

export type ChangeParameters = { readonly windows: number };

export const changeKind: RowOperatorKind<ChangeParameters> = {
  kind: 'change',
  version: 1,
  compile: ({ windows }) => changeOperator(windows),
  words: ({ windows }, [operand]) => `change of ${operand} over ${windows} window${windows === 1 ? '' : 's'}`,
  sql: ({ windows }, rows) => changeSql(windows, rows),
};

/** A tag and a double. */
const MAX_VALUE_BYTES = 9;
const MAX_COUNT_BYTES = 2;

/**
 * The state is the number in each of the last windows, the oldest first; null where there is no row or no number in it.
 * Nulls at the beginning are left out: a window before the first one has none.
 */
function changeOperator(windows: number): RowOperator<(number | null)[]> {
  const forget = (numbers: (number | null)[]) => {
    while (numbers.length > windows || numbers[0] === null) numbers.shift();
  };
  return {
    maxStateBytes: MAX_COUNT_BYTES + windows * MAX_VALUE_BYTES,
    create: () => [],
    step(numbers, [operand = null]) {
      // Stored, −0 is 0: the state must be the same whether it was stored or not.
      const number = operand === null ? null : (operand as number) + 0;
      const from = numbers[numbers.length - windows] ?? null;
      numbers.push(number);
      forget(numbers);
      const absolute = sub(number, from);
      const size = from === null ? null : Math.abs(from);
      return { absolute, percent: mul(div(absolute, size), 100), from };
    },
    skip(numbers, count) {
      for (let i = Math.min(count, windows); i > 0; i--) numbers.push(null);
      forget(numbers);
    },
    /** A varint of how many numbers, and the numbers. */
    encode(numbers, out) {
      out.varint(numbers.length);
      for (const number of numbers) writeValue(out, number);
    },
    decode(input) {
      const count = input.count();
      if (count > windows) throw new CodecError(`A change over ${windows} windows has ${count} of them stored.`);
      return Array.from({ length: count }, () => readNumber(input));
    },
  };
}

/** The window is sought by its start, for a group need not have a row in each. */
function changeSql(windows: number, { operands: [value], overRows, step, finite }: RowsInSql) {
  const back = `${windows * step} PRECEDING`;
  const from = `min(${value}) OVER (${overRows} RANGE BETWEEN ${back} AND ${back})`;
  const absolute = finite(`CAST(${value} AS DOUBLE) - CAST(${from} AS DOUBLE)`);
  const share = finite(`${absolute} / NULLIF(abs(CAST(${from} AS DOUBLE)), 0)`);
  return { absolute, percent: finite(`${share} * 100`), from };
}
