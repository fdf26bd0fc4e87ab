import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Column } from '../columns/event-columns.ts';
import { CountStates, enlarged } from './count-states.ts';
import { ExactSum } from './exact-sum.ts';
import { type GroupedRows, presentIn, type SlotColumn, type StateColumn, valueAt } from './state-column.ts';

/**
 * The states of `sumOperator`. While a group's sum is a whole number that a double holds, it is a number in an array; from the
 * first value on that makes it something else it is an `ExactSum`.
 */
export class SumStates implements StateColumn, SlotColumn {
  #wholes = new Float64Array(64);
  readonly #exact = new Map<number, ExactSum>();

  add(rows: GroupedRows, values: Column | null, taken: Uint8Array | null): void {
    if (values?.kind !== 'number') {
      this.#addBoxed(rows, values, taken);
      return;
    }
    const { groups, from, to } = rows;
    this.#reserve(rows.groupCount);
    const wholes = this.#wholes;
    const present = presentIn(values);
    const numbers = values.values;
    for (let i = from; i < to; i++) {
      const group = groups[i] as number;
      if (group < 0 || (taken !== null && taken[i] !== 1) || (present !== null && present[i] === 0)) continue;
      const sum = (wholes[group] as number) + (numbers[i] as number);
      // Each sum of whole numbers up to 2^53 is exact. An `ExactSum` is marked by NaN.
      if (Number.isSafeInteger(sum) && Number.isSafeInteger(numbers[i])) wholes[group] = sum;
      else this.#addExact(group, numbers[i] as number);
    }
  }

  write(group: number, out: ByteWriter): void {
    this.stateOf(group).encode(out);
  }

  merge(groups: Int32Array, groupCount: number, input: ByteReader): void {
    this.#reserve(groupCount);
    const wholes = this.#wholes;
    for (const group of groups) {
      const read = ExactSum.decode(input);
      const sum = (wholes[group] as number) + (read.smallWhole() ?? Number.NaN);
      if (Number.isSafeInteger(sum)) wholes[group] = sum;
      else this.#exactOf(group).merge(read);
    }
  }

  stateOf(group: number): ExactSum {
    return this.#exact.get(group) ?? this.#whole(group);
  }

  move(from: number, into: number): void {
    const wholes = this.#wholes;
    const sum = (wholes[into] as number) + (wholes[from] as number);
    if (Number.isSafeInteger(sum)) wholes[into] = sum;
    else this.#exactOf(into).merge(this.stateOf(from));
    this.clear(from);
  }

  clear(group: number): void {
    if (Number.isNaN(this.#wholes[group])) this.#exact.delete(group);
    this.#wholes[group] = 0;
  }

  #addBoxed({ groups, from, to, groupCount }: GroupedRows, values: Column | null, taken: Uint8Array | null): void {
    this.#reserve(groupCount);
    for (let i = from; i < to; i++) {
      const group = groups[i] as number;
      if (values === null || group < 0 || (taken !== null && taken[i] !== 1)) continue;
      const value = valueAt(values, i);
      if (value !== null) this.#addExact(group, value as number | bigint);
    }
  }

  #exactOf(group: number): ExactSum {
    const known = this.#exact.get(group);
    if (known !== undefined) return known;
    const sum = this.#whole(group);
    this.#exact.set(group, sum);
    this.#wholes[group] = Number.NaN;
    return sum;
  }

  #addExact(group: number, value: number | bigint): void {
    const sum = this.#exactOf(group);
    if (typeof value === 'bigint') sum.addWhole(value);
    else sum.add(value);
  }

  #whole(group: number): ExactSum {
    const sum = new ExactSum();
    sum.add(this.#wholes[group] ?? 0);
    return sum;
  }

  #reserve(groups: number): void {
    if (groups > this.#wholes.length) this.#wholes = enlarged(this.#wholes, groups);
  }
}

/** The states of `meanOperator`. */
export class MeanStates implements StateColumn, SlotColumn {
  readonly #counts = new CountStates();
  readonly #sums = new SumStates();

  add(rows: GroupedRows, values: Column | null, taken: Uint8Array | null): void {
    this.#counts.add(rows, values, taken);
    this.#sums.add(rows, values, taken);
  }

  write(group: number, out: ByteWriter): void {
    this.#counts.write(group, out);
    this.#sums.write(group, out);
  }

  merge(groups: Int32Array, groupCount: number, input: ByteReader): void {
    // A group's count and sum lie together.
    for (let i = 0; i < groups.length; i++) {
      const one = groups.subarray(i, i + 1);
      this.#counts.merge(one, groupCount, input);
      this.#sums.merge(one, groupCount, input);
    }
  }

  stateOf(group: number): { count: number; sum: ExactSum } {
    return { count: this.#counts.of(group), sum: this.#sums.stateOf(group) };
  }

  move(from: number, into: number): void {
    this.#counts.move(from, into);
    this.#sums.move(from, into);
  }

  clear(group: number): void {
    this.#counts.clear(group);
    this.#sums.clear(group);
  }
}
