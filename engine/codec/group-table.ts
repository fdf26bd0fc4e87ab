import type { AggregateOperator } from '../aggregates/operator.ts';
import { type MergedColumn, mergedStatesOf } from '../aggregates/state-column.ts';
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import { orderOfKeys } from '../bytes/order-of-keys.ts';
import { readValue, skipValue, writeValue } from '../bytes/value-codec.ts';
import { doubled } from '../columns/keys.ts';
import type { HashKey } from '../hash/hash-key.ts';
import { keyedHash } from '../hash/keyed-hash.ts';
import type { Value } from '../ir/node.ts';
import type { Group } from './group.ts';
import { orderBytesOfStored, writeOrderOfValue } from './group-order.ts';

/** The hash reads words past the end of a key. */
const SLACK_BYTES = 8;

/**
 * The groups of one window, merged from segments: their keys are bytes in one buffer, found by open addressing, and their states
 * columns. A million groups take a tenth of what as many objects do, and nothing of them is walked through by the garbage
 * collector.
 *
 * A key is the group's values as segments have them, one after the other: equal values are equal bytes.
 */
export class GroupTable {
  readonly #fields: number;
  readonly #hashKey: HashKey;
  readonly #columns: readonly MergedColumn[];
  #size = 0;
  /** Keys, one behind the other: where each begins, and behind the last where the next one would. */
  #bytes = new Uint8Array(4096);
  #view = viewOf(this.#bytes);
  #reader: ByteReader | null = null;
  #starts = new Int32Array(256);
  #hashes = new Int32Array(256);
  /** Groups plus one; 0 is free. */
  #table = new Int32Array(512);
  /** The number of the segment that had a group last. */
  #seen = new Int32Array(256);
  #segments = 0;
  /** Of the key that was searched last. */
  #hash = 0;

  constructor(fields: number, operators: readonly AggregateOperator[], hashKey: HashKey) {
    this.#fields = fields;
    this.#hashKey = hashKey;
    this.#columns = operators.map(mergedStatesOf);
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Merges the groups of a segment, `count` of them, which lie in its body from where `input` stands. Where it throws a `CodecError`,
   * the table is good for nothing any more.
   */
  merge(body: Uint8Array, input: ByteReader, count: number): void {
    const groups = this.#groupsOf(body, input, count);
    for (const column of this.#columns) column.merge(groups, this.#size, input);
    input.end();
  }

  /** The number of a group; −1 where it is not here. */
  find(values: readonly Value[]): number {
    const out = new ByteWriter(64);
    for (const value of values) writeValue(out, value);
    const key = out.finish();
    const from = this.#starts[this.#size] as number;
    this.#reserveBytes(from + key.length);
    this.#bytes.set(key, from);
    return (this.#table[this.#slotOf(from, from + key.length)] as number) - 1;
  }

  valuesOf(group: number): Value[] {
    const input = this.#readerOf(group);
    const values: Value[] = [];
    for (let field = 0; field < this.#fields; field++) values.push(readValue(input));
    return values;
  }

  /** The groups in the order of rows. */
  inOrder(): Uint32Array {
    let bytes = new Uint8Array((this.#starts[this.#size] as number) * 1.25 + 64);
    const starts = new Uint32Array(this.#size + 1);
    for (let group = 0; group < this.#size; group++) {
      let to = starts[group] as number;
      const most = to + orderBytesOfStored((this.#starts[group + 1] as number) - (this.#starts[group] as number));
      if (most > bytes.length) bytes = longer(bytes, most * 1.5);
      const input = this.#readerOf(group);
      for (let field = 0; field < this.#fields; field++) to = writeOrderOfValue(input, bytes, to);
      starts[group + 1] = to;
    }
    return orderOfKeys({ bytes, starts: starts.subarray(0, -1), ends: starts.subarray(1) });
  }

  /** A group as an object, to be looked at: what is merged later may change its states or not. */
  group(group: number): Group {
    return { values: this.valuesOf(group), states: this.#columns.map((column) => column.stateOf(group)) };
  }

  #readerOf(group: number): ByteReader {
    this.#reader ??= new ByteReader(this.#bytes);
    this.#reader.moveTo(this.#starts[group] as number);
    return this.#reader;
  }

  /** The groups of a segment, whose values lie field by field. */
  #groupsOf(body: Uint8Array, input: ByteReader, count: number): Int32Array {
    const fields = this.#fields;
    const ends = new Int32Array(count * fields + 1);
    ends[0] = input.position;
    for (let i = 1; i < ends.length; i++) {
      skipValue(input);
      ends[i] = input.position;
    }
    const segment = ++this.#segments;
    const groups = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      let to = this.#starts[this.#size] as number;
      for (let field = 0; field < fields; field++) {
        const at = field * count + i;
        to = this.#append(body, ends[at] as number, ends[at + 1] as number, to);
      }
      const group = this.#numberOf(to);
      if (this.#seen[group] === segment) throw new CodecError('The segment names one of its groups twice.');
      this.#seen[group] = segment;
      groups[i] = group;
    }
    return groups;
  }

  /** Puts bytes behind the keys, and says where they end. */
  #append(body: Uint8Array, from: number, to: number, at: number): number {
    this.#reserveBytes(at + to - from);
    const bytes = this.#bytes;
    let end = at;
    for (let i = from; i < to; i++) bytes[end++] = body[i] as number;
    return end;
  }

  /** The group whose key lies behind those of all groups and ends at `to`: it is one of them, or a new one. */
  #numberOf(to: number): number {
    const from = this.#starts[this.#size] as number;
    const slot = this.#slotOf(from, to);
    const known = (this.#table[slot] as number) - 1;
    if (known >= 0) return known;
    const group = this.#size++;
    if (this.#size === this.#starts.length) {
      this.#starts = doubled(this.#starts);
      this.#hashes = doubled(this.#hashes);
      this.#seen = doubled(this.#seen);
    }
    this.#starts[this.#size] = to;
    this.#hashes[group] = this.#hash;
    this.#table[slot] = group + 1;
    if (this.#size * 2 > this.#table.length) this.#rehash();
    return group;
  }

  /** Where in the table the group lies whose key is these bytes, or where it would. */
  #slotOf(from: number, to: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    const hash = keyedHash(this.#view, from, to, this.#hashKey);
    this.#hash = hash;
    let slot = hash & mask;
    for (;;) {
      const group = (table[slot] as number) - 1;
      if (group < 0 || (this.#hashes[group] === hash && this.#isKey(group, from, to))) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #isKey(group: number, from: number, to: number): boolean {
    const start = this.#starts[group] as number;
    if ((this.#starts[group + 1] as number) - start !== to - from) return false;
    const bytes = this.#bytes;
    for (let i = from, at = start; i < to; i++, at++) if (bytes[i] !== bytes[at]) return false;
    return true;
  }

  #reserveBytes(bytes: number): void {
    if (bytes + SLACK_BYTES <= this.#bytes.length) return;
    this.#bytes = longer(this.#bytes, (bytes + SLACK_BYTES) * 2);
    this.#view = viewOf(this.#bytes);
    this.#reader = null;
  }

  #rehash(): void {
    const table = new Int32Array(this.#table.length * 2);
    const mask = table.length - 1;
    for (let group = 0; group < this.#size; group++) {
      let slot = (this.#hashes[group] as number) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = group + 1;
    }
    this.#table = table;
  }
}

function longer(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(length);
  copy.set(bytes);
  return copy;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
