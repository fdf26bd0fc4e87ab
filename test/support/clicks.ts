import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { SourceRecord } from '../../engine/decode/source-record.ts';

/** The events of the test pipeline. */
export interface Click {
  readonly id: string;
  readonly user: string;
  readonly page: string;
  readonly amount?: number | null;
  /** Milliseconds since 1970; ISO-8601 text on the wire. */
  readonly time: number;
}

export const MINUTE_MS = 60_000;
const DAY = '2026-03-01';

/** An instant of the tests' day: `at('10:03')`, `at('10:03:30.5')`. */
export function at(time: string): number {
  const ms = Date.parse(`${DAY}T${time.length === 5 ? `${time}:00` : time}Z`);
  if (Number.isNaN(ms)) throw new Error(`${time} is no time of day.`);
  return ms;
}

/** A click at a time of the tests' day. Its id tells all of it, so that failures can be read. */
export function click(time: string, page = '/a', rest: Partial<Omit<Click, 'page' | 'time'>> = {}): Click {
  return { id: `${time} ${page}`, user: 'u1', page, time: at(time), ...rest };
}

export function clickJson(event: Click): string {
  return JSON.stringify({ ...event, time: new Date(event.time).toISOString() });
}

const FIRST_SEQUENCE = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898n;

/** The n-th sequence number: 56 digits, of which a JavaScript number would keep 16. */
export function sequence(n: number): string {
  return String(FIRST_SEQUENCE + BigInt(n));
}

export interface RecordOptions {
  readonly arrivalMs?: number | null;
  readonly pack?: 'plain' | 'gzip' | 'zstd';
}

/** A record of events, bytes or text. Several events are packed as JSON Lines. */
export function record(
  n: number,
  content: Click | readonly Click[] | string | Uint8Array,
  options: RecordOptions = {},
): SourceRecord {
  return recordAt(sequence(n), content, options);
}

export function recordAt(
  sequenceNumber: string,
  content: Click | readonly Click[] | string | Uint8Array,
  { arrivalMs = null, pack = 'plain' }: RecordOptions = {},
): SourceRecord {
  const plain = bytesOf(content);
  const data = pack === 'gzip' ? gzipSync(plain) : pack === 'zstd' ? zstdCompressSync(plain) : plain;
  return { sequence: sequenceNumber, arrivalMs, partitionKey: null, data };
}

/** One record for each event, numbered from `first`. */
export function recordsOf(events: readonly Click[], first = 1, options: RecordOptions = {}): SourceRecord[] {
  return events.map((event, index) => record(first + index, event, options));
}

function bytesOf(content: Click | readonly Click[] | string | Uint8Array): Uint8Array {
  if (content instanceof Uint8Array) return content;
  if (typeof content === 'string') return Buffer.from(content);
  const events = Array.isArray(content) ? (content as readonly Click[]) : [content as Click];
  return Buffer.from(events.map(clickJson).join('\n'));
}
