import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import type { ExpressionNode, Value } from '../ir/node.ts';
import type { AggregateSql } from './aggregate-sql.ts';

/** A value and the time of its event; no value yet is null, with a time that any event's beats. */
export interface TimedValue {
  timeMs: number;
  value: Value;
}

export function writeTimedValue(state: TimedValue, out: ByteWriter): void {
  writeValue(out, state.value);
  if (state.value !== null) writeValue(out, state.timeMs);
}

export function readTimedValue(input: ByteReader, noTimeMs: number): TimedValue {
  const value = readValue(input);
  if (value === null) return { timeMs: noTimeMs, value };
  const timeMs = readValue(input);
  if (typeof timeMs !== 'number') {
    throw new CodecError(
      `The stored time of a first or last value is a ${typeof timeMs}; it is a number of milliseconds.`,
    );
  }
  return { timeMs, value };
}

/** The value at the least or greatest (time, value): a tie in time is decided by the value. */
export function timedInSql(by: 'min_by' | 'max_by', column: AggregateSql): string {
  const { argument, value, canBeNull, eventTime, filter, filterAnd } = column;
  return `${by}(${value}, ROW(${eventTime}, ${value}))${canBeNull ? filterAnd([isPresent(argument)]) : filter}`;
}

function isPresent(operand: ExpressionNode): ExpressionNode {
  const type = { kind: 'boolean', nullable: false } as const;
  return { op: 'not', operand: { op: 'isNull', operand, type }, type };
}
