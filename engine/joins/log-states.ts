import { type GroupedRows, type StateColumn, valueAt } from '../aggregates/state-column.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { writeTextValue, writeValue } from '../bytes/value-codec.ts';
import type { Column } from '../columns/event-columns.ts';
import { doubled } from '../columns/keys.ts';
import { truthOf, type Vector } from '../expression/vector.ts';
import type { ValueType } from '../ir/node.ts';
import type { Side } from './event-log.ts';
import { toStored } from './stored-value.ts';

/** What a log keeps of events in columns. */
export interface LogVectors {
  readonly side: Side;
  /** Which conditions of a pattern an event passes; null in a join. */
  readonly tests: readonly { readonly bit: number; readonly passes: Vector | null }[] | null;
  readonly columns: readonly { readonly vector: Vector; readonly type: ValueType }[];
}

/**
 * The event logs of many keys, from events in columns. Values are written as a segment has them when they come, so nobody makes
 * objects of them; the events of a key are a list through all.
 */
export class LogStates implements StateColumn {
  readonly #vectors: LogVectors;
  readonly #values = new ByteWriter(4096);
  #events = 0;
  /** By event: its time, where its values end, and the next event of its key plus one. */
  #timesMs = new Float64Array(64);
  #ends = new Int32Array(64);
  #next = new Int32Array(64);
  /** By key: its first and last event plus one, and how many it has. */
  #first = new Int32Array(64);
  #last = new Int32Array(64);
  #counts = new Int32Array(64);

  constructor(vectors: LogVectors) {
    this.#vectors = vectors;
  }

  add({ groups, from, to, timesMs, groupCount }: GroupedRows): void {
    this.#reserve(groupCount, to - from);
    const columns = this.#vectors.columns.map(({ vector, type }) => writerOf(vector.column(), type));
    const bitsOf = this.#bitsOf();
    const values = this.#values;
    for (let row = from; row < to; row++) {
      const group = groups[row] as number;
      if (group < 0) continue;
      const bits = bitsOf === null ? null : bitsOf(row);
      // Of an event that passes nothing it is kept that it was there.
      const kept = bits === 0 ? [] : columns;
      values.varint(kept.length + (bits === null ? 0 : 1));
      if (bits !== null) writeValue(values, bits);
      for (const write of kept) write(row, values);
      this.#add(group, timesMs[row] as number);
    }
  }

  write(group: number, out: ByteWriter): void {
    const bytes = this.#values.finish();
    out.varint(this.#counts[group] as number);
    let lastMs = 0;
    for (let event = (this.#first[group] as number) - 1; event >= 0; event = (this.#next[event] as number) - 1) {
      const timeMs = this.#timesMs[event] as number;
      out.byte(this.#vectors.side);
      out.signedVarint(timeMs - lastMs);
      lastMs = timeMs;
      out.raw(bytes.subarray(event === 0 ? 0 : this.#ends[event - 1], this.#ends[event]));
    }
  }

  #add(group: number, timeMs: number): void {
    const event = this.#events++;
    this.#timesMs[event] = timeMs;
    this.#ends[event] = this.#values.length;
    const last = (this.#last[group] as number) - 1;
    if (last < 0) this.#first[group] = event + 1;
    else this.#next[last] = event + 1;
    this.#last[group] = event + 1;
    this.#counts[group] = (this.#counts[group] as number) + 1;
  }

  #bitsOf(): ((row: number) => number) | null {
    if (this.#vectors.tests === null) return null;
    const tests = this.#vectors.tests.map(({ bit, passes }) => ({
      bit,
      truth: passes === null ? null : truthOf(passes),
    }));
    return (row) => {
      let bits = 0;
      for (const { bit, truth } of tests) if (truth === null || truth[row] === 1) bits |= bit;
      return bits;
    };
  }

  #reserve(groups: number, events: number): void {
    while (this.#first.length < groups) {
      this.#first = doubled(this.#first);
      this.#last = doubled(this.#last);
      this.#counts = doubled(this.#counts);
    }
    while (this.#ends.length < this.#events + events) {
      this.#ends = doubled(this.#ends);
      this.#next = doubled(this.#next);
      const timesMs = new Float64Array(this.#timesMs.length * 2);
      timesMs.set(this.#timesMs);
      this.#timesMs = timesMs;
    }
  }
}

/** Writes a column's value of a row, as `writeValue` does of what the log keeps. */
function writerOf(column: Column, type: ValueType): (row: number, out: ByteWriter) => void {
  if (column.kind === 'text') {
    const { codes, dictionary } = column;
    return (row, out) => {
      const code = codes[row] as number;
      if (code < 0) writeValue(out, null);
      else writeTextValue(out, dictionary.bytes, dictionary.start(code), dictionary.end(code));
    };
  }
  const store = toStored(type);
  return (row, out) => writeValue(out, store(valueAt(column, row)));
}
