import { dirname } from 'node:path';
import { type EmbeddedStores, openTemporary, type TemporaryStores } from '../../../adapters/embedded/index.ts';
import { randomHashKey } from '../../../adapters/hash-key.ts';
import { systemClock } from '../../../adapters/system-clock.ts';
import { compilePipeline, type PipelinePlan } from '../../../engine/plan/plan.ts';
import type { ChunkThreads } from '../../../runtime/chunk-threads.ts';
import { type RunSummary, runFiles } from '../../../runtime/file-run.ts';
import { makeFolder } from '../../../runtime/files/make-folder.ts';
import { loadPipeline } from '../../../runtime/load-pipeline.ts';
import { ROW_FORMATS, type RowFormat } from '../../../runtime/row-format.ts';
import { alertLine } from '../../../runtime/terminal/alert-line.ts';
import { canRedraw, colorWanted } from '../../../runtime/terminal/color.ts';
import { createProgress } from '../../../runtime/terminal/progress.ts';
import { renderLine } from '../../../runtime/terminal/text.ts';
import { type CommandIo, EXIT_DEAD, EXIT_OK, UsageError } from '../../cli/command.ts';
import { openOwnStore } from '../../cli/own-store.ts';
import { lastingStorePath } from '../../cli/store-path.ts';
import { thousands } from '../../cli/thousands.ts';
import { findingLines } from './findings-text.ts';

/** What the command line says, by the names of its options. */
export interface RunSettings {
  readonly pipeline: string;
  readonly input?: readonly string[];
  readonly out: string;
  readonly format?: string;
  readonly shards: number;
  readonly batch: number;
  readonly threads: ChunkThreads;
  readonly nowMs: number;
  readonly sort: boolean;
  readonly 'max-dead'?: string;
  readonly 'no-flush'?: boolean;
  readonly store?: string;
  readonly alerts?: boolean;
  readonly json?: boolean;
}

/** Runs a pipeline over files and says what came of it. Returns the exit code. */
export async function runPipeline(settings: RunSettings, io: CommandIo): Promise<number> {
  const { threads, shards, batch, nowMs, sort } = settings;
  const format = rowFormat(settings.format);
  const plan = compilePipeline(await loadPipeline(settings.pipeline), { hashKey: randomHashKey() });
  threads.workOn(plan);
  const inputs = parseInputs(settings.input ?? [], plan);
  const maxDead = shareOf(settings['max-dead']);
  const flush = settings['no-flush'] !== true;
  if (sort && !flush) {
    throw new UsageError('--sort is of files that are there whole, and --no-flush of one that grows: leave out one.');
  }
  const stores = await openStores(settings.store);
  const started = performance.now();
  const color = colorWanted(io.env, io.stderr);
  const progress = createProgress({
    stream: io.stderr,
    isTTY: canRedraw(io.env, io.stderr),
    color,
    label: plan.name,
  });
  const read = { shards, batch, flush, sort, maxDead, nowMs };
  try {
    const summary = await runFiles({
      ...read,
      plan,
      inputs,
      outDir: settings.out,
      format,
      stores,
      threads,
      onProgress: progress.update,
    });
    progress.finish();
    if (settings.alerts && !settings.json) printAlerts(summary, io);
    printSummary(summary, performance.now() - started, settings.json === true, io);
    const { whyMissing } = threads;
    if (whyMissing !== null)
      io.stderr.write(`The run had a thread less: one could not begin, and ended${whyMissing}\n`);
    if (!settings.json)
      for (const finding of summary.findings) io.stderr.write(`${findingLines(finding).join('\n')}\n`);
    return summary.findings.some(({ kind }) => kind === 'dead') ? EXIT_DEAD : EXIT_OK;
  } finally {
    progress.finish();
    stores.close();
  }
}

async function openStores(path: string | undefined): Promise<EmbeddedStores | TemporaryStores> {
  if (path === undefined) return openTemporary(systemClock);
  await makeFolder(dirname(lastingStorePath(path)));
  return openOwnStore(path, 'streamgauge run');
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
  stdout.write(
    `${thousands(delivered)} events: ${thousands(accepted)} accepted, ${thousands(late)} late, ${thousands(dead)} dead, ${thousands(duplicate)} duplicate, ${thousands(discarded)} discarded\n`,
  );
  for (const view of summary.views) stdout.write(`${thousands(view.rows)} rows in ${view.file}\n`);
  if (summary.alerts.length > 0)
    stdout.write(`${thousands(summary.alerts.length)} messages about alerts in _alerts.jsonl\n`);
  stdout.write(`${(elapsedMs / 1000).toFixed(2)} s\n`);
}
