import { streamsOf } from '../../engine/ir/source-definition.ts';
import type { ViewDefinition } from '../../engine/ir/view-definition.ts';
import { athenaStatement } from '../../engine/sql/athena-statement.ts';
import { duckdb } from '../../engine/sql/duckdb.ts';
import { eventSource, viewStatement } from '../../engine/sql/view-statement.ts';
import { loadPipeline } from '../../runtime/load-pipeline.ts';
import { parseArguments, positionals } from '../cli/arguments.ts';
import { type Command, EXIT_OK, UsageError } from '../cli/command.ts';
import { findView } from '../cli/find-view.ts';

const HELP = `Print the SQL statement that computes a view in batch, over the raw events.

Usage: streamgauge sql PIPELINE.ts VIEW [--dialect duckdb] [--input FILE …]
       streamgauge sql PIPELINE.ts VIEW --dialect athena

  --dialect NAME  duckdb (default): over files. athena: over the lake's table of the stream; a
                  deployed lake has the statement as a named query. If Athena cannot express a
                  view, there is no statement, and this command says why.
  --input FILE    The files that DuckDB reads (default STREAM.jsonl): JSON Lines, or of the
                  stream's format or envelopes. Of a view that reads several streams, STREAM=FILE.

Examples
  streamgauge sql pipelines/weblog.ts traffic_5min --input examples/weblog/access-log.jsonl.gz
  streamgauge sql pipelines/clickstream.ts page_views_5min --input events.jsonl | duckdb
  streamgauge sql pipelines/clickstream.ts page_views_5min --dialect athena
`;

/** `streams`: the names of all streams of the pipeline. */
type ToStatement = (view: ViewDefinition, input: readonly string[] | undefined, streams: readonly string[]) => string;

const DIALECTS: Readonly<Record<string, ToStatement>> = { duckdb: duckdbStatement, athena: athenaOf };

const OPTIONS = {
  input: { type: 'string', multiple: true },
  dialect: { type: 'string', default: 'duckdb', choices: Object.keys(DIALECTS) },
} as const;

export const sqlCommand: Command = {
  name: 'sql',
  help: HELP,
  options: OPTIONS,
  async run(args, { stdout }) {
    const { values, positionals: given } = parseArguments('sql', args, OPTIONS);
    const { PIPELINE, VIEW } = positionals('sql', given, ['PIPELINE', 'VIEW']);
    const toStatement = Object.hasOwn(DIALECTS, values.dialect) ? DIALECTS[values.dialect] : undefined;
    if (toStatement === undefined) {
      throw new UsageError(`--dialect is '${values.dialect}', and must be ${Object.keys(DIALECTS).join(' or ')}.`);
    }
    const definition = await loadPipeline(PIPELINE);
    const view = findView(definition, VIEW);
    const streams = definition.streams.map(({ name }) => name);
    stdout.write(`${toStatement(view, values.input, streams)};\n`);
    return EXIT_OK;
  },
};

function duckdbStatement(view: ViewDefinition, input: readonly string[] | undefined, all: readonly string[]): string {
  const read = streamsOf(view.source).map(({ name }) => name);
  const given = input?.map((text) => inputOf(text, all));
  if (read.length > 1 && given?.some(({ stream }) => stream === null)) {
    throw new UsageError(`View '${view.name}' reads ${read.join(' and ')}: say of each --input which, as STREAM=FILE.`);
  }
  const filesOf = (name: string) => {
    if (given === undefined) return [`${name}.jsonl`];
    const files = given.filter(({ stream }) => stream === null || stream === name).map(({ file }) => file);
    if (files.length > 0) return files;
    throw new UsageError(`View '${view.name}' reads ${read.join(' and ')}: give --input ${name}=FILE.`);
  };
  return viewStatement(view, { dialect: duckdb, source: (stream) => eventSource(stream, filesOf(stream.name)) });
}

/** STREAM=FILE, as `run` takes it, or FILE alone, whose name may have an = in it. */
function inputOf(text: string, streams: readonly string[]): { readonly stream: string | null; readonly file: string } {
  const stream = streams.find((name) => text.startsWith(`${name}=`)) ?? null;
  return { stream, file: stream === null ? text : text.slice(stream.length + 1) };
}

function athenaOf(view: ViewDefinition, input: readonly string[] | undefined): string {
  if (input === undefined) return athenaStatement(view);
  throw new UsageError('--dialect athena reads the table of the stream: leave --input out.');
}
