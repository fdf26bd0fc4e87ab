import { duckdb } from '../../engine/sql/duckdb.ts';
import { eventSource, viewStatement } from '../../engine/sql/view-statement.ts';
import { loadPipeline } from '../../runtime/load-pipeline.ts';
import { parseArguments, positionals } from '../cli/arguments.ts';
import { type Command, EXIT_OK } from '../cli/command.ts';
import { findView } from '../cli/find-view.ts';

const HELP = `Print the SQL statement that computes a view in batch, over the raw events. DuckDB's dialect.

Usage: streamgauge sql PIPELINE.ts VIEW [--input FILE …]

  --input FILE  The JSON Lines files that the statement reads (default STREAM.jsonl).

Examples
  streamgauge sql pipelines/weblog.ts traffic_5min --input examples/weblog/access-log.jsonl.gz
  streamgauge sql pipelines/clickstream.ts page_views_5min --input events.jsonl | duckdb
`;

export const sqlCommand: Command = {
  name: 'sql',
  summary: 'print the SQL that computes a view in batch',
  help: HELP,
  async run(args, { stdout }) {
    const { values, positionals: given } = parseArguments('sql', args, { input: { type: 'string', multiple: true } });
    const { PIPELINE, VIEW } = positionals('sql', given, ['PIPELINE', 'VIEW']);
    const view = findView(await loadPipeline(PIPELINE), VIEW);
    const { name } = view.stream;
    // STREAM=FILE, as `run` takes it, is understood here too.
    const files = (values.input ?? [`${name}.jsonl`]).map((file) =>
      file.startsWith(`${name}=`) ? file.slice(name.length + 1) : file,
    );
    const source = eventSource(view.stream, files);
    stdout.write(`${viewStatement(view, { dialect: duckdb, source })};\n`);
    return EXIT_OK;
  },
};
