import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Column, HashColumn, NumberColumn, TextColumn } from '../columns/event-columns.ts';
import { type Hash64, hashNumber } from '../hash/hash64.ts';
import type { Value } from '../ir/node.ts';
import { entryOfHash } from './hyper-log-log.ts';
import { SketchLog } from './sketch-log.ts';
import { type GroupedRows, type StateColumn, valueAt } from './state-column.ts';
import { entriesOf } from './text-entries.ts';

type HashValue = (value: NonNullable<Value>, out: Hash64) => void;

/** The states of `approxCountDistinctOperator`: texts come as hashes, which are computed once a text. */
export class DistinctStates implements StateColumn {
  readonly #hashValue: HashValue;
  readonly #sketches = new SketchLog();
  #entries = new Int32Array(0);

  constructor(hashValue: HashValue) {
    this.#hashValue = hashValue;
  }

  add(rows: GroupedRows, values: Column | null, taken: Uint8Array | null): void {
    this.#sketches.reserve(rows.groupCount);
    switch (values?.kind) {
      case 'text':
        this.#addTexts(rows, values, taken);
        return;
      case 'hash':
        this.#addHashes(rows, values, taken);
        return;
      case 'number':
        this.#addNumbers(rows, values, taken);
        return;
      default:
        if (values !== undefined && values !== null) this.#addOthers(rows, values, taken);
    }
  }

  write(group: number, out: ByteWriter): void {
    this.#sketches.write(group, out);
  }

  #addTexts(rows: GroupedRows, { codes, dictionary }: TextColumn, taken: Uint8Array | null): void {
    const ofCode = entriesOf(dictionary);
    const { groups, from, to } = rows;
    const entries = this.#room(to);
    for (let i = from; i < to; i++) {
      const code = codes[i] as number;
      const isAbsent = (groups[i] as number) < 0 || code < 0 || (taken !== null && taken[i] !== 1);
      entries[i] = isAbsent ? NO_ENTRY : (ofCode[code] as number);
    }
    this.#sketches.addAll(groups, entries, from, to);
  }

  #addHashes({ groups, from, to }: GroupedRows, { high, low, present }: HashColumn, taken: Uint8Array | null): void {
    const entries = this.#room(to);
    for (let i = from; i < to; i++) {
      const isTaken = (groups[i] as number) >= 0 && (taken === null || taken[i] === 1);
      const isAbsent = !isTaken || (present !== null && present[i] === 0);
      entries[i] = isAbsent ? NO_ENTRY : entryOfHash(high[i] as number, low[i] as number);
    }
    this.#sketches.addAll(groups, entries, from, to);
  }

  #addNumbers({ groups, from, to }: GroupedRows, { values, present }: NumberColumn, taken: Uint8Array | null): void {
    const sketches = this.#sketches;
    for (let i = from; i < to; i++) {
      const group = groups[i] as number;
      if (group < 0 || (taken !== null && taken[i] !== 1) || (present !== null && present[i] === 0)) continue;
      hashNumber(values[i] as number, hash);
      sketches.add(group, entryOfHash(hash.high, hash.low));
    }
  }

  /** Entries by event. */
  #room(length: number): Int32Array {
    if (length > this.#entries.length) this.#entries = new Int32Array(length * 2);
    return this.#entries;
  }

  #addOthers({ groups, from, to }: GroupedRows, values: Column, taken: Uint8Array | null): void {
    for (let i = from; i < to; i++) {
      const group = groups[i] as number;
      if (group < 0 || (taken !== null && taken[i] !== 1)) continue;
      const value = valueAt(values, i);
      if (value === null) continue;
      this.#hashValue(value, hash);
      this.#sketches.add(group, entryOfHash(hash.high, hash.low));
    }
  }
}

/** Registers have ranks from 1 on, so no entry is 0. */
const NO_ENTRY = 0;

/** Reused by every addition, so that none allocates. */
const hash: Hash64 = { high: 0, low: 0 };
