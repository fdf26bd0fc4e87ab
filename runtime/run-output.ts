import { join } from 'node:path';
import { realPathOf } from '../adapters/real-path.ts';
import { compareGroups, groupOfText } from '../engine/codec/group.ts';
import { TABLE_GROUP } from '../engine/finalize/drafts.ts';
import { append } from '../engine/lists/append.ts';
import type { PipelinePlan, ViewPlan } from '../engine/plan/plan.ts';
import type { AlertMessage, ResultStore, RowPlace, SideOutput, StoredRow } from '../engine/ports/index.ts';
import { presentIncidents, readAnnounced } from '../engine/query/announced.ts';
import { type OpenWindowPorts, readOpenWindows } from '../engine/query/open-windows.ts';
import { rowJson, shownRows } from '../engine/query/shown-row.ts';
import { END_OF_TIME_MS, formatInstant, START_OF_TIME_MS } from '../engine/time/instant.ts';
import { eventJson } from './event-json.ts';
import { FileError } from './files/file-error.ts';
import { makeFolder } from './files/make-folder.ts';
import { writeWhole } from './files/write-whole.ts';
import { inputFile } from './input/input-file.ts';
import { type RowFormat, rowContent } from './row-format.ts';

/** The part of an embedded dead-letter store that can be read back. */
export interface SideOutputReader {
  /** What was kept of a kind and a stream, one by one, by shard and position. */
  each(stream: string, kind: SideOutput['kind']): Iterable<SideOutput>;
}

export interface ViewOutput {
  readonly name: string;
  readonly file: string;
  readonly rows: number;
}

export interface RunOutput {
  readonly views: readonly ViewOutput[];
  /** All messages about alerts, by view and in their order. */
  readonly alerts: readonly AlertMessage[];
}

const PAGE_ROWS = 1000;

const DEAD_LETTERS = '_dead_letters.jsonl';
const LATE = '_late.jsonl';
const ALERTS = '_alerts.jsonl';
const INCIDENTS = '_incidents.jsonl';

/**
 * Makes the output folder, before the work and not after it.
 *
 * @throws InputFileError where an input cannot be read, FileError where the folder cannot be used, or where an output would
 * take the place of an input.
 */
export async function openOutput(
  plan: PipelinePlan,
  outDir: string,
  inputs: readonly string[],
  format: RowFormat,
): Promise<void> {
  const read = new Set<string>();
  for (const input of inputs) {
    if ((await inputFile(input)).kind === 'file') read.add(realPathOf(input));
  }
  await makeFolder(outDir);
  for (const name of [...plan.views.map((view) => rowsFile(view, format)), DEAD_LETTERS, LATE, ALERTS, INCIDENTS]) {
    const file = join(outDir, name);
    if (!read.has(realPathOf(file))) continue;
    throw new FileError(`The output ${file} would take the place of an input. Name another folder with --out.`);
  }
}

function rowsFile({ name }: ViewPlan, format: RowFormat): string {
  return `${name}.${format}`;
}

/**
 * Writes `<view>.jsonl`, or in another format, for each view, `_dead_letters.jsonl` and `_late.jsonl`; of pipelines with alerts also `_alerts.jsonl`, the
 * messages, and `_incidents.jsonl`, what they come to. Each file appears whole or not at all.
 */
export async function writeRunOutput(
  plan: PipelinePlan,
  stores: OpenWindowPorts & { readonly results: ResultStore; readonly deadLetters: SideOutputReader },
  outDir: string,
  format: RowFormat = 'jsonl',
): Promise<RunOutput> {
  await makeFolder(outDir);
  const outputs: ViewOutput[] = [];
  for (const view of plan.views) {
    const file = join(outDir, rowsFile(view, format));
    let rows = 0;
    const counted = counting(viewRows(view, stores), () => {
      rows++;
    });
    await writeWhole(file, rowContent(format, view.definition, counted));
    outputs.push({ name: view.name, file, rows });
  }
  await writeLines(join(outDir, DEAD_LETTERS), sideLines(plan, stores.deadLetters, 'dead'));
  await writeLines(join(outDir, LATE), sideLines(plan, stores.deadLetters, 'late'));
  return { views: outputs, alerts: await writeAlerts(plan, stores, outDir) };
}

