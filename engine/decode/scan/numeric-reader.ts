import type { NumberColumn } from '../../columns/event-columns.ts';
import type { Scale } from '../../ir/node.ts';
import { readDecimal, readNumeric } from '../numeric.ts';
import type { Block } from './block.ts';
import type { ColumnSettings } from './column-readers.ts';
import type { NumeralReader } from './number-reader.ts';
import type { Skipper } from './skip.ts';
import { type ColumnReader, NULL_WORD, QUOTE, UNUSUAL } from './value-reader.ts';

/** Reads numbers that can be text, of which JSON's numerals are read where they lie. What is wrapped in an object is unusual. */
export class NumericReader implements ColumnReader, NumberColumn {
  readonly kind = 'number';
  readonly values: Float64Array;
  readonly present: Uint8Array | null;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #skipper: Skipper;
  readonly #numerals: NumeralReader;
  readonly #nullable: boolean;
  readonly #scale: Scale;

  constructor(
    { bytes, view }: Block,
    { skipper, numerals }: { readonly skipper: Skipper; readonly numerals: NumeralReader },
    { rows, nullable, isNullable, scale }: ColumnSettings & { readonly scale: Scale },
  ) {
    this.#bytes = bytes;
    this.#view = view;
    this.#skipper = skipper;
    this.#numerals = numerals;
    this.#scale = scale;
    this.values = new Float64Array(rows);
    this.#nullable = nullable;
    this.present = isNullable ? new Uint8Array(rows) : null;
  }

  read(at: number, row: number): number {
    const isText = this.#bytes[at] === QUOTE;
    const value = this.#numerals.read(isText ? at + 1 : at);
    const { end } = this.#numerals;
    if (isText) return end !== -1 && this.#bytes[end] === QUOTE ? this.#take(value, end + 1, row) : this.#text(at, row);
    return end === -1 ? this.#null(at, row) : this.#take(value, end, row);
  }

  missing(row: number): void {
    if (this.present !== null) this.present[row] = 0;
  }

  /** Text that is no numeral of JSON, and may be a number all the same: `+1`, `.5`, `007`. */
  #text(at: number, row: number): number {
    const end = this.#skipper.text(at);
    if (end === UNUSUAL) return UNUSUAL;
    const value = readNumeric(this.#bytes.toString('latin1', at + 1, end - 1));
    return value === null ? UNUSUAL : this.#take(value, end, row);
  }

  #take(given: number, end: number, row: number): number {
    const value = readDecimal(given, this.#scale);
    if (value === null) return UNUSUAL;
    this.values[row] = value;
    if (this.present !== null) this.present[row] = 1;
    return end;
  }

  #null(at: number, row: number): number {
    if (!this.#nullable || this.#view.getInt32(at, true) !== NULL_WORD) return UNUSUAL;
    this.missing(row);
    return at + 4;
  }
}
