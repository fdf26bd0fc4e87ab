import { greatest } from '../../../engine/lists/extremes.ts';
import {
  noteState,
  type Put,
  type RedriveNote,
  type StoredSideOutput,
} from '../../../engine/ports/dead-letter-store.ts';
import { formatInstant } from '../../../engine/time/instant.ts';
import { eventJson } from '../../../runtime/event-json.ts';
import { colorWanted } from '../../../runtime/terminal/color.ts';
import { formatWatermark } from '../../../runtime/terminal/format.ts';
import { displayWidth, type Line, renderLine, type Span, sanitize, toWidth } from '../../../runtime/terminal/text.ts';
import type { CommandIo } from '../../cli/command.ts';

/** A pipe takes lines of any length, a terminal those that fit. */
export function writeLine({ stdout, env }: CommandIo, line: Line, cut = true): void {
  const width = stdout.isTTY && cut ? (stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
  stdout.write(`${renderLine(line, width, colorWanted(env, stdout))}\n`);
}

const HEAD = ['arrived', 'kind', 'stream', 'reason', 'redriven', 'id'] as const;
const GAP = '  ';

/** A table whose last column, the id, is never cut: it is there to be copied. Below each record, what is wrong with it. */
export function writeTable(io: CommandIo, records: readonly StoredSideOutput[]): void {
  const rows = records.map((record) => [
    arrivedText(record),
    record.kind,
    record.stream,
    record.reason,
    stateText(record.redrive),
    record.id,
  ]);
  const widths = HEAD.map((head, column) => greatest([head, ...rows.map((row) => row[column] ?? '')].map(shownWidth)));
  const cells = (row: readonly string[]): string[] =>
    row.map((text, column) => (column === HEAD.length - 1 ? text : toWidth(text, widths[column] ?? 0) + GAP));
  writeLine(io, [{ text: cells(HEAD).join(''), style: 'faint' }]);
  for (const [index, record] of records.entries()) {
    const texts = cells(rows[index] as string[]);
    const spans = texts.map((text, column): Span => ({ text, ...(column === REDRIVEN ? styleOf(record) : {}) }));
    writeLine(io, spans, false);
    writeLine(io, [{ text: `  ${record.message}`, style: 'faint' }]);
  }
}

const REDRIVEN = HEAD.indexOf('redriven');

function shownWidth(text: string): number {
  return displayWidth(sanitize(text));
}

function arrivedText({ arrivalMs }: StoredSideOutput): string {
  return arrivalMs === null ? '–' : formatWatermark(arrivalMs).replace(' UTC', '');
}

function stateText(redrive: RedriveNote | null): string {
  if (redrive === null) return '–';
  return { redriven: 'yes', failed: 'failed', unknown: 'unknown' }[noteState(redrive)];
}

function styleOf({ redrive }: StoredSideOutput): Pick<Span, 'style'> {
  if (redrive === null) return {};
  return { style: ({ redriven: 'good', failed: 'bad', unknown: 'warning' } as const)[noteState(redrive)] };
}

/** All that is known of a record, a line each, and then its bytes. */
export function writeRecord(io: CommandIo, record: StoredSideOutput): void {
  const { id, kind, stream, reason, message, shard, position, arrivalMs, redrive, payloads } = record;
  const facts: [string, string][] = [
    ['id', id],
    ['kind', kind],
    ['stream', stream],
    ['reason', reason],
    ['message', message],
    ['shard', shard],
    ['position', `${position.sequence}, event ${position.index} of the record`],
    ['arrived', arrivalMs === null ? 'not known' : formatInstant(arrivalMs)],
    ['redriven', redrive === null ? 'no' : `${stateText(redrive)}, by ${redrive.by} at ${formatInstant(redrive.atMs)}`],
    ...(redrive?.puts ?? []).slice(0, SHOWN_PUTS).map((put): [string, string] => ['', putText(put)]),
    ...(payloads.length === 1 ? [] : [['records', String(payloads.length)] as [string, string]]),
  ];
  for (const [name, text] of facts) writeLine(io, [{ text: name.padEnd(10), style: 'faint' }, { text }], false);
  for (const { data } of payloads) writeLine(io, [{ text: '' }, ...dataSpans(data)], false);
}

/** A batch has many puts, which the JSON tells. */
const SHOWN_PUTS = 10;

function putText(put: Put): string {
  return put.state === 'redriven' ? `${put.shard}, sequence number ${put.sequence}` : put.message;
}

function dataSpans(data: Uint8Array): Line {
  const json = eventJson(data);
  if ('event' in json) return [{ text: json.event === '' ? '(no bytes)' : json.event }];
  return [{ text: 'base64 ', style: 'faint' }, { text: json.event_base64 }];
}

/** One JSON object. The bytes of a batch are left to `show`, for there may be thousands of records. */
export function recordJson(record: StoredSideOutput, withBatch: boolean): Record<string, unknown> {
  const { id, kind, stream, reason, message, shard, position, arrivalMs, redrive, payloads } = record;
  const [payload] = payloads;
  const single = kind !== 'discarded' && payload !== undefined;
  return {
    ...{ id, kind, reason, message, stream, shard, sequence: position.sequence, index: position.index },
    arrival_time: arrivalMs === null ? null : formatInstant(arrivalMs),
    redrive: redrive === null ? null : redriveJson(redrive),
    ...(single ? eventJson(payload.data) : { records: withBatch ? payloads.map(payloadJson) : payloads.length }),
  };
}

function payloadJson({ partitionKey, data }: StoredSideOutput['payloads'][number]) {
  return { partition_key: partitionKey, ...eventJson(data) };
}

function redriveJson(note: RedriveNote) {
  return { state: noteState(note), by: note.by, at: formatInstant(note.atMs), puts: note.puts };
}
