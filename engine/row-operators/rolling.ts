import type { OverRows } from '../aggregates/descriptor.ts';
import { descriptorOf, operatorFor } from '../aggregates/registry.ts';
import { CodecError } from '../bytes/errors.ts';
import { writeValue } from '../bytes/value-codec.ts';
import type { AggregateSpec } from '../ir/aggregate.ts';
import { DefinitionError } from '../ir/errors.ts';
import { readNumber } from './read-number.ts';
import type { RowOperator, RowOperatorKind } from './row-operator.ts';

/** `mean(row.views).over({ windows: 10 })`. */
export type RollingParameters = {
  readonly aggregate: AggregateSpec;
  /** How many rows: at least 2, for over one row an aggregate is the value itself. */
  readonly windows: number;
};

/** A tag and a double. */
const MAX_VALUE_BYTES = 9;
const MAX_COUNT_BYTES = 2;

/**
 * An aggregate over the operand's values in a group's last rows, this one included: SQL's `OVER (… ROWS BETWEEN …)`. It
 * goes over rows that there are, so windows without one pass it by.
 */
export const rollingKind: RowOperatorKind<RollingParameters> = {
  kind: 'rolling',
  version: 1,
  compile: ({ aggregate, windows }, [operand]) => rollingOperator(aggregate, windows, operand ?? null),
  words: ({ aggregate, windows }, [operand]) => `${aggregate.kind} of ${operand} over ${windows} rows`,
  // Sums and means of doubles are the plain ones: over a frame that moves, databases add up parts, and compensation gets
  // lost between them. So a small number beside large ones that cancel out can be missing there, and is in a stream's rows.
  sql({ aggregate, windows }, { operands: [value = ''], overRows }) {
    const over = `OVER (${overRows} ROWS BETWEEN ${windows - 1} PRECEDING AND CURRENT ROW)`;
    return goingOverRows(aggregate).sql(aggregate, value, over);
  },
  largest: ({ aggregate }, ofOperand) => descriptorOf(aggregate).largest(ofOperand) ?? Number.MAX_VALUE,
  // As it was before there were other row operators: state is kept under it.
  facts({ parameters, operands: [operand], type }) {
    const { aggregate, windows } = parameters as RollingParameters;
    return { op: 'moving', spec: aggregate, operand, windows, type };
  },
};

/** The state is the operand in the group's last rows, the oldest first. */
function rollingOperator(
  aggregate: AggregateSpec,
  windows: number,
  operand: Parameters<typeof operatorFor>[1],
): RowOperator<(number | null)[]> {
  const operator = operatorFor(aggregate, operand);
  return {
    maxStateBytes: MAX_COUNT_BYTES + windows * MAX_VALUE_BYTES,
    create: () => [],
    step(values, [value = null]) {
      values.push(value as number | null);
      if (values.length > windows) values.shift();
      const state = operator.create();
      for (const each of values) if (each !== null) operator.add(state, each, 0);
      return operator.result(state);
    },
    skip() {},
    /** A varint of how many values, and the values. */
    encode(values, out) {
      out.varint(values.length);
      for (const value of values) writeValue(out, value);
    },
    decode(input) {
      const count = input.count();
      if (count > windows) throw new CodecError(`An aggregate over ${windows} rows has ${count} of them stored.`);
      return Array.from({ length: count }, () => readNumber(input));
    },
  };
}

/** How the aggregate says it in SQL. Definitions refuse one that does not go over rows. */
function goingOverRows(aggregate: AggregateSpec): OverRows<AggregateSpec> {
  const { overRows } = descriptorOf(aggregate);
  if (overRows !== null) return overRows;
  throw new DefinitionError(`${aggregate.kind}(…) does not go over a group's rows.`);
}