async function writeAlerts(
  plan: PipelinePlan,
  stores: OpenWindowPorts,
  outDir: string,
): Promise<readonly AlertMessage[]> {
  const alerted = plan.views.filter(({ alerts }) => alerts.length > 0);
  if (alerted.length === 0) return [];
  const messages: AlertMessage[] = [];
  for (const view of alerted) append(messages, await readAnnounced(view, stores));
  const lines = (of: readonly AlertMessage[]) => of.map((message) => JSON.stringify(message));
  await writeLines(join(outDir, ALERTS), lines(messages));
  await writeLines(join(outDir, INCIDENTS), lines(presentIncidents(messages)));
  return messages;
}

/** One by one: there may be more of them than fit into memory. */
function* sideLines(plan: PipelinePlan, kept: SideOutputReader, kind: SideOutput['kind']): Generator<string> {
  for (const { name } of plan.streams) {
    for (const record of kept.each(name, kind)) yield sideLine(record);
  }
}

/** Final rows, and for a view that emits them also those of open windows. */
async function* viewRows(
  view: ViewPlan,
  stores: OpenWindowPorts & { readonly results: ResultStore },
): AsyncGenerator<Record<string, unknown>> {
  yield* finalRows(view, stores.results);
  if (view.definition.emit !== 'onUpdate') return;
  for (const { rows } of await readOpenWindows(view, stores, Number.POSITIVE_INFINITY)) {
    for (const row of rows) yield rowJson(row);
  }
}

async function* counting<T>(items: AsyncIterable<T>, count: () => void): AsyncGenerator<T> {
  for await (const item of items) {
    count();
    yield item;
  }
}

/** A view's stored rows as JSON objects, by window and then by group. */
export async function* finalRows(view: ViewPlan, results: ResultStore): AsyncGenerator<Record<string, unknown>> {
  let window: StoredRow[] = [];
  for await (const row of allRows(view, results)) {
    if (window[0] !== undefined && window[0].windowStartMs !== row.windowStartMs) {
      yield* sortedRows(view, window);
      window = [];
    }
    window.push(row);
  }
  yield* sortedRows(view, window);
}

async function* allRows(view: ViewPlan, results: ResultStore): AsyncGenerator<StoredRow> {
  let cursor: RowPlace | null = null;
  do {
    const page = await results.windows({
      view: view.key,
      fromMs: START_OF_TIME_MS,
      toMs: END_OF_TIME_MS,
      limit: PAGE_ROWS,
      cursor,
    });
    yield* page.rows;
    cursor = page.cursor;
  } while (cursor !== null);
}

/** By the groups' values: the store orders by their text, in which 404 comes before 99. */
function sortedRows(view: ViewPlan, rows: readonly StoredRow[]): Record<string, unknown>[] {
  return rows
    .map((row) => ({ row, values: row.group === TABLE_GROUP ? [] : groupOfText(row.group) }))
    .sort((a, b) => compareGroups(a.values, b.values))
    .flatMap(({ row }) => shownRows(view, row).map(rowJson));
}

/** A dead letter or late event as one line of JSON, with the bytes as text where they are text. */
function sideLine(record: SideOutput): string {
  const { stream, shard, position, arrivalMs, bytes } = record;
  const what =
    record.kind === 'dead'
      ? {
          reason: record.reason,
          message: record.message,
          ...(record.events !== undefined && { events: record.events }),
        }
      : {
          reason: 'late',
          event_time: formatInstant(record.eventTimeMs),
          view: record.missed.view,
          window_start: formatInstant(record.missed.windowStartMs),
          window_end: formatInstant(record.missed.windowEndMs),
        };
  return JSON.stringify({
    ...what,
    stream,
    shard,
    sequence: position.sequence,
    index: position.index,
    arrival_time: arrivalMs === null ? null : formatInstant(arrivalMs),
    ...eventJson(bytes),
  });
}

async function writeLines(file: string, lines: Iterable<string>): Promise<void> {
  function* content() {
    for (const line of lines) yield `${line}\n`;
  }
  await writeWhole(file, content());
}
