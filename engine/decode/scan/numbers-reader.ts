import type { NumberColumn } from '../../columns/event-columns.ts';
import type { Block } from './block.ts';
import type { ColumnSettings } from './column-readers.ts';
import type { NumeralReader } from './number-reader.ts';
import { type ColumnReader, NULL_WORD, UNUSUAL } from './value-reader.ts';

/** A column of numbers, whatever they are written as. */
export abstract class NumbersReader implements ColumnReader, NumberColumn {
  readonly kind = 'number';
  readonly values: Float64Array;
  readonly present: Uint8Array | null;
  protected readonly numerals: NumeralReader;
  readonly #view: DataView;
  readonly #nullable: boolean;

  constructor({ view }: Block, numerals: NumeralReader, { rows, nullable, isNullable }: ColumnSettings) {
    this.#view = view;
    this.numerals = numerals;
    this.#nullable = nullable;
    this.values = new Float64Array(rows);
    this.present = isNullable ? new Uint8Array(rows) : null;
  }

  abstract read(at: number, row: number): number;

  missing(row: number): void {
    if (this.present !== null) this.present[row] = 0;
  }

  /** Takes a value, which ends at a place, into a row. −0 becomes 0. */
  protected put(value: number, end: number, row: number): number {
    this.values[row] = value + 0;
    if (this.present !== null) this.present[row] = 1;
    return end;
  }

  /** Of what is no number: null where the field may be that. */
  protected readNull(at: number, row: number): number {
    if (!this.#nullable || this.#view.getInt32(at, true) !== NULL_WORD) return UNUSUAL;
    this.missing(row);
    return at + 4;
  }
}
