import type { ColumnValue } from '../ir/node.ts';
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

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LAST_ASCII = 0x7e;
const ZERO = 0x30;
/** Numbers from here on have more digits than whole numbers of 32 bits. */
const MOST_DIGITS = 1_000_000_000;
