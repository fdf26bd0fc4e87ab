import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import { orderOfKeys } from '../bytes/order-of-keys.ts';
import { readValue, skipValue, writeValue } from '../bytes/value-codec.ts';
import { doubled } from '../columns/keys.ts';
import type { HashKey } from '../hash/hash-key.ts';
import { keyedHash } from '../hash/keyed-hash.ts';
import type { Value } from '../ir/node.ts';
import { orderBytesOfStored, writeOrderOfValue } from './group-order.ts';

/** What is wrong with a segment that has a group twice. */
export const TWICE = 'The segment names one of its groups twice.';
/** The hash reads words past the end of a key. */
const SLACK_BYTES = 8;

/**
 * Numbers the groups that segments name, from 0 on in the order in which they come. Their values are bytes in one buffer, found by
 * open addressing: as segments have them, one field after the other, so that equal values are equal bytes and nobody makes texts of them.
 */
export class KeyTable {
  readonly #fields: number;
  readonly #hashKey: HashKey;
  #size = 0;
  /** Keys, one behind the other: where each begins, and behind the last where the next one would. */
  #bytes = new Uint8Array(4096);
  #view = viewOf(this.#bytes);
  /** Of these bytes, once one of them was read. */
  #reader: ByteReader | null = null;
  #starts = new Int32Array(256);
  /** Pairs of a hash and a number plus one, where 0 is free. They lie together, for with a million groups each look into memory takes its time. */
  #table = new Int32Array(1024);
  /** The segment that had a group last. */
  #seen = new Int32Array(256);
  #segments = 0;

