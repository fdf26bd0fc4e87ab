import { eventsOf } from '../decode/decoder.ts';
import type { SourceRecord } from '../decode/source-record.ts';
import type { StreamPlan } from '../plan/plan.ts';
import { type BronzeLine, type BronzeReason, formatBronzeLine } from './bronze-line.ts';
import { isNestedDeeply } from './nesting.ts';
import { tableShape, twinFinder } from './table-shape.ts';

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
  const hasTwins = twinFinder(tableShape(definition.shape));
  const reasonOf = (value: unknown, text: string, numerals: string | null, arrivalMs: number | null) => {
    const validation = validate(value, arrivalMs, numerals);
    if (validation.kind === 'invalid') return validation.reason as BronzeReason;
    if (isNestedDeeply(text)) return 'nested_deeply';
    return hasTwins(value as object) ? 'twin_names' : null;
  };
  return {
    unfold(record, maxBytes) {
      const lines: BronzeLine[] = [];
      let bytes = 0;
      let isWhole = false;
      const add = (reason: BronzeReason | null, text: string | null) => {
        lines.push({ ...placeOf(record), index: lines.length, reason, text, record: null });
        bytes += text?.length ?? 0;
      };
      for (const event of eventsOf(decoder.open(record.data))) {
        if (event.kind === 'skipped') continue;
        if (event.kind === 'value') {
          const isJson = event.isJson ?? true;
          const line = isJson ? oneLine(event.text) : fieldsJson(event.value as object);
          // JSON that was made of a row does not give back the row.
          isWhole ||= !isJson;
          add(reasonOf(event.value, line, isJson ? line : null, record.arrivalMs), line);
        } else {
          isWhole = true;
          add(event.reason, null);
        }
        if (bytes > maxBytes) return null;
      }
      const [first, ...rest] = lines;
      const withRecord = first !== undefined && isWhole ? [{ ...first, record: record.data }, ...rest] : lines;
      const result = bronzeText(withRecord);
      return result.bytes > maxBytes ? null : result;
    },
  };
}

/** The record on one line, as it is. */
export function foldedRecord(record: PlacedRecord): BronzeText {
  return bronzeText([{ ...placeOf(record), index: 0, reason: 'not_unfolded', text: null, record: record.data }]);
}

function placeOf({ shard, sequence, subsequence, arrivalMs, partitionKey }: PlacedRecord) {
  return { shard, sequence, subsequence, arrivalMs, partitionKey };
}

function bronzeText(lines: readonly BronzeLine[]): BronzeText {
  const reasons = new Map<BronzeReason, number>();
  let events = 0;
  for (const { reason } of lines) {
    if (reason === null) events++;
    else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const text = lines.map(formatBronzeLine).join('');
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
  return text.trim().replaceAll(/[\r\n]+/g, ' ');
}
