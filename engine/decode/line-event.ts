import type { DecodedEvent } from './decoder.ts';
import { MAX_EVENT_BYTES } from './limits.ts';
import { NotJson } from './parse-json.ts';

/** What a text of a record was parsed to. */
export function eventOf(value: unknown, text: string, maxBytes = MAX_EVENT_BYTES): DecodedEvent {
  // A character is at most 3 bytes of UTF-8 (a surrogate pair is 4), so short text needs no exact count.
  if (text.length > maxBytes / 3 && Buffer.byteLength(text) > maxBytes) {
    const message = `The event has ${Buffer.byteLength(text)} bytes, and at most ${maxBytes} are taken.`;
    return { kind: 'unreadable', reason: 'oversized', message, bytes: Buffer.from(text) };
  }
  if (value instanceof NotJson) {
    const message = `The event is not JSON: ${value.why}.`;
    return { kind: 'unreadable', reason: 'not_json', message, bytes: Buffer.from(text) };
  }
  return { kind: 'value', value, text };
}

/** Of a record without any event: all of it is one dead letter. */
export function noEvent(data: Uint8Array): DecodedEvent {
  const message = 'The record holds no event: it is empty or blank.';
  return { kind: 'unreadable', reason: 'empty_record', message, bytes: data };
}

export function withoutByteOrderMark(bytes: Uint8Array): Buffer {
  const length = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return Buffer.from(bytes.buffer, bytes.byteOffset + length, bytes.byteLength - length);
}

export function isBlank(line: string): boolean {
  // Almost every line begins with '{'.
  return line.charCodeAt(0) !== 0x7b && line.trim() === '';
}
