import { csvLine } from '../../../runtime/files/csv.ts';
import { colorWanted } from '../../../runtime/terminal/color.ts';
import { type TableColumn, type TableRow, tableLayout } from '../../../runtime/terminal/table.ts';
import { renderLine } from '../../../runtime/terminal/text.ts';
import { type CommandIo, UsageError } from '../../cli/command.ts';
import type { ViewQuestions } from './questions.ts';

const FORMATS = ['table', 'json', 'csv'] as const;

export const QUERY_FORMAT_OPTIONS = {
  format: { type: 'string', choices: FORMATS },
  json: { type: 'boolean' },
} as const;
export type OutputFormat = (typeof FORMATS)[number];

/** What a question is asked of, and where its answer goes. */
export interface Asked {
  readonly questions: ViewQuestions;
  readonly io: CommandIo;
  readonly format: OutputFormat;
}

export function outputFormat(values: {
  readonly format?: string | undefined;
  readonly json?: boolean | undefined;
}): OutputFormat {
  const { format, json } = values;
  if (json && format !== undefined && format !== 'json') {
    throw new UsageError(`--json is --format json, and --format is '${format}': give one of them.`);
  }
  const found = FORMATS.find((known) => known === (json ? 'json' : (format ?? 'table')));
  if (found !== undefined) return found;
  throw new UsageError(`--format is '${format}', and must be one of ${FORMATS.join(', ')}.`);
}

/** What an answer has in every format. */
export interface Answer {
  /** Of JSON and CSV: names of fields, in order. */
  readonly names: readonly string[];
  readonly objects: readonly Readonly<Record<string, unknown>>[];
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  /** What is to be said of the answer. A table has it below; elsewhere it is no data, and goes to stderr. */
  readonly notes: readonly string[];
}

export function printAnswer({ io, format }: Pick<Asked, 'io' | 'format'>, answer: Answer): void {
  const { stdout, stderr, env } = io;
  if (format === 'table') {
    printTable(io, answer);
    return;
  }
  if (format === 'json') for (const object of answer.objects) stdout.write(`${JSON.stringify(object)}\n`);
  else {
    stdout.write(csvLine(answer.names));
    for (const object of answer.objects) stdout.write(csvLine(answer.names.map((name) => object[name])));
  }
  const color = colorWanted(env, stderr);
  for (const text of answer.notes) stderr.write(`${renderLine([{ text, style: 'faint' }], WIDE, color)}\n`);
}

const WIDE = Number.POSITIVE_INFINITY;

function printTable({ stdout, env }: CommandIo, { columns, rows, notes }: Answer): void {
  // A pipe takes lines of any length, a terminal those that fit.
  const width = stdout.isTTY ? (stdout.columns ?? 80) : WIDE;
  const color = colorWanted(env, stdout);
  const { lines, leftOut } = tableLayout(columns, rows, width);
  if (rows.length > 0) for (const line of lines) stdout.write(`${renderLine(line, width, color)}\n`);
  const missing =
    leftOut.length === 0 || rows.length === 0 ? [] : [`Not shown for want of room: ${leftOut.join(', ')}.`];
  for (const text of [...missing, ...notes]) stdout.write(`${renderLine([{ text, style: 'faint' }], WIDE, color)}\n`);
}
