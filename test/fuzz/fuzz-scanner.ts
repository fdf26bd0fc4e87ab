import type { Column, EventColumns, NeededField } from '../../engine/columns/event-columns.ts';
import type { DecodedEvent } from '../../engine/decode/decoder.ts';
import { eventsOf } from '../../engine/decode/decoder.ts';
import { jsonLinesDecoder } from '../../engine/decode/json-lines.ts';
import type { LineScanner } from '../../engine/decode/scan/scanner.ts';
import { ownField } from '../../engine/expression/own-field.ts';
import { urlPath } from '../../engine/expression/semantics.ts';
import { hashText } from '../../engine/hash/hash64.ts';
import { Random, SeededChoices } from '../simulation/random.ts';
import { mutate } from './mutate.ts';
import { oddScannedText } from './odd-scanned.ts';
import { freshScanner, SCANNED, type ScannedStream, taughtScanner } from './scanned-streams.ts';

const ARRIVAL_MS = Date.UTC(2026, 0, 1, 0, 0, 30);

/** Lines of each stream to learn from. */
const LESSONS = new Map(
  SCANNED.map((of, n): [ScannedStream, readonly string[]] => {
    const random = new Random(new SeededChoices(n));
    return [of, Array.from({ length: 10 }, () => oddScannedText(of, random))];
  }),
);

/** Of events that are scanned and of those that are not, the same is told: the values of fields, or why the event is dead. */
export function fuzzScanner(random: Random): string {
  const of = random.pick(SCANNED);
  const right = Buffer.from(oddScannedText(of, random));
  const other = Buffer.from(oddScannedText(of, random));
  const bytes = random.chance(35) ? mutate(right, other, random) : right;
  const arrivalMs = random.chance(50) ? ARRIVAL_MS : null;
  const needed = random.pick(of.needed);
  // One that learns has code compiled for each input, which takes most of the time.
  const scanner = random.chance(10) ? freshScanner(of, needed) : taughtScanner(of, needed, LESSONS.get(of) ?? []);
  const expected = JSON.stringify(toldPlainly(of, needed, bytes, arrivalMs));
  let outcome = 'not for it';
  // What it learns of the lines before makes others usual: of the second time, most.
  for (const record of [right, bytes, bytes]) {
    const scanned = toldByScanner(of, scanner, needed, record, arrivalMs);
    if (record !== bytes || scanned === null) continue;
    if (JSON.stringify(scanned.told) !== expected) {
      throw new Error(
        `Scanned, ${JSON.stringify(bytes.toString('latin1'))} is ${JSON.stringify(scanned.told)} and not ${expected}.`,
      );
    }
    outcome = scanned.rows === 0 ? 'all plain' : scanned.rows === scanned.told.length ? 'all scanned' : 'some scanned';
  }
  return outcome;
}

type Told = readonly unknown[];

function toldPlainly(
  of: ScannedStream,
  needed: readonly NeededField[],
  bytes: Uint8Array,
  arrivalMs: number | null,
): Told[] {
  return [...eventsOf(jsonLinesDecoder.open(bytes))].map((event) => toldOf(of, needed, event, arrivalMs));
}

/** Null where the record is not for the scanner. */
function toldByScanner(
  of: ScannedStream,
  scanner: LineScanner,
  needed: readonly NeededField[],
  bytes: Uint8Array,
  arrivalMs: number | null,
): { readonly told: Told[]; readonly rows: number } | null {
  const reader = scanner.open(bytes, arrivalMs);
  if (reader === null) return null;
  const told: Told[] = [];
  let rows = 0;
  for (let read = reader.next(); read !== null; read = reader.next()) {
    if (!('columns' in read)) {
      told.push(toldOf(of, needed, read, arrivalMs));
      continue;
    }
    if (read.firstIndex !== told.length)
      throw new Error(`A stretch begins at ${read.firstIndex} and not at ${told.length}.`);
    rows += read.length;
    for (let row = 0; row < read.length; row++) told.push(toldOfRow(needed, read, row));
  }
  return { told, rows };
}

function toldOf(
  of: ScannedStream,
  needed: readonly NeededField[],
  event: DecodedEvent,
  arrivalMs: number | null,
): Told {
  if (event.kind === 'unreadable')
    return ['dead', event.reason, event.message, Buffer.from(event.bytes).toString('latin1')];
  const { value, text } = event;
  const judged = of.validate(value, arrivalMs, text);
  if (judged.kind === 'invalid') return ['dead', judged.reason, judged.message, text];
  return [judged.timeMs, text, ...needed.map((field) => shown(field, field.path.reduce(ownField, value)))];
}

function shown({ type, use }: NeededField, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (use === 'hash' && type.kind === 'string') {
    const hash = { high: 0, low: 0 };
    hashText(String(value), hash);
    return [hash.high, hash.low];
  }
  if (use === 'beforeQuery' && type.kind === 'string') return urlPath(String(value));
  return typeof value === 'bigint' ? `${value}n` : typeof value === 'number' ? value + 0 : value;
}

function toldOfRow(needed: readonly NeededField[], columns: EventColumns, row: number): Told {
  const { starts, ends, bytes, timesMs } = columns;
  const text = Buffer.from(bytes.subarray(starts[row], ends[row])).toString('utf8');
  return [
    timesMs[row],
    text,
    ...columns.columns.map((column, index) => toldOfValue(needed[index] as NeededField, column, row)),
  ];
}

/** Where hashes or paths are asked for, a column of texts may be given. */
function toldOfValue(field: NeededField, column: Column, row: number): unknown {
  const value = valueAt(column, row);
  return column.kind === 'text' ? shown(field, value) : value;
}

function valueAt(column: Column, row: number): unknown {
  switch (column.kind) {
    case 'number':
      return column.present !== null && column.present[row] === 0 ? null : column.values[row];
    case 'text': {
      const code = column.codes[row] as number;
      if (code === -1) return null;
      const { dictionary } = column;
      const text = dictionary.text(code);
      const bytes = Buffer.from(dictionary.bytes.subarray(dictionary.start(code), dictionary.end(code)));
      if (bytes.toString('utf8') !== text) throw new Error(`A dictionary has '${text}' and the bytes of '${bytes}'.`);
      return text;
    }
    case 'boolean':
      return [false, true, null][column.values[row] as number];
    case 'hash':
      return column.present !== null && column.present[row] === 0 ? null : [column.high[row], column.low[row]];
    case 'boxed':
      return column.values[row];
  }
}
