import type { DeadReason } from '../ports/dead-letter-sink.ts';
import { formatInstant } from '../time/instant.ts';
import { BronzeError } from './errors.ts';

/**
 * One line of bronze: an event, or what came in place of one, with its position in the stream.
 *
 * @example An event that fits the stream's schema has a column of its own in the table, `event`:
 * {"shard":"shardId-000000000000","sequence":"4959","index":0,"arrival":"2026-03-01T10:00:00.123Z","key":"ann","event":{"page":"/"}}
 *
 * @example One that does not fit is text: a value of another type in the column would fail every query.
 * {"shard":"shardId-000000000000","sequence":"4960","index":0,"arrival":"…","key":"ann","reason":"missing_field","text":"{\"pag\":\"/\"}"}
 *
 * @example What is not even JSON has only the bytes of its whole record, on the record's first line:
 * {"shard":"shardId-000000000000","sequence":"4961","index":0,"arrival":"…","key":"ann","reason":"not_json","record":"bm9uc2Vuc2U="}
 */
export interface BronzeLine {
  readonly shard: string;
  readonly sequence: string;
  /** Which of the records that a producer's library put under one sequence number; 0 if it put one. */
  readonly subsequence: number;
  /** Of the event in its record. */
  readonly index: number;
  readonly arrivalMs: number | null;
  readonly partitionKey: string | null;
  /** Why the event is in no column of the table; null if it is in one. */
  readonly reason: BronzeReason | null;
  /** The event's JSON on one line, without blanks around it; null where only `record` has it. */
  readonly text: string | null;
  /** The event in the table's columns, where that is not the text: without what does not fit and counts as null. */
  readonly shown?: string;
  /** The whole record as sent, on its first line, if the texts of its lines cannot restore it. */
  readonly record: Uint8Array | null;
}

/**
 * Why an event is in no column of the table. Beside the reasons of dead letters:
 * - `twin_names`: two of its fields have names that differ only in case, which a table cannot tell apart;
 * - `nested_deeply`: a reader that recurses for each level could overflow its stack;
 * - `not_unfolded`: the line is a whole record, because its events would have taken too much room.
 */
export type BronzeReason = DeadReason | 'twin_names' | 'nested_deeply' | 'not_unfolded';

/** What the table calls the parts of a line. */
export const BRONZE_COLUMNS = [
  'shard',
  'sequence',
  'sub',
  'index',
  'arrival',
  'key',
  'reason',
  'text',
  'record',
] as const;

/** The event comes last, exactly as sent: its end is the line's end. */
const EVENT_MARK = ',"event":';

/** What all lines of a record say of its place, before and after the event's index. */
export interface BronzePlace {
  readonly before: string;
  readonly after: string;
}

export function bronzePlace({
  shard,
  sequence,
  subsequence,
  arrivalMs,
  partitionKey,
}: Pick<BronzeLine, 'shard' | 'sequence' | 'subsequence' | 'arrivalMs' | 'partitionKey'>): BronzePlace {
  const sub = subsequence === 0 ? '' : `,"sub":${subsequence}`;
  const arrival = arrivalMs === null ? 'null' : `"${formatInstant(arrivalMs)}"`;
  return {
    before: `{"shard":${JSON.stringify(shard)},"sequence":${JSON.stringify(sequence)}${sub},"index":`,
    after: `,"arrival":${arrival},"key":${JSON.stringify(partitionKey)}`,
  };
}

/** The line with its line feed. Built by hand: `JSON.stringify` of an object takes three times as long. */
export function formatBronzeLine(line: BronzeLine): string {
  return formatAtPlace(bronzePlace(line), line);
}

/** What a line of a record says beside the record's place. */
export type BronzeEvent = Pick<BronzeLine, 'index' | 'reason' | 'text' | 'shown' | 'record'>;

/** The same of a record whose place is formatted already. */
export function formatAtPlace({ before, after }: BronzePlace, event: BronzeEvent): string {
  const { index, reason, text, record, shown } = event;
  const whole = record === null ? '' : `,"record":"${Buffer.from(record).toString('base64')}"`;
  if (reason === null && shown === undefined) return `${before}${index}${after}${whole}${EVENT_MARK}${text}}\n`;
  const alone = text === null ? '' : `,"text":${JSON.stringify(text)}`;
  if (reason === null) return `${before}${index}${after}${alone}${whole}${EVENT_MARK}${shown}}\n`;
  return `${before}${index}${after},"reason":"${reason}"${alone}${whole}}\n`;
}

/**
 * Reads back what `formatBronzeLine` wrote, the event's text to the letter.
 *
 * @throws BronzeError where the text is nothing that it writes.
 */
export function parseBronzeLine(line: string): BronzeLine {
  const object = parseObject(line);
  const reason = optional(object, 'reason', 'string', line) as BronzeReason | null;
  const record = optional(object, 'record', 'string', line);
  const arrival = optional(object, 'arrival', 'string', line);
  const arrivalMs = arrival === null ? null : Date.parse(arrival);
  if (Number.isNaN(arrivalMs)) throw noLine(line, `its 'arrival' is ${JSON.stringify(arrival)}`);
  return {
    shard: required(object, 'shard', 'string', line),
    sequence: required(object, 'sequence', 'string', line),
    subsequence: optional(object, 'sub', 'number', line) ?? 0,
    index: required(object, 'index', 'number', line),
    arrivalMs,
    partitionKey: optional(object, 'key', 'string', line),
    reason,
    ...textOf(object, line, reason),
    record: record === null ? null : Buffer.from(record, 'base64'),
  };
}

function textOf(
  object: Readonly<Record<string, unknown>>,
  line: string,
  reason: BronzeReason | null,
): Pick<BronzeLine, 'text' | 'shown'> {
  const text = optional(object, 'text', 'string', line);
  if (reason !== null) return { text };
  const event = eventText(line);
  return text === null ? { text: event } : { text, shown: event };
}

/** No text before the event can hold the mark: inside quotes, a backslash precedes each quote. */
function eventText(line: string): string {
  const at = line.indexOf(EVENT_MARK);
  if (at === -1) throw noLine(line, "it has neither an 'event' nor a 'reason' for having none");
  return line.slice(at + EVENT_MARK.length, line.lastIndexOf('}'));
}

function parseObject(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw noLine(line, (error as Error).message, error);
  }
  throw noLine(line, 'it is no JSON object');
}

interface Kinds {
  readonly string: string;
  readonly number: number;
}

function required<K extends keyof Kinds>(
  object: Readonly<Record<string, unknown>>,
  name: string,
  kind: K,
  line: string,
): Kinds[K] {
  const value = optional(object, name, kind, line);
  if (value === null) throw noLine(line, `it has no '${name}'`);
  return value;
}

function optional<K extends keyof Kinds>(
  object: Readonly<Record<string, unknown>>,
  name: string,
  kind: K,
  line: string,
): Kinds[K] | null {
  const value = object[name] ?? null;
  const isKind =
    typeof value === kind && (kind === 'string' || (Number.isSafeInteger(value) && (value as number) >= 0));
  if (value === null || isKind) return value as Kinds[K] | null;
  throw noLine(line, `its '${name}' is ${JSON.stringify(value).slice(0, 80)}`);
}

function noLine(line: string, why: string, cause?: unknown): BronzeError {
  return new BronzeError(`This is not a line of bronze, because ${why}: ${line.slice(0, 200)}`, { cause });
}
