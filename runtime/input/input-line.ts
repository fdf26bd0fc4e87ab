import { eventsOf } from '../../engine/decode/decoder.ts';
import { jsonLinesDecoder } from '../../engine/decode/json-lines.ts';
import { NotJson, parseJson } from '../../engine/decode/parse-json.ts';

/** One line of an input, without its line break; or one event of several on a line, or one that goes over several lines. */
export interface InputLine {
  /** All bytes of the line; of one that is longer than `MAX_LINE_BYTES`, its first `KEPT_BYTES`. */
  readonly bytes: Buffer;
  /** How many bytes the line has. */
  readonly length: number;
  /** It is all there. Only the last line may lack its line break, and then its writer may not be done with it. */
  readonly ended: boolean;
}

/** Lines that lie together, each with its line break. Blank ones among them are in `bytes` and do not count. */
export interface LineRun {
  readonly bytes: Buffer;
  readonly lines: number;
}

/** Bytes of a line that are read into memory. Bounds what a file without line breaks can take, or a `.gz` of zeros. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;
/** What is kept of a longer line: enough to tell what it is. */
export const KEPT_BYTES = 64 * 1024;

/** A line that is longer than is read: `bytes` is only its beginning. */
export function isCut({ bytes, length }: InputLine): boolean {
  return bytes.length < length;
}

/** What there is to say of a line that is cut. */
export function cutMessage({ bytes, length }: InputLine): string {
  return `The line has ${length} bytes, and at most ${MAX_LINE_BYTES} are read: its first ${bytes.length} bytes are kept. Write one event a line.`;
}

/**
 * The last line of a file that is still being written, and was read before all of it was there. Whole JSON objects are
 * complete without their line break.
 */
export function isUnfinished(line: InputLine): boolean {
  return !line.ended && (isCut(line) || !isJsonObjects(line.bytes));
}

/**
 * The same of a file that is read on once it has grown, and whose lines are numbered meanwhile: the number of what comes later on the
 * line is known only where that is one event.
 */
export function mayGoOn(line: InputLine): boolean {
  if (line.ended || isCut(line)) return !line.ended;
  const value = parseJson(line.bytes.toString('utf8'));
  return typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof NotJson;
}

function isJsonObjects(bytes: Buffer): boolean {
  for (const event of eventsOf(jsonLinesDecoder.open(bytes))) {
    if (event.kind !== 'value' || typeof event.value !== 'object' || event.value === null) return false;
  }
  return true;
}

export const LINE_FEED = 0x0a;
export const SPACE = 0x20;

export function isBlank(line: Buffer): boolean {
  return line.every(isBlankByte);
}

export function isBlankByte(byte: number): boolean {
  return byte === SPACE || byte === 0x09 || byte === 0x0d;
}
