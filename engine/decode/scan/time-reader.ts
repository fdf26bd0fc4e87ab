import { type TimestampFormat, takesNumbers } from '../../ir/timestamp-format.ts';
import { END_OF_TIME_MS, parseInstant, START_OF_TIME_MS } from '../../time/instant.ts';
import { readTimestamp } from '../timestamps.ts';
import type { Block } from './block.ts';
import type { ColumnSettings } from './column-readers.ts';
import type { NumeralReader } from './number-reader.ts';
import { NumbersReader } from './numbers-reader.ts';
import { DOT, isDigit, type Skipper, ZERO } from './skip.ts';
import { QUOTE, UNUSUAL } from './value-reader.ts';

/** Minutes that are remembered: by the last digit of the minute, as events are almost in order. */
const MINUTES = 16;
/** Bytes of `2015-05-17T10:05`. */
const MINUTE_BYTES = 16;
const COLON = 0x3a;
const UPPER_Z = 0x5a;

/** Reads instants as their milliseconds. */
export class TimeReader extends NumbersReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #skipper: Skipper;
  readonly #format: TimestampFormat;
  readonly #isIso: boolean;
  readonly #takesNumbers: boolean;
  /** The minute that was read last: the first 16 bytes of a text, as words, and what they come to. */
  readonly #minute = new Int32Array(4);
  readonly #minuteMs = new Float64Array(1);
  /** And others. */
  readonly #minutes = new Int32Array(MINUTES * 4);
  readonly #minutesMs = new Float64Array(MINUTES);

  constructor(
    block: Block,
    { skipper, numerals }: { readonly skipper: Skipper; readonly numerals: NumeralReader },
    { format, ...column }: ColumnSettings & { readonly format: TimestampFormat },
  ) {
    super(block, numerals, column);
    this.#bytes = block.bytes;
    this.#view = block.view;
    this.#skipper = skipper;
    this.#format = format;
    this.#isIso = format === 'iso8601' || format === 'any' || format === 'auto';
    this.#takesNumbers = takesNumbers(format);
  }

  read(at: number, row: number): number {
    if (this.#bytes[at] === QUOTE) return this.#isIso ? this.#text(at + 1, row) : this.#any(at + 1, row);
    if (!this.#takesNumbers) return this.readNull(at, row);
    const value = this.numerals.read(at);
    const { end } = this.numerals;
    if (end === -1) return this.readNull(at, row);
    return this.#take(readTimestamp(value, this.#format), end, row);
  }

  /**
   * `2015-05-17T10:05:00.123Z` in the minute that was read last: its 16 bytes as four words, then `:SS.` and `mmmZ` as one each, in
   * which each digit is 30 to 39 hexadecimal. Anything else is read by a call.
   */
  source(local: (value: unknown) => string): string {
    const call = `if ((at = ${local(this)}.read(at, row)) < 0) break line;`;
    if (!this.#isIso) return call;
    const minute = local(this.#minute);
    const words = [0, 1, 2, 3].map((n) => `v.getInt32(at + ${n * 4 + 1}, true) === ${minute}[${n}]`);
    return [
      '{',
      'const s = v.getInt32(at + 17, true), m = v.getInt32(at + 21, true);',
      `if (b[at] === 34 && ${words.join(' && ')}`,
      '&& (s & 0xfff0f0ff) === 0x2e30303a && ((s + 0x00060a00) & 0x00f0f000) === 0x00303000',
      '&& (m & 0xfff0f0f0) === 0x5a303030 && ((m + 0x00060606) & 0x00f0f0f0) === 0x00303030 && b[at + 25] === 34) {',
      `${local(this.values)}[row] = ${local(this.#minuteMs)}[0] + ((s >>> 8) & 15) * 10000 + ((s >>> 16) & 15) * 1000`,
      '+ (m & 15) * 100 + ((m >>> 8) & 15) * 10 + ((m >>> 16) & 15);',
      this.present === null ? '' : `${local(this.present)}[row] = 1;`,
      'at += 26;',
      `} else ${call}`,
      '}',
    ].join('\n');
  }

  /** `2015-05-17T10:05:00Z`, with any number of decimals, where the minute is one; otherwise whatever its format can be. */
  #text(at: number, row: number): number {
    const bytes = this.#bytes;
    let to = at + MINUTE_BYTES;
    const tens = bytes[to + 1] as number;
    const ones = bytes[to + 2] as number;
    // Seconds of 00 to 59.
    if (bytes[to] !== COLON || !isDigit(tens) || tens > 0x35 || !isDigit(ones)) return this.#any(at, row);
    const minuteMs = this.#minuteAt(at);
    if (Number.isNaN(minuteMs)) return this.#any(at, row);
    let ms = (tens * 10 + ones - 11 * ZERO) * 1000;
    to += 3;
    if (bytes[to] === DOT) {
      const first = ++to;
      let factor = 100;
      for (let byte = bytes[to] as number; isDigit(byte); byte = bytes[to] as number) {
        if (factor >= 1) ms += (byte - ZERO) * factor;
        factor /= 10;
        to++;
      }
      if (to === first) return UNUSUAL;
    }
    if (bytes[to] !== UPPER_Z || bytes[to + 1] !== QUOTE) return this.#any(at, row);
    return this.#take(minuteMs + ms, to + 2, row);
  }

  #any(at: number, row: number): number {
    const end = this.#skipper.text(at - 1);
    if (end === UNUSUAL) return UNUSUAL;
    const text = this.#bytes.toString('latin1', at, end - 1);
    return this.#take(readTimestamp(text, this.#format), end, row);
  }

  /** Of the 16 bytes at a place, which become the last minute; NaN where they are none. */
  #minuteAt(at: number): number {
    const view = this.#view;
    const minutes = this.#minutes;
    const place = (this.#bytes[at + MINUTE_BYTES - 1] as number) & (MINUTES - 1);
    const i = place * 4;
    let isKnown = true;
    for (let n = 0; n < 4; n++) isKnown &&= minutes[i + n] === view.getInt32(at + n * 4, true);
    if (!isKnown) {
      const ms = parseInstant(this.#bytes.toString('latin1', at, at + MINUTE_BYTES));
      if (Number.isNaN(ms)) return ms;
      for (let n = 0; n < 4; n++) minutes[i + n] = view.getInt32(at + n * 4, true);
      this.#minutesMs[place] = ms;
    }
    for (let n = 0; n < 4; n++) this.#minute[n] = minutes[i + n] as number;
    this.#minuteMs[0] = this.#minutesMs[place] as number;
    return this.#minuteMs[0];
  }

  /** No event is without its time: NaN is in no bounds. */
  override missing(row: number): void {
    this.values[row] = Number.NaN;
    super.missing(row);
  }

  #take(ms: number, end: number, row: number): number {
    return ms >= START_OF_TIME_MS && ms <= END_OF_TIME_MS ? this.put(ms, end, row) : UNUSUAL;
  }
}
