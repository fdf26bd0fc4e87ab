import { join } from 'node:path';
import { realPathOf } from '../adapters/real-path.ts';
import { append } from '../engine/lists/append.ts';
import type { PipelinePlan, ViewPlan } from '../engine/plan/plan.ts';
import type { AlertMessage, ResultStore, SideOutput } from '../engine/ports/index.ts';
import { presentIncidents, readAnnounced } from '../engine/query/announced.ts';
import { type OpenWindowPorts, readOpenWindows } from '../engine/query/open-windows.ts';
import { rowJson } from '../engine/query/shown-row.ts';
import { formatInstant } from '../engine/time/instant.ts';
import { eventJson } from './event-json.ts';
import { FileError } from './files/file-error.ts';
import { makeFolder } from './files/make-folder.ts';
import { writeWhole } from './files/write-whole.ts';
import { finalRowLines, finalRows } from './final-rows.ts';
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
    const count = () => {
      rows++;
    };
    const content =
      format === 'jsonl' && view.definition.emit !== 'complete'
        ? rowLines(view, stores, count)
        : rowContent(format, view.definition, counting(viewRows(view, stores), count));
    await writeWhole(file, content);
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
  yield* openRows(view, stores);
}

/** The same as lines of JSON. What is stored of a row is text already. */
async function* rowLines(
  view: ViewPlan,
  stores: OpenWindowPorts & { readonly results: ResultStore },
  count: () => void,
): AsyncGenerator<string | Uint8Array> {
  yield* finalRowLines(view, stores.results, count);
  for await (const row of openRows(view, stores)) {
    count();
    yield `${JSON.stringify(row)}\n`;
  }
}

async function* openRows(view: ViewPlan, stores: OpenWindowPorts): AsyncGenerator<Record<string, unknown>> {
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
