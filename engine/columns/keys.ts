import type { ByteWriter } from '../bytes/byte-writer.ts';
import { writeTextValue, writeValue } from '../bytes/value-codec.ts';
import type { Value } from '../ir/node.ts';
import type { TextDictionary } from './event-columns.ts';

/** Values that group events, each combination of them by a number of its own, which holds for as long as the object lives. */
export interface Keys {
  value(key: number, field: number): Value;
  /** Writes a value as `writeValue` does. */
  write(key: number, field: number, out: ByteWriter): void;
}

/** Of views without groups. */
export const NO_FIELDS: Keys = { value: () => null, write: () => undefined };

/** Texts: the key is the code, and −1 is null. */
export class TextKeys implements Keys {
  readonly #dictionary: TextDictionary;

  constructor(dictionary: TextDictionary) {
    this.#dictionary = dictionary;
  }

  value(key: number): Value {
    return key < 0 ? null : this.#dictionary.text(key);
  }

  write(key: number, _field: number, out: ByteWriter): void {
    const dictionary = this.#dictionary;
    if (key < 0) writeValue(out, null);
    else writeTextValue(out, dictionary.bytes, dictionary.start(key), dictionary.end(key));
  }
}

export const BOOLEAN_KEYS: Keys = {
  value: (key) => (key === 2 ? null : key === 1),
  write(key, field, out) {
    writeValue(out, BOOLEAN_KEYS.value(key, field));
  },
};

/** Values of other kinds, in the order in which they came. */
export class ValueKeys implements Keys {
  readonly #keys = new Map<Value, number>();
  readonly #values: Value[] = [];

  get size(): number {
    return this.#values.length;
  }

  keyOf(value: Value): number {
    const known = this.#keys.get(value);
    if (known !== undefined) return known;
    const key = this.#values.push(value) - 1;
    this.#keys.set(value, key);
    return key;
  }

  value(key: number): Value {
    return this.#values[key] as Value;
  }

  write(key: number, _field: number, out: ByteWriter): void {
    writeValue(out, this.value(key));
  }
}

/** Keys of the first fields, each with one more field. Open addressing over pairs of keys. */
export class PairKeys implements Keys {
  readonly left: Keys;
  readonly right: Keys;
  readonly #leftFields: number;
  #size = 0;
  #lefts = new Int32Array(64);
  #rights = new Int32Array(64);
  /** Keys plus one; 0 is free. */
  #table = new Int32Array(128);

  constructor(left: Keys, leftFields: number, right: Keys) {
    this.left = left;
    this.#leftFields = leftFields;
    this.right = right;
  }

  get size(): number {
    return this.#size;
  }

  keyOf(left: number, right: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    let slot = mixed(left, right) & mask;
    for (;;) {
      const key = (table[slot] as number) - 1;
      if (key < 0) return this.#add(left, right, slot);
      if (this.#lefts[key] === left && this.#rights[key] === right) return key;
      slot = (slot + 1) & mask;
    }
  }

  value(key: number, field: number): Value {
    return field < this.#leftFields
      ? this.left.value(this.#lefts[key] as number, field)
      : this.right.value(this.#rights[key] as number, 0);
  }

  write(key: number, field: number, out: ByteWriter): void {
    if (field < this.#leftFields) this.left.write(this.#lefts[key] as number, field, out);
    else this.right.write(this.#rights[key] as number, 0, out);
  }

  #add(left: number, right: number, slot: number): number {
    const key = this.#size++;
    if (key === this.#lefts.length) {
      this.#lefts = doubled(this.#lefts);
      this.#rights = doubled(this.#rights);
    }
    this.#lefts[key] = left;
    this.#rights[key] = right;
    this.#table[slot] = key + 1;
    if (this.#size * 2 > this.#table.length) this.#rehash();
    return key;
  }

  #rehash(): void {
    const table = new Int32Array(this.#table.length * 2);
    const mask = table.length - 1;
    for (let key = 0; key < this.#size; key++) {
      let slot = mixed(this.#lefts[key] as number, this.#rights[key] as number) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = key + 1;
    }
    this.#table = table;
  }
}

/** Spreads pairs of small numbers over the bits. */
export function mixed(a: number, b: number): number {
  const mix = Math.imul(Math.imul(a, 0x9e3779b1) ^ b, 0x85ebca77);
  return mix ^ (mix >>> 15);
}

export function doubled(from: Int32Array): Int32Array<ArrayBuffer> {
  const into = new Int32Array(from.length * 2);
  into.set(from);
  return into;
}
