import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { type EmbeddedStores, openTemporary, type TemporaryStores } from '../../adapters/embedded/index.ts';
import { randomHashKey } from '../../adapters/hash-key.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { compilePipeline, type PipelinePlan } from '../../engine/plan/plan.ts';
import { ChunkThreads } from '../../runtime/chunk-threads.ts';
import { type RunSummary, runFiles } from '../../runtime/file-run.ts';
import { makeFolder } from '../../runtime/files/make-folder.ts';
import { inputFile } from '../../runtime/input/input-file.ts';
import { loadPipeline } from '../../runtime/load-pipeline.ts';
import { ROW_FORMATS, type RowFormat } from '../../runtime/row-format.ts';
import { alertLine } from '../../runtime/terminal/alert-line.ts';
import { canRedraw, colorWanted } from '../../runtime/terminal/color.ts';
import { createProgress } from '../../runtime/terminal/progress.ts';
import { renderLine } from '../../runtime/terminal/text.ts';
import { parseArguments, positionals, wholeNumber } from '../cli/arguments.ts';
import { type Command, type CommandIo, EXIT_DEAD, EXIT_OK, UsageError } from '../cli/command.ts';
import { openOwnStore } from '../cli/own-store.ts';
import { lastingStorePath } from '../cli/store-path.ts';
import { findingLines } from './run-findings-text.ts';

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
  --workers N          Threads that read events (default: as many as there are cores, at most 4; 1 for inputs below 16 MiB and for
                       pipes). One of them also makes windows final and writes the rows.
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
    const format = rowFormat(values.format);
    const shards = wholeNumber(values.shards, '--shards', 1, 1, 256);
    const batch = wholeNumber(values.batch, '--batch', 20_000, 1, 100_000);
    const plan = compilePipeline(await loadPipeline(PIPELINE), { hashKey: randomHashKey() });
    const inputs = parseInputs(values.input ?? [], plan);
    const maxDead = shareOf(values['max-dead']);
    const flush = values['no-flush'] !== true;
    const sort = values.sort === true;
    if (sort && !flush) {
      throw new UsageError('--sort is of files that are there whole, and --no-flush of one that grows: leave out one.');
    }
    const workers = wholeNumber(values.workers, '--workers', await usualWorkers(inputs), 1, 64);
    const nowMs = systemClock.nowMs();
    const stores = await openStores(values.store);
    const threads = new ChunkThreads(workers - 1, plan, { pipelineFile: PIPELINE, nowMs, sort });
    const started = performance.now();
    const color = colorWanted(io.env, io.stderr);
    const progress = createProgress({
      stream: io.stderr,
      isTTY: canRedraw(io.env, io.stderr),
      color,
      label: plan.name,
    });
    try {
      const summary = await runFiles({
        plan,
        inputs,
        outDir: values.out,
        format,
        shards,
        batch,
        flush,
        sort,
        maxDead,
        nowMs,
        stores,
        threads,
        onProgress: progress.update,
      });
      progress.finish();
      if (values.alerts && !values.json) printAlerts(summary, io);
      printSummary(summary, performance.now() - started, values.json === true, io);
      if (!values.json)
        for (const finding of summary.findings) io.stderr.write(`${findingLines(finding).join('\n')}\n`);
      return summary.findings.some(({ kind }) => kind === 'dead') ? EXIT_DEAD : EXIT_OK;
    } finally {
      progress.finish();
      await threads.close();
      stores.close();
    }
  },
};

async function openStores(path: string | undefined): Promise<EmbeddedStores | TemporaryStores> {
  if (path === undefined) return openTemporary(systemClock);
  await makeFolder(dirname(lastingStorePath(path)));
  return openOwnStore(path, 'streamgauge run');
}

/** More have nothing to do: one of them commits what all have read. */
const MOST_USUAL_WORKERS = 4;
/** Other threads take a while to begin, and memory. */
const MANY_BYTES = 16 * 1024 * 1024;

async function usualWorkers(inputs: ReadonlyMap<string, readonly string[]>): Promise<number> {
  const files = await Promise.all([...inputs.values()].flat().map(inputFile));
  const bytes = files.reduce((sum, file) => sum + (file.kind === 'file' ? file.bytes : 0), 0);
  return bytes < MANY_BYTES ? 1 : Math.min(availableParallelism(), MOST_USUAL_WORKERS);
}

/** A share in percent, from 0 to 1. */
function shareOf(text = '50%'): number {
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text)?.[1];
  const share = Number(percent) / 100;
  if (percent !== undefined && share <= 1) return share;
  throw new UsageError(`--max-dead is '${text}', and must be a share from 0% to 100%, such as 10%.`);
}

function rowFormat(text = 'jsonl'): RowFormat {
  const found = ROW_FORMATS.find((known) => known === text);
  if (found !== undefined) return found;
  throw new UsageError(`--format is '${text}', and must be one of ${ROW_FORMATS.join(', ')}.`);
}

function parseInputs(given: readonly string[], plan: PipelinePlan): Map<string, string[]> {
  const inputs = new Map<string, string[]>(plan.streams.map((stream) => [stream.name, []]));
  const names = [...inputs.keys()].join(', ');
  for (const text of given) {
    const equals = text.indexOf('=');
    if (equals < 1 || equals === text.length - 1) {
      throw new UsageError(`--input is '${text}', and must be STREAM=FILE. Pipeline '${plan.name}' reads ${names}.`);
    }
    const stream = text.slice(0, equals);
    const files = inputs.get(stream);
    if (!files)
      throw new UsageError(`--input names the stream '${stream}', and pipeline '${plan.name}' reads ${names}.`);
    const file = text.slice(equals + 1);
    files.push(file === '-' ? '/dev/stdin' : file);
  }
  const empty = [...inputs].filter(([, files]) => files.length === 0).map(([stream]) => stream);
  if (empty.length > 0) {
    throw new UsageError(`Pipeline '${plan.name}' reads ${empty.join(', ')}: give --input ${empty[0]}=FILE.`);
  }
  return inputs;
}

function printAlerts({ alerts }: RunSummary, { stdout, env }: CommandIo): void {
  const color = colorWanted(env, stdout);
  for (const message of alerts) {
    stdout.write(`${renderLine(alertLine(message), Number.POSITIVE_INFINITY, color)}\n`);
  }
}

function printSummary(summary: RunSummary, elapsedMs: number, json: boolean, { stdout }: CommandIo): void {
  if (json) {
    const { alerts, ...rest } = summary;
    stdout.write(`${JSON.stringify({ ...rest, alerts: alerts.length, elapsed_ms: Math.round(elapsedMs) })}\n`);
    return;
  }
  const { delivered, accepted, late, dead, duplicate, discarded } = summary.counters;
  const count = (n: number) => n.toLocaleString('en-US');
  stdout.write(
    `${count(delivered)} events: ${count(accepted)} accepted, ${count(late)} late, ${count(dead)} dead, ${count(duplicate)} duplicate, ${count(discarded)} discarded\n`,
  );
  for (const view of summary.views) stdout.write(`${count(view.rows)} rows in ${view.file}\n`);
  if (summary.alerts.length > 0)
    stdout.write(`${count(summary.alerts.length)} messages about alerts in _alerts.jsonl\n`);
  stdout.write(`${(elapsedMs / 1000).toFixed(2)} s\n`);
}
