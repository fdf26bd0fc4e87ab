import type { SourceRecord } from '../decode/source-record.ts';
import type { StreamPlan } from '../plan/plan.ts';
import { type BronzeEvent, type BronzeReason, bronzePlace, formatAtPlace } from './bronze-line.ts';
import { isNestedDeeply } from './nesting.ts';
import { twinFinder } from './table-shape.ts';
import { withNulls } from './with-nulls.ts';

/** A record with the place that it came from. */
export interface PlacedRecord extends SourceRecord {
  readonly shard: string;
  readonly subsequence: number;
}

export interface BronzeText {
  readonly text: string;
  readonly bytes: number;
  /** Lines whose event is in the table's columns. */
  readonly events: number;
  /** How many of the other lines there are for each reason. */
  readonly reasons: ReadonlyMap<BronzeReason, number>;
}

interface Judged {
  readonly reason: BronzeReason | null;
  readonly text: string;
  readonly shown?: string;
}

/** Turns the records of one stream into lines of bronze. */
export interface BronzeWriter {
  /** A line for each event, or null where they would take more than so many bytes. */
  unfold(record: PlacedRecord, maxBytes: number): BronzeText | null;
}

/**
 * An event is judged when it arrives, by the same decoder and the same validator as in the aggregate stage: what a table
 * shows as an event is what was one there.
 */
export function bronzeWriter({
  definition,
  decoder,
  validate,
}: Pick<StreamPlan, 'definition' | 'decoder' | 'validate'>): BronzeWriter {
  const hasTwins = twinFinder(definition.shape);
  const judged = (value: unknown, text: string, numerals: string | null, arrivalMs: number | null): Judged => {
    const validation = validate(value, arrivalMs, numerals);
    if (validation.kind === 'invalid') return { reason: validation.reason, text };
    const { takenAsNull } = validation;
    if (isNestedDeeply(text)) return { reason: 'nested_deeply', text };
    if (hasTwins(value as object)) return { reason: 'twin_names', text };
    // A value of another type than its column would fail every query of the table.
    return { reason: null, text, ...(takenAsNull !== undefined && { shown: withNulls(text, takenAsNull) }) };
  };
  return {
    unfold(record, maxBytes) {
      const events: BronzeEvent[] = [];
      let bytes = 0;
      let isWhole = false;
      const add = (line: Pick<BronzeEvent, 'reason' | 'text' | 'shown'>) => {
        events.push({ index: events.length, ...line, record: null });
        bytes += line.text?.length ?? 0;
      };
      const reader = decoder.open(record.data);
      for (let event = reader.next(); event !== null; event = reader.next()) {
        if (event.kind === 'skipped') continue;
        if (event.kind === 'value') {
          const isJson = event.isJson ?? true;
          const line = isJson ? oneLine(event.text) : fieldsJson(event.value as object);
          // JSON that was made of a row does not give back the row.
          isWhole ||= !isJson;
          add(judged(event.value, line, isJson ? line : null, record.arrivalMs));
        } else {
          isWhole = true;
          add({ reason: event.reason, text: null });
        }
        if (bytes > maxBytes) return null;
      }
      const [first, ...rest] = isWhole ? events : [];
      const withRecord = first === undefined ? events : [{ ...first, record: record.data }, ...rest];
      const result = bronzeText(record, withRecord);
      return result.bytes > maxBytes ? null : result;
    },
  };
}

/** The record on one line, as it is. */
export function foldedRecord(record: PlacedRecord): BronzeText {
  return bronzeText(record, [folded(record.data)]);
}

/** How many bytes that line takes: known without making it, which most records never need. */
export function foldedBytes(record: PlacedRecord): number {
  const line = formatAtPlace(bronzePlace(record), folded(NO_BYTES));
  return Buffer.byteLength(line) + 4 * Math.ceil(record.data.length / 3);
}

const NO_BYTES = new Uint8Array(0);

function folded(record: Uint8Array): BronzeEvent {
  return { index: 0, reason: 'not_unfolded', text: null, record };
}

function bronzeText(record: PlacedRecord, lines: readonly BronzeEvent[]): BronzeText {
  const place = bronzePlace(record);
  const reasons = new Map<BronzeReason, number>();
  let [events, text] = [0, ''];
  for (const line of lines) {
    text += formatAtPlace(place, line);
    if (line.reason === null) events++;
    else reasons.set(line.reason, (reasons.get(line.reason) ?? 0) + 1);
  }
  return { text, bytes: Buffer.byteLength(text), events, reasons };
}

/** The fields of a row, as the schema took them. */
function fieldsJson(fields: object): string {
  const members = Object.entries(fields).map(
    ([name, value]) => `${JSON.stringify(name)}:${typeof value === 'bigint' ? value : JSON.stringify(value)}`,
  );
  return `{${members.join(',')}}`;
}

/** JSON text has line ends between its tokens only, never inside of its texts. */
function oneLine(text: string): string {
  const trimmed = text.trim();
  return trimmed.includes('\n') || trimmed.includes('\r') ? trimmed.replaceAll(/[\r\n]+/g, ' ') : trimmed;
}
