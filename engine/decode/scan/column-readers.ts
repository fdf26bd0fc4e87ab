import type { BooleanColumn, BoxedColumn, HashColumn } from '../../columns/event-columns.ts';
import { hashAscii, hashText } from '../../hash/hash64.ts';
import type { Value } from '../../ir/node.ts';
import { BACKSLASH, type Block } from './block.ts';
import type { NumeralReader } from './number-reader.ts';
import { NumbersReader } from './numbers-reader.ts';
import { SKIP_TEXT, type Skipper } from './skip.ts';
import {
  ALSE_WORD,
  type ColumnReader,
  NULL_WORD,
  QUOTE,
  TRUE_WORD,
  UNUSUAL,
  type ValueReader,
} from './value-reader.ts';

/** What the schema asks of a value beyond its kind; null where that is nothing. */
export type Check<T> = ((value: T) => boolean) | null;

export interface ColumnSettings {
  readonly rows: number;
  /** The field may be null. */
  readonly nullable: boolean;
  /** The field, or what holds it, may be null or missing. */
  readonly isNullable: boolean;
}

/** Readers of columns that are not texts. Each checks what the schema says of its field, whoever needs the value. */
export class NumberReader extends NumbersReader {
  readonly #isWhole: boolean;
  readonly #check: Check<number>;

  constructor(
    block: Block,
    numerals: NumeralReader,
    { isWhole, check, ...column }: ColumnSettings & { readonly isWhole: boolean; readonly check: Check<number> },
  ) {
    super(block, numerals, column);
    this.#isWhole = isWhole;
    this.#check = check;
  }

  read(at: number, row: number): number {
    const value = this.numerals.read(at);
    const { end } = this.numerals;
    if (end === -1) return this.readNull(at, row);
    // A whole number beyond 2^53 may have been rounded.
    if (!(value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER)) return UNUSUAL;
    if (this.#isWhole && !Number.isInteger(value)) return UNUSUAL;
    if (this.#check !== null && !this.#check(value)) return UNUSUAL;
    return this.put(value, end, row);
  }
}

export class BooleanReader implements ColumnReader, BooleanColumn {
  readonly kind = 'boolean';
  readonly values: Uint8Array;
  readonly #view: DataView;
  readonly #nullable: boolean;
  readonly #check: Check<boolean>;

  constructor({ view }: Block, { rows, nullable, check }: ColumnSettings & { readonly check: Check<boolean> }) {
    this.#view = view;
    this.#nullable = nullable;
    this.#check = check;
    this.values = new Uint8Array(rows);
  }

  read(at: number, row: number): number {
    const word = this.#view.getInt32(at, true);
    if (word === NULL_WORD) return this.#nullable ? this.#take(2, at + 4, row) : UNUSUAL;
    const isTrue = word === TRUE_WORD;
    // The f of `false` is the low byte of the word.
    if (!isTrue && ((word & 0xff) !== 0x66 || this.#view.getInt32(at + 1, true) !== ALSE_WORD)) return UNUSUAL;
    if (this.#check !== null && !this.#check(isTrue)) return UNUSUAL;
    return isTrue ? this.#take(1, at + 4, row) : this.#take(0, at + 5, row);
  }

  missing(row: number): void {
    this.values[row] = 2;
  }

  #take(value: number, end: number, row: number): number {
    this.values[row] = value;
    return end;
  }
}

/** Values of any kind: parsed by themselves. */
export class BoxedReader implements ColumnReader, BoxedColumn {
  readonly kind = 'boxed';
  readonly values: Value[];
  readonly #bytes: Buffer;
  readonly #skipper: Skipper;
  readonly #check: (value: unknown) => boolean;

  constructor(
    { bytes }: Block,
    skipper: Skipper,
    { rows, check }: { rows: number; check: (value: unknown) => boolean },
  ) {
    this.#bytes = bytes;
    this.#skipper = skipper;
    this.#check = check;
    this.values = new Array<Value>(rows).fill(null);
  }

  read(at: number, row: number): number {
    const end = this.#skipper.value(at);
    if (end === UNUSUAL) return UNUSUAL;
    const bytes = this.#bytes.subarray(at, end);
    // Whoever scans sees to escapes once the line is read, and a wrong one must not get to the parser before that.
    if (bytes.includes(BACKSLASH)) return UNUSUAL;
    const value = JSON.parse(bytes.toString('utf8'));
    if (!this.#check(value)) return UNUSUAL;
    this.values[row] = value;
    return end;
  }

  missing(row: number): void {
    this.values[row] = null;
  }
}

/** Hashes of texts, made of their bytes. */
export class HashReader implements ColumnReader, HashColumn {
  readonly kind = 'hash';
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly present: Uint8Array | null;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #skipper: Skipper;
  readonly #nullable: boolean;
  readonly #hash = { high: 0, low: 0 };

  constructor({ bytes, view }: Block, skipper: Skipper, { rows, nullable, isNullable }: ColumnSettings) {
    this.#bytes = bytes;
    this.#view = view;
    this.#skipper = skipper;
    this.high = new Int32Array(rows);
    this.low = new Int32Array(rows);
    this.#nullable = nullable;
    this.present = isNullable ? new Uint8Array(rows) : null;
  }

  read(at: number, row: number): number {
    if (this.#bytes[at] !== QUOTE) return this.#null(at, row);
    const end = this.#skipper.text(at);
    if (end === UNUSUAL) return UNUSUAL;
    const hash = this.#hash;
    const isHashed = hashAscii(this.#view, at + 1, end - 1, hash);
    if (!isHashed) hashText(this.#bytes.toString('utf8', at + 1, end - 1), hash);
    this.high[row] = hash.high;
    this.low[row] = hash.low;
    if (this.present !== null) this.present[row] = 1;
    return end;
  }

  missing(row: number): void {
    if (this.present !== null) this.present[row] = 0;
  }

  #null(at: number, row: number): number {
    if (!this.#nullable || this.#view.getInt32(at, true) !== NULL_WORD) return UNUSUAL;
    this.missing(row);
    return at + 4;
  }
}

/** Reads what no view needs and the schema says nothing more of than its kind. */
export class KindReader implements ValueReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #skipper: Skipper;
  readonly #nullable: boolean;

  constructor({ bytes, view }: Block, skipper: Skipper, nullable: boolean) {
    this.#bytes = bytes;
    this.#view = view;
    this.#skipper = skipper;
    this.#nullable = nullable;
  }

  read(at: number): number {
    if (this.#bytes[at] === QUOTE) return this.#skipper.text(at);
    return this.#nullable && this.#view.getInt32(at, true) === NULL_WORD ? at + 4 : UNUSUAL;
  }

  source(): string {
    if (!this.#nullable) return SKIP_TEXT;
    return `if (v.getInt32(at, true) === ${NULL_WORD}) at += 4; else {\n${SKIP_TEXT}\n}`;
  }
}

/** Reads a field that the schema does not name: any JSON. */
export class AnyReader implements ValueReader {
  readonly #skipper: Skipper;

  constructor(skipper: Skipper) {
    this.#skipper = skipper;
  }

  read(at: number): number {
    return this.#skipper.value(at);
  }
}
