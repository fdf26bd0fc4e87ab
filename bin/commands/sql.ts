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
                  stream's format or envelopes.

Examples
  streamgauge sql pipelines/weblog.ts traffic_5min --input examples/weblog/access-log.jsonl.gz
  streamgauge sql pipelines/clickstream.ts page_views_5min --input events.jsonl | duckdb
  streamgauge sql pipelines/clickstream.ts page_views_5min --dialect athena
`;

type ToStatement = (view: ViewDefinition, input: readonly string[] | undefined) => string;

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
    const view = findView(await loadPipeline(PIPELINE), VIEW);
    stdout.write(`${toStatement(view, values.input)};\n`);
    return EXIT_OK;
  },
};

function duckdbStatement(view: ViewDefinition, input: readonly string[] | undefined): string {
  // STREAM=FILE, as `run` takes it, is understood here too.
  const filesOf = (name: string) =>
    (input ?? [`${name}.jsonl`]).map((file) => (file.startsWith(`${name}=`) ? file.slice(name.length + 1) : file));
  return viewStatement(view, { dialect: duckdb, source: (stream) => eventSource(stream, filesOf(stream.name)) });
}

function athenaOf(view: ViewDefinition, input: readonly string[] | undefined): string {
  if (input === undefined) return athenaStatement(view);
  throw new UsageError('--dialect athena reads the table of the stream: leave --input out.');
}
