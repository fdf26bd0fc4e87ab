import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Column } from '../columns/event-columns.ts';
import { type GroupedRows, type SlotColumn, type StateColumn, valueAt } from './state-column.ts';

/** The states of `countOperator`. */
export class CountStates implements StateColumn, SlotColumn {
  #counts = new Float64Array(64);

  add(rows: GroupedRows, values: Column | null, taken: Uint8Array | null): void {
    const { groups, from, to, groupCount } = rows;
    const counts = this.#reserved(groupCount);
    for (let i = from; i < to; i++) {
      const group = groups[i] as number;
      if (group < 0 || (taken !== null && taken[i] !== 1)) continue;
      if (values !== null && valueAt(values, i) === null) continue;
      counts[group] = (counts[group] as number) + 1;
    }
  }

  of(group: number): number {
    return this.#counts[group] ?? 0;
  }

  write(group: number, out: ByteWriter): void {
    out.varint(this.of(group));
  }

  merge(groups: Int32Array, groupCount: number, input: ByteReader): void {
    const counts = this.#reserved(groupCount);
    for (const group of groups) counts[group] = (counts[group] as number) + input.varint();
  }

  stateOf(group: number): { count: number } {
    return { count: this.of(group) };
  }

  move(from: number, into: number): void {
    const counts = this.#counts;
    counts[into] = (counts[into] as number) + (counts[from] as number);
    counts[from] = 0;
  }

  clear(group: number): void {
    this.#counts[group] = 0;
  }

  #reserved(groupCount: number): Float64Array {
    if (groupCount > this.#counts.length) this.#counts = enlarged(this.#counts, groupCount);
    return this.#counts;
  }
}

export function enlarged(from: Float64Array, size: number, filler = 0): Float64Array<ArrayBuffer> {
  const into = new Float64Array(size * 2).fill(filler);
  into.set(from);
  return into;
}
