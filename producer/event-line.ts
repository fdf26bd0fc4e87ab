import { MAX_EVENT_BYTES } from '../engine/decode/limits.ts';
import { ProducerError } from './errors.ts';
import type { Line } from './line.ts';
import { type Stamps, stamped } from './stamp.ts';

export interface EventLine<E> {
  readonly line: Line;
  /** With what was filled in. */
  readonly event: E;
}

/** @throws ProducerError `badEvent` where the event is nothing that the pipeline could read. */
export function eventLine<E extends object>(
  event: E,
  stamps: Stamps,
  validate: ((event: unknown, text: string) => string | null) | null,
): EventLine<E> {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw badEvent(`An event must be an object, and this one is ${describe(event)}.`);
  }
  const complete = stamped(event, stamps) as E;
  const text = json(complete);
  if (text === undefined || !text.startsWith('{')) {
    throw badEvent('The event is no object once it is written as JSON: look at its toJSON method.');
  }
  const bytes = Buffer.byteLength(text);
  checkSize(bytes);
  const wrong = validate?.(JSON.parse(text), text) ?? null;
  if (wrong !== null) throw badEvent(wrong);
  return { line: { text, bytes: bytes + 1, isJson: true }, event: complete };
}

/** @throws ProducerError `badEvent` where it is not one line. */
export function rawLine(text: string | Uint8Array): Line {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  if (bytes.includes(LINE_FEED)) throw badEvent('A line has a line break in it, and would be several events.');
  if (bytes.every(isBlank)) throw badEvent('A line is blank, which is no event.');
  checkSize(bytes.length);
  return { text, bytes: bytes.length + 1, isJson: false };
}

const LINE_FEED = 0x0a;

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

function checkSize(bytes: number): void {
  if (bytes <= MAX_EVENT_BYTES) return;
  throw badEvent(`The event has ${bytes} bytes, and the pipeline takes at most ${MAX_EVENT_BYTES}.`);
}

function json(event: object): string | undefined {
  try {
    return JSON.stringify(event);
  } catch (error) {
    // A function that looks at each value takes longer than all the rest, and few events need it.
    if (error instanceof TypeError && rawJSON !== undefined) return jsonWithBigints(event);
    throw badEvent(`The event cannot be written as JSON: ${(error as Error).message}.`, error);
  }
}

/** Node 20 has no such function: there a bigint makes the event a bad one. */
const { rawJSON } = JSON as { readonly rawJSON?: (json: string) => unknown };

/** A bigint is an identifier beyond 2^53: JSON has it as a number of all its digits. */
function jsonWithBigints(event: object): string | undefined {
  try {
    return JSON.stringify(event, (_name, value: unknown) =>
      typeof value === 'bigint' && rawJSON !== undefined ? rawJSON(String(value)) : value,
    );
  } catch (error) {
    throw badEvent(`The event cannot be written as JSON: ${(error as Error).message}.`, error);
  }
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

function badEvent(message: string, cause?: unknown): ProducerError {
  return new ProducerError('badEvent', message, cause === undefined ? undefined : { cause });
}
