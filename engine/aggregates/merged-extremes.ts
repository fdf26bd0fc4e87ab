import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { writeValue } from '../bytes/value-codec.ts';
import type { Whole } from '../ir/whole-number.ts';
import { enlarged } from './count-states.ts';
import { type NumberExtreme, readExtreme } from './extreme.ts';
import type { SlotColumn } from './state-column.ts';

/** The merged states of the least or greatest number: `none` is the infinity that any number beats. */
export class MergedExtremes implements SlotColumn {
  readonly #none: number;
  readonly #isLeast: boolean;
  /** NaN where the extreme is one of `#wide`. */
  #extremes = new Float64Array(0);
  /** Whole numbers beyond 2^53. */
  readonly #wide = new Map<number, bigint>();

  constructor(none: number) {
    this.#none = none;
    this.#isLeast = none > 0;
  }

  merge(groups: Int32Array, groupCount: number, input: ByteReader): void {
    if (groupCount > this.#extremes.length) this.#extremes = enlarged(this.#extremes, groupCount, this.#none);
    const extremes = this.#extremes;
    const isLeast = this.#isLeast;
    for (const group of groups) {
      const value = readExtreme(input, this.#none);
      const extreme = extremes[group] as number;
      if (typeof value !== 'number' || Number.isNaN(extreme)) this.#take(group, value);
      else if (isLeast ? value < extreme : value > extreme) extremes[group] = value;
    }
  }

  /** The extreme of a group, or `none`. */
  of(group: number): Whole {
    const extreme = this.#extremes[group] ?? this.#none;
    return Number.isNaN(extreme) ? (this.#wide.get(group) as bigint) : extreme;
  }

  stateOf(group: number): NumberExtreme {
    return { value: this.of(group) };
  }

  write(group: number, out: ByteWriter): void {
    const extreme = this.of(group);
    writeValue(out, extreme === this.#none ? null : extreme);
  }

  move(from: number, into: number): void {
    this.#take(into, this.of(from));
    this.clear(from);
  }

  clear(group: number): void {
    if (Number.isNaN(this.#extremes[group])) this.#wide.delete(group);
    this.#extremes[group] = this.#none;
  }

  #take(group: number, value: Whole): void {
    const extreme = this.of(group);
    if (this.#isLeast ? value >= extreme : value <= extreme) return;
    this.clear(group);
    if (typeof value === 'number') {
      this.#extremes[group] = value;
      return;
    }
    this.#extremes[group] = Number.NaN;
    this.#wide.set(group, value);
  }
}
