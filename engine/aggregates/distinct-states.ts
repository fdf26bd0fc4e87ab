import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Column, HashColumn, NumberColumn, TextColumn } from '../columns/event-columns.ts';
import { hashesOf } from '../columns/text-hashes.ts';
import { type Hash64, hashNumber } from '../hash/hash64.ts';
import type { Value } from '../ir/node.ts';
import { entryOfHash } from './hyper-log-log.ts';
import { SketchLog } from './sketch-log.ts';
import { type GroupedRows, type StateColumn, valueAt } from './state-column.ts';

type HashValue = (value: NonNullable<Value>, out: Hash64) => void;

/** The states of `approxCountDistinctOperator`: texts come as hashes, which are computed once a text. */
export class DistinctStates implements StateColumn {
  readonly #hashValue: HashValue;
  readonly #sketches = new SketchLog();

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

  #addTexts({ groups, from, to }: GroupedRows, { codes, dictionary }: TextColumn, taken: Uint8Array | null): void {
    const sketches = this.#sketches;
    const { high, low } = hashesOf(dictionary);
    for (let i = from; i < to; i++) {
      const group = groups[i] as number;
      const code = codes[i] as number;
      if (group < 0 || code < 0 || (taken !== null && taken[i] !== 1)) continue;
      sketches.add(group, entryOfHash(high[code] as number, low[code] as number));
    }
  }

  #addHashes({ groups, from, to }: GroupedRows, { high, low, present }: HashColumn, taken: Uint8Array | null): void {
    const sketches = this.#sketches;
    for (let i = from; i < to; i++) {
      const group = groups[i] as number;
      if (group < 0 || (taken !== null && taken[i] !== 1) || (present !== null && present[i] === 0)) continue;
      sketches.add(group, entryOfHash(high[i] as number, low[i] as number));
    }
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

/** Reused by every addition, so that none allocates. */
const hash: Hash64 = { high: 0, low: 0 };
