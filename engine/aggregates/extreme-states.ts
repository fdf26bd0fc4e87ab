import type { ByteWriter } from '../bytes/byte-writer.ts';
import { writeValue } from '../bytes/value-codec.ts';
import type { Column } from '../columns/event-columns.ts';
import { enlarged } from './count-states.ts';
import type { AggregateOperator } from './operator.ts';
import { type GroupedRows, ObjectStates, presentIn, type StateColumn } from './state-column.ts';

/** The states of the least or greatest number: `none` is the infinity that any number beats. */
export class ExtremeStates implements StateColumn {
  readonly #none: number;
  readonly #objects: StateColumn;
  #extremes = new Float64Array(0);
  #isBoxed = false;

  constructor(none: number, operator: AggregateOperator) {
    this.#none = none;
    this.#objects = new ObjectStates(operator);
  }

  add(rows: GroupedRows, values: Column | null, taken: Uint8Array | null): void {
    if (values?.kind !== 'number') {
      // A column is of one kind for as long as a commit is built.
      this.#isBoxed = true;
      this.#objects.add(rows, values, taken);
      return;
    }
    const { groups, from, to, groupCount } = rows;
    if (groupCount > this.#extremes.length) this.#extremes = enlarged(this.#extremes, groupCount, this.#none);
    const extremes = this.#extremes;
    const present = presentIn(values);
    const numbers = values.values;
    const isLeast = this.#none > 0;
    for (let i = from; i < to; i++) {
      const group = groups[i] as number;
      if (group < 0 || (taken !== null && taken[i] !== 1) || (present !== null && present[i] === 0)) continue;
      const value = numbers[i] as number;
      const extreme = extremes[group] as number;
      if (isLeast ? value < extreme : value > extreme) extremes[group] = value;
    }
  }

  write(group: number, out: ByteWriter): void {
    if (this.#isBoxed) {
      this.#objects.write(group, out);
      return;
    }
    const extreme = this.#extremes[group] ?? this.#none;
    writeValue(out, extreme === this.#none ? null : extreme);
  }
}
