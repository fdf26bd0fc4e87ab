import { compareValues } from '../aggregates/compare-values.ts';
import { ExactSum } from '../aggregates/exact-sum.ts';
import { sumOperator } from '../aggregates/sum.ts';
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import type { Value } from '../ir/node.ts';

/** What a step's events come to in one measure. It does not change: partial matches share it. */
export interface Measure {
  /** Of values that are not null. */
  readonly count: number;
  readonly sum: ExactSum;
  readonly least: number | bigint;
  readonly greatest: number | bigint;
}

/** The measure with one event's value; of a null, as it was. Null stands for that of no values. */
export function measureWith(before: Measure | null, value: Value): Measure | null {
  if (typeof value !== 'number' && typeof value !== 'bigint') return before;
  const sum = new ExactSum();
  if (before !== null) sum.merge(before.sum);
  sumOperator.add(sum, value, 0);
  if (before === null) return { count: 1, sum, least: value, greatest: value };
  return {
    count: before.count + 1,
    sum,
    least: compareValues(value, before.least) < 0 ? value : before.least,
    greatest: compareValues(value, before.greatest) > 0 ? value : before.greatest,
  };
}

export function writeMeasure(out: ByteWriter, measure: Measure | null): void {
  out.varint(measure?.count ?? 0);
  if (measure === null) return;
  measure.sum.encode(out);
  writeValue(out, measure.least);
  writeValue(out, measure.greatest);
}

export function readMeasure(input: ByteReader): Measure | null {
  const count = input.varint();
  if (count === 0) return null;
  return { count, sum: ExactSum.decode(input), least: readNumber(input), greatest: readNumber(input) };
}

function readNumber(input: ByteReader): number | bigint {
  const value = readValue(input);
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  throw new CodecError(`A stored measure of a pattern has the bound ${String(value)}, which is no number.`);
}
