import { Buffer } from 'node:buffer';
import type { ColumnValue } from '../ir/node.ts';
import { formatInstant } from '../time/instant.ts';
import type { ByteWriter } from './byte-writer.ts';

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

/** Writes a text in quotes. */
export function writeJsonText(value: string, out: ByteWriter): void {
  const into = out.room(value.length + 2);
  let at = out.length;
  into[at++] = QUOTE;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < SPACE || code === QUOTE || code === BACKSLASH || code > LAST_ASCII) {
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
  /** From the quote to the `T`. */
  #date: Uint8Array = new Uint8Array(0);

  write(ms: ColumnValue, out: ByteWriter): void {
    if (typeof ms !== 'number') {
      writeJsonValue(ms, out);
      return;
    }
    const day = Math.floor(ms / DAY_MS);
    if (!Number.isInteger(ms) || (day !== this.#day && !this.#begin(day))) {
      out.utf8(`"${formatInstant(ms)}"`);
      return;
    }
    const into = out.room(QUOTED_INSTANT_BYTES);
    const date = this.#date;
    let at = out.length;
    for (let i = 0; i < date.length; i++) into[at++] = date[i] as number;
    out.moveTo(writeTimeOfDay(ms - day * DAY_MS, into, at));
  }

  /** False where the day's year has more digits than four. */
  #begin(day: number): boolean {
    const text = `"${formatInstant(day * DAY_MS)}"`;
    if (text.length !== QUOTED_INSTANT_BYTES) return false;
    this.#day = day;
    this.#date = Buffer.from(text.slice(0, text.indexOf('T') + 1));
    return true;
  }
}

/** `10:05:00.000Z"`: returns where it ends. */
function writeTimeOfDay(ofDayMs: number, into: Uint8Array, from: number): number {
  const [minutes, seconds, thousandths] = [Math.floor(ofDayMs / 60_000), Math.floor(ofDayMs / 1000), ofDayMs % 1000];
  let at = twoDigits(Math.floor(minutes / 60), into, from);
  into[at++] = COLON;
  at = twoDigits(minutes % 60, into, at);
  into[at++] = COLON;
  at = twoDigits(seconds % 60, into, at);
  into[at++] = POINT;
  into[at++] = ZERO + Math.floor(thousandths / 100);
  at = twoDigits(thousandths % 100, into, at);
  into[at++] = ZULU;
  into[at++] = QUOTE;
  return at;
}

function twoDigits(value: number, into: Uint8Array, at: number): number {
  const tens = Math.floor(value / 10);
  into[at] = ZERO + tens;
  into[at + 1] = ZERO + value - tens * 10;
  return at + 2;
}

const DAY_MS = 86_400_000;
/** `"2015-05-17T10:05:00.000Z"` */
const QUOTED_INSTANT_BYTES = 26;
const COLON = 0x3a;
const POINT = 0x2e;
const ZULU = 0x5a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LAST_ASCII = 0x7e;
const ZERO = 0x30;
/** Numbers from here on have more digits than whole numbers of 32 bits. */
const MOST_DIGITS = 1_000_000_000;
