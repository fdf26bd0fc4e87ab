import { Buffer } from 'node:buffer';
import type { ColumnValue } from '../ir/node.ts';
import { formatInstant } from '../time/instant.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { beginText, readValue } from './value-codec.ts';

/** Writes a value as JSON: what is no number of JSON as null, and a bigint as the text of its digits. */
export function writeJsonValue(value: ColumnValue, out: ByteWriter): void {
  switch (typeof value) {
    case 'number':
      if (Number.isFinite(value)) writeJsonNumber(value, out);
      else out.utf8('null');
      return;
    case 'string':
      writeJsonText(value, out);
      return;
    case 'bigint':
      out.utf8(`"${value}"`);
      return;
    case 'boolean':
      out.utf8(value ? 'true' : 'false');
      return;
    default:
      out.utf8(JSON.stringify(value ?? null));
  }
}

/** Writes the next stored value as JSON. A text that is as it is in JSON is copied. */
export function writeJsonOfNext(input: ByteReader, out: ByteWriter): void {
  const from = input.position;
  const length = beginText(input);
  if (length === null) {
    writeJsonValue(readValue(input), out);
    return;
  }
  const into = out.room(length + 2);
  let at = out.length;
  into[at++] = QUOTE;
  for (let left = length; left > 0; left--) {
    const byte = input.byte();
    if (!isAsItIs(byte)) {
      input.moveTo(from);
      writeJsonText(readValue(input) as string, out);
      return;
    }
    into[at++] = byte;
  }
  into[at++] = QUOTE;
  out.moveTo(at);
}

/** Whether JSON has a character of ASCII as it is; false of others. */
function isAsItIs(code: number): boolean {
  return code >= SPACE && code !== QUOTE && code !== BACKSLASH && code <= LAST_ASCII;
}

/** Writes a text in quotes. */
export function writeJsonText(value: string, out: ByteWriter): void {
  const into = out.room(value.length + 2);
  let at = out.length;
  into[at++] = QUOTE;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (!isAsItIs(code)) {
      out.utf8(JSON.stringify(value));
      return;
    }
    into[at++] = code;
  }
  into[at++] = QUOTE;
  out.moveTo(at);
}

/** Writes a finite number. Most are counts, whose digits are written without a text between. */
export function writeJsonNumber(value: number, out: ByteWriter): void {
  if (value < 0 || value >= MOST_DIGITS || !Number.isInteger(value)) {
    out.utf8(`${value}`);
    return;
  }
  let digits = 1;
  for (let power = 10; power <= value; power *= 10) digits++;
  const into = out.room(digits);
  const from = out.length;
  let rest = value;
  for (let at = from + digits - 1; at >= from; at--) {
    const tenth = Math.floor(rest / 10);
    into[at] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  out.moveTo(from + digits);
}

/**
 * Writes the instants of one column as `formatInstant` does, in quotes, and what is no number as any value. Those that follow each other
 * are mostly of one day, whose date is kept as bytes.
 */
export class JsonInstants {
  #day = Number.NaN;
  #ms = Number.NaN;
  /** The instant that was written last, with its quotes. */
  #text = Buffer.alloc(QUOTED_INSTANT_BYTES);

  write(ms: ColumnValue, out: ByteWriter): void {
    if (ms !== this.#ms && !this.#take(ms)) {
      if (typeof ms === 'number') out.utf8(`"${formatInstant(ms)}"`);
      else writeJsonValue(ms, out);
      return;
    }
    out.part(this.#text, 0, QUOTED_INSTANT_BYTES);
  }

  /** False for what is no whole number of milliseconds, and for a year of more digits than four. */
  #take(ms: ColumnValue): boolean {
    if (typeof ms !== 'number' || !Number.isInteger(ms)) return false;
    const day = Math.floor(ms / DAY_MS);
    if (day !== this.#day) {
      const text = `"${formatInstant(day * DAY_MS)}"`;
      if (text.length !== QUOTED_INSTANT_BYTES) return false;
      this.#text.write(text, 'latin1');
      this.#day = day;
    }
    this.#ms = ms;
    writeTimeOfDay(ms - day * DAY_MS, this.#text);
    return true;
  }
}

/** Writes a time over that of an instant. */
function writeTimeOfDay(ofDayMs: number, into: Uint8Array): void {
  // Whole numbers of 32 bits are divided much faster than others.
  const seconds = (ofDayMs / 1000) | 0;
  const minutes = (seconds / 60) | 0;
  const hours = (minutes / 60) | 0;
  const thousandths = (ofDayMs - seconds * 1000) | 0;
  const hundredths = (thousandths / 100) | 0;
  twoDigits(hours, into, HOURS_AT);
  twoDigits(minutes - hours * 60, into, HOURS_AT + 3);
  twoDigits(seconds - minutes * 60, into, HOURS_AT + 6);
  into[HOURS_AT + 9] = ZERO + hundredths;
  twoDigits(thousandths - hundredths * 100, into, HOURS_AT + 10);
}

function twoDigits(value: number, into: Uint8Array, at: number): void {
  const tens = (value / 10) | 0;
  into[at] = ZERO + tens;
  into[at + 1] = ZERO + value - tens * 10;
}

const DAY_MS = 86_400_000;
/** `"2015-05-17T10:05:00.000Z"` */
const QUOTED_INSTANT_BYTES = 26;
const HOURS_AT = 12;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LAST_ASCII = 0x7e;
const ZERO = 0x30;
/** Numbers from here on have more digits than whole numbers of 32 bits. */
const MOST_DIGITS = 1_000_000_000;
