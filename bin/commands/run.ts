import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { systemClock } from '../../adapters/system-clock.ts';
import { ChunkThreads } from '../../runtime/chunk-threads.ts';
import { parseArguments, positionals, wholeNumber } from '../cli/arguments.ts';
import { type Command, UsageError } from '../cli/command.ts';

const HELP = `Run a pipeline over files, with the code that runs on AWS, and write the rows.

Usage: streamgauge run PIPELINE.ts --input STREAM=FILE[.gz] [--input …] --out DIR [options]

  --input STREAM=FILE  The events of a stream: JSON Lines, or in the format of the stream; .gz is unpacked; - is a pipe.
                       Repeat it for more: files of one stream are read one after the other.
  --out DIR            Where to write <view>.jsonl (or in another format), _dead_letters.jsonl and _late.jsonl, and of alerts
                       _alerts.jsonl and _incidents.jsonl: each whole or not at all.
  --format FORMAT      Of the files of rows: jsonl, csv (RFC 4180; a text that a spreadsheet would take for a formula gets a '
                       before it) or parquet (default jsonl).
  --shards N           Divide each stream into N shards by its partition key (default 1).
  --batch N            Lines in a batch (default 20000).
  --workers N          Threads that read and aggregate events (default: 1 for inputs below 512 MiB and for pipes, otherwise as many as
                       there are cores, at most 4). One of them also makes windows final and writes the rows. Each other one takes
                       about 100 MB.
  --sort               Read files whose events are in no order of time, such as exports with the newest first: none is late, and
                       rows come at the end. Without it an event is late that is further behind than maxLateness.
  --max-dead SHARE     End with code 5 where more of a stream's events than this are dead, such as 10%, 0% or 100% (default 50%);
                       with 10,000 events read also before the end.
  --no-flush           Leave windows open that the watermark has not passed at the end of the input, and leave a last
                       line that is half written to the next run.
  --store PATH         Keep the state in this file: a run that was stopped goes on where it was.
  --alerts             Print what alerts would have said. Nothing is sent, because a file is of the past.
  --json               Print the summary as JSON.

Rows never depend on --workers. They do not depend on --shards or --batch while the input's disorder stays within the stream's maxLateness. Only the
revision of a global window's running total does. Lines of a file have no arrival, so maxFutureSkew counts from the run: what
is dated later is a dead letter. A line of more than 64 MiB is a dead letter with its first 64 KiB.

Exit codes: 0 done, 1 failed (full disk, damaged input, …), 2 the command line or the pipeline is wrong, 4 another process
uses the store, 5 more events are dead than --max-dead allows (there are rows of the others). After 1 and 4 you can repeat the command: with --store it goes on, and files in --out are whole.

Examples
  streamgauge run pipelines/weblog.ts --input requests=examples/weblog/access-log.jsonl.gz --out out
  streamgauge run pipelines/clickstream.ts --input clicks=events.jsonl --out out --shards 4 --store out/state.db
`;

const OPTIONS = {
  input: { type: 'string', multiple: true },
  out: { type: 'string' },
  format: { type: 'string' },
  shards: { type: 'string' },
  batch: { type: 'string' },
  workers: { type: 'string' },
  sort: { type: 'boolean' },
  'max-dead': { type: 'string' },
  'no-flush': { type: 'boolean' },
  store: { type: 'string' },
  alerts: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export const runCommand: Command = {
  name: 'run',
  help: HELP,
  options: OPTIONS,
  async run(args, io) {
    const { values, positionals: given } = parseArguments('run', args, OPTIONS);
    const { PIPELINE } = positionals('run', given, ['PIPELINE']);
    if (values.out === undefined) throw new UsageError('streamgauge run needs --out DIR: where to write the rows.');
    const shards = wholeNumber(values.shards, '--shards', 1, 1, 256);
    const batch = wholeNumber(values.batch, '--batch', 20_000, 1, 100_000);
    const workers = wholeNumber(values.workers, '--workers', await usualWorkers(values.input ?? []), 1, 64);
    const reading = { nowMs: systemClock.nowMs(), sort: values.sort === true };
    // Other threads load their code while this one loads its own.
    const threads = new ChunkThreads(workers - 1, { pipelineFile: PIPELINE, ...reading });
    try {
      const { runPipeline } = await import('./run/run-pipeline.ts');
      return await runPipeline(
        { ...values, ...reading, pipeline: PIPELINE, out: values.out, shards, batch, threads },
        io,
      );
    } finally {
      await threads.close();
    }
  },
};

/** More have little to do: one of them commits what all have read. */
const MOST_USUAL_WORKERS = 4;
/** Of less, threads compile code for longer than they save. */
const MANY_BYTES = 512 * 1024 * 1024;

async function usualWorkers(inputs: readonly string[]): Promise<number> {
  const sizes = await Promise.all(inputs.map((input) => bytesOf(input.slice(input.indexOf('=') + 1))));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return bytes < MANY_BYTES ? 1 : Math.min(availableParallelism(), MOST_USUAL_WORKERS);
}

/** 0 where it is no file, which whoever reads it tells. */
async function bytesOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? found.size : 0;
}
