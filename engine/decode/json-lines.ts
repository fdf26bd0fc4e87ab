import { isUtf8 } from 'node:buffer';
import { unpack } from './compression.ts';
import type { DecodeSink, RecordDecoder } from './decoder.ts';
import { MAX_EVENT_BYTES } from './limits.ts';

/**
 * One JSON event a record, or many as JSON Lines; plain, gzip or zstd. Empty lines are no events. A record that is one
 * JSON text over several lines is one event.
 */
export const jsonLinesDecoder: RecordDecoder = {
  decode(data, sink) {
    const unpacked = unpack(data);
    if (unpacked.kind === 'failed') {
      sink.unreadable(unpacked.reason, unpacked.message, data);
      return;
    }
    const bytes = withoutByteOrderMark(unpacked.bytes);
    if (!isUtf8(bytes)) {
      decodeDamagedText(bytes, data, sink);
      return;
    }
    decodeText(bytes.toString('utf8'), data, sink);
  },
};

function decodeText(text: string, data: Uint8Array, sink: DecodeSink): void {
  let events = 0;
  let from = 0;
  while (from < text.length) {
    const newline = text.indexOf('\n', from);
    const end = newline === -1 ? text.length : newline;
    const line = from === 0 && end === text.length ? text : text.slice(from, end);
    from = end + 1;
    if (isBlank(line)) continue;
    const value = parse(line);
    if (value === undefined && events === 0 && from < text.length) {
      const whole = parse(text);
      if (whole !== undefined) {
        deliver(whole, text, sink);
        return;
      }
    }
    events++;
    if (!deliver(value, line, sink)) return;
  }
  if (events === 0) sink.unreadable('empty_record', 'The record holds no event: it is empty or blank.', data);
}

/** Lines of a record in which some bytes are not UTF-8: the good lines are events, only the damaged ones are not. */
function decodeDamagedText(bytes: Buffer, data: Uint8Array, sink: DecodeSink): void {
  let from = 0;
  let events = 0;
  while (from < bytes.length) {
    const newline = bytes.indexOf(0x0a, from);
    const line = bytes.subarray(from, newline === -1 ? bytes.length : newline);
    from += line.length + 1;
    const readable = isUtf8(line);
    const text = readable ? line.toString('utf8') : '';
    if (readable && isBlank(text)) continue;
    events++;
    const goOn = readable
      ? deliver(parse(text), text, sink)
      : sink.unreadable('not_json', 'The event is not JSON: its bytes are not UTF-8 text.', line);
    if (!goOn) return;
  }
  if (events === 0) sink.unreadable('not_json', 'The record is not JSON: its bytes are not UTF-8 text.', data);
}

/** `value` is undefined where the text is not JSON, which no JSON text is. */
function deliver(value: unknown, text: string, sink: DecodeSink): boolean {
  // A character is at most 3 bytes of UTF-8 (a surrogate pair is 4), so short text needs no exact count.
  if (text.length > MAX_EVENT_BYTES / 3 && Buffer.byteLength(text) > MAX_EVENT_BYTES) {
    return sink.unreadable(
      'oversized',
      `The event has ${Buffer.byteLength(text)} bytes, and at most ${MAX_EVENT_BYTES} are taken.`,
      Buffer.from(text),
    );
  }
  if (value === undefined) {
    return sink.unreadable('not_json', `The event is not JSON: ${syntaxError(text)}.`, Buffer.from(text));
  }
  return sink.value(value, text);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(SURROGATE_ESCAPE.test(text) ? text.replace(ESCAPE, wellFormed) : text);
  } catch {
    return undefined;
  }
}

function syntaxError(text: string): string {
  try {
    JSON.parse(text);
    return 'unknown reason';
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Escapes are the one way for half a surrogate pair to get in. UTF-8, which state is kept in, cannot hold it: it becomes
 * U+FFFD. In the text, not in the value, as that can be nested more deeply than a function can call itself.
 */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
/** A surrogate pair, half of one, or any other escape: that a backslash is escaped tells what the next one begins. */
const ESCAPE = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F][\da-fA-F]{2})|.)/g;

function wellFormed(escaped: string, half: string | undefined): string {
  return half === undefined ? escaped : '\\ufffd';
}

function withoutByteOrderMark(bytes: Uint8Array): Buffer {
  const length = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return Buffer.from(bytes.buffer, bytes.byteOffset + length, bytes.byteLength - length);
}

function isBlank(line: string): boolean {
  // Almost every line begins with '{'.
  return line.charCodeAt(0) !== 0x7b && line.trim() === '';
}
