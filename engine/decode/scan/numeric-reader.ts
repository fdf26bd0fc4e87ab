import type { Scale } from '../../ir/node.ts';
import { readDecimal, readNumeric } from '../numeric.ts';
import type { Block } from './block.ts';
import type { ColumnSettings } from './column-readers.ts';
import type { NumeralReader } from './number-reader.ts';
import { NumbersReader } from './numbers-reader.ts';
import type { Skipper } from './skip.ts';
import { QUOTE, UNUSUAL } from './value-reader.ts';

/** Reads numbers that can be text, of which JSON's numerals are read where they lie. What is wrapped in an object is unusual. */
export class NumericReader extends NumbersReader {
  readonly #bytes: Buffer;
  readonly #skipper: Skipper;
  readonly #scale: Scale;

  constructor(
    block: Block,
    { skipper, numerals }: { readonly skipper: Skipper; readonly numerals: NumeralReader },
    { scale, ...column }: ColumnSettings & { readonly scale: Scale },
  ) {
    super(block, numerals, column);
    this.#bytes = block.bytes;
    this.#skipper = skipper;
    this.#scale = scale;
  }

  read(at: number, row: number): number {
    const isText = this.#bytes[at] === QUOTE;
    const value = this.numerals.read(isText ? at + 1 : at);
    const { end } = this.numerals;
    if (isText) return end !== -1 && this.#bytes[end] === QUOTE ? this.#take(value, end + 1, row) : this.#text(at, row);
    return end === -1 ? this.readNull(at, row) : this.#take(value, end, row);
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
    return value === null ? UNUSUAL : this.put(value, end, row);
  }
}