  constructor(fields: number, hashKey: HashKey) {
    this.#fields = fields;
    this.#hashKey = hashKey;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Numbers of the groups of a segment, `count` of them, whose values lie field by field from where `input` stands in the segment's
   * body; it stands behind them then. Throws a `CodecError` where the segment is damaged, and is good for nothing any more.
   */
  numbersOf(body: Uint8Array, input: ByteReader, count: number): Int32Array {
    const fields = this.#fields;
    const ends = new Int32Array(count * fields + 1);
    ends[0] = input.position;
    for (let i = 1; i < ends.length; i++) {
      skipValue(input);
      ends[i] = input.position;
    }
    const segment = ++this.#segments;
    const numbers = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      let to = this.#starts[this.#size] as number;
      for (let field = 0; field < fields; field++) {
        const at = field * count + i;
        to = this.#append(body, ends[at] as number, ends[at + 1] as number, to);
      }
      const number = this.#numberOf(to);
      if (this.#seen[number] === segment) throw new CodecError(TWICE);
      this.#seen[number] = segment;
      numbers[i] = number;
    }
    return numbers;
  }

  /** The number of a group; −1 where it is not here. */
  find(values: readonly Value[]): number {
    const from = this.#starts[this.#size] as number;
    const to = this.#appendValues(values);
    return (this.#table[this.#slotOf(from, to, this.#hashOf(from, to)) + 1] as number) - 1;
  }

  /** The number of a group, which is added where it is not here. */
  add(values: readonly Value[]): number {
    return this.#numberOf(this.#appendValues(values));
  }

  valuesOf(number: number): Value[] {
    const input = this.readerOf(number);
    const values: Value[] = [];
    for (let field = 0; field < this.#fields; field++) values.push(readValue(input));
    return values;
  }

  /** Writes a value of a group's as a segment has it. */
  write(number: number, field: number, out: ByteWriter): void {
    if (this.#fields === 1) {
      out.part(this.#bytes, this.#starts[number] as number, this.#starts[number + 1] as number);
      return;
    }
    const input = this.readerOf(number);
    for (let before = 0; before < field; before++) skipValue(input);
    const from = input.position;
    skipValue(input);
    out.part(this.#bytes, from, input.position);
  }

  /** All numbers in the order of `compareGroups`. */
  inOrder(): Uint32Array {
    let bytes = new Uint8Array((this.#starts[this.#size] as number) * 1.25 + 64);
    const starts = new Uint32Array(this.#size + 1);
    for (let number = 0; number < this.#size; number++) {
      let to = starts[number] as number;
      const most = to + orderBytesOfStored((this.#starts[number + 1] as number) - (this.#starts[number] as number));
      if (most > bytes.length) bytes = longer(bytes, most * 1.5);
      const input = this.readerOf(number);
      for (let field = 0; field < this.#fields; field++) to = writeOrderOfValue(input, bytes, to);
      starts[number + 1] = to;
    }
    return orderOfKeys({ bytes, starts: starts.subarray(0, -1), ends: starts.subarray(1) });
  }

  /** A table of some groups alone, numbered in the order in which they are given. */
  only(numbers: Iterable<number>): KeyTable {
    const kept = new KeyTable(this.#fields, this.#hashKey);
    for (const number of numbers) {
      const [from, to] = [this.#starts[number] as number, this.#starts[number + 1] as number];
      kept.#numberOf(kept.#append(this.#bytes, from, to, kept.#starts[kept.#size] as number));
    }
    return kept;
  }

  /** Stands at the stored values of a group; at another one's after the next call. */
  readerOf(number: number): ByteReader {
    this.#reader ??= new ByteReader(this.#bytes);
    this.#reader.moveTo(this.#starts[number] as number);
    return this.#reader;
  }

  #appendValues(values: readonly Value[]): number {
    const out = new ByteWriter(64);
    for (const value of values) writeValue(out, value);
    const key = out.finish();
    return this.#append(key, 0, key.length, this.#starts[this.#size] as number);
  }

  /** Puts bytes behind the keys, and says where they end. */
  #append(body: Uint8Array, from: number, to: number, at: number): number {
    this.#reserveBytes(at + to - from);
    const bytes = this.#bytes;
    let end = at;
    for (let i = from; i < to; i++) bytes[end++] = body[i] as number;
    return end;
  }

  /** The number of the key that lies behind all others and ends at `to`: it is one of them, or a new one. */
  #numberOf(to: number): number {
    const from = this.#starts[this.#size] as number;
    const hash = this.#hashOf(from, to);
    const slot = this.#slotOf(from, to, hash);
    const known = (this.#table[slot + 1] as number) - 1;
    if (known >= 0) return known;
    const number = this.#size++;
    if (this.#size === this.#starts.length) {
      this.#starts = doubled(this.#starts);
      this.#seen = doubled(this.#seen);
    }
    this.#starts[this.#size] = to;
    this.#table[slot] = hash;
    this.#table[slot + 1] = number + 1;
    // A pair is two numbers, and half of the pairs stay free.
    if (this.#size * 4 > this.#table.length) this.#rehash();
    return number;
  }

  #hashOf(from: number, to: number): number {
    return keyedHash(this.#view, from, to, this.#hashKey);
  }

  /** Where in the table the pair of a key lies, or where it would. */
  #slotOf(from: number, to: number, hash: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    let slot = (2 * hash) & mask;
    for (;;) {
      const number = (table[slot + 1] as number) - 1;
      if (number < 0 || (table[slot] === hash && this.#isKey(number, from, to))) return slot;
      slot = (slot + 2) & mask;
    }
  }

  #isKey(number: number, from: number, to: number): boolean {
    const start = this.#starts[number] as number;
    if ((this.#starts[number + 1] as number) - start !== to - from) return false;
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
    const former = this.#table;
    const table = new Int32Array(former.length * 2);
    const mask = table.length - 1;
    for (let at = 0; at < former.length; at += 2) {
      if (former[at + 1] === 0) continue;
      let slot = (2 * (former[at] as number)) & mask;
      while (table[slot + 1] !== 0) slot = (slot + 2) & mask;
      table[slot] = former[at] as number;
      table[slot + 1] = former[at + 1] as number;
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
