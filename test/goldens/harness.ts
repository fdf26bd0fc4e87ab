import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoryStores } from '../../adapters/memory/index.ts';
import { fileShardIndexOf, partitionKeyOfLine } from '../../adapters/shard-of.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import type { SourceRecord } from '../../engine/decode/source-record.ts';
import { ShardAggregator } from '../../engine/ingest/shard-aggregator.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type PipelinePlan, type StreamPlan } from '../../engine/plan/plan.ts';
import { endStream } from '../../engine/sweep/sweep.ts';
import { type RunStores, runFiles } from '../../runtime/file-run.ts';
import { drainFinalizeQueue, finalizeAll } from '../../runtime/local-finalizer.ts';
import { writeRunOutput } from '../../runtime/run-output.ts';
import { mortalStores } from '../support/mortal-stores.ts';

/**
 * A golden case is a folder: `pipeline.ts`, `input/<stream>.jsonl[.gz]`, `expected/<view>.jsonl`. Adding a case is adding
 * files. Expected lines name the columns that the case is about; rows are compared in these, in their order and number.
 *
 * `case.json` says what a case holds for, where that is not every way of cutting it: `shards`, `batches` (records in each,
 * or `"blank-lines"`, where blank lines of the input end a batch), and `flush`, false where windows stay open at the end.
 * A case with `expected/error.txt` is a definition that is refused with just this sentence.
 */
export interface GoldenCase {
  readonly name: string;
  readonly dir: string;
  readonly shards: readonly number[];
  readonly batches: readonly (number | 'blank-lines')[];
  readonly flush: boolean;
}

interface CaseFile {
  readonly shards?: readonly number[];
  readonly batches?: readonly number[] | 'blank-lines';
  readonly flush?: boolean;
}

export function goldenCases(root: string): readonly GoldenCase[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const dir = join(root, name);
      const file = join(dir, 'case.json');
      const own = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as CaseFile) : {};
      const { shards = [1, 2, 5], batches = [1, 7, 500], flush = true } = own;
      return { name, dir, shards, batches: batches === 'blank-lines' ? [batches] : batches, flush };
    });
}

export async function loadGolden({ dir }: GoldenCase): Promise<PipelinePlan> {
  const file = join(dir, 'pipeline.ts');
  const { default: exported } = (await import(file)) as { default: unknown };
  return compilePipeline(pipelineDefinition(exported, file));
}

export type Lines = Readonly<Record<string, readonly Record<string, unknown>[]>>;

/** The lines of each file of a folder, by the file's name. */
export function linesOf(dir: string): Lines {
  const files = readdirSync(dir).map((name): [string, Record<string, unknown>[]] => {
    const lines = readFileSync(join(dir, name), 'utf8').split('\n');
    return [name, lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>)];
  });
  return Object.fromEntries(files);
}

/** What came out, in the files and columns that the expected lines name. */
export function asExpected(found: Lines, expected: Lines): Lines {
  const files = Object.entries(expected).map(([file, lines]): [string, Record<string, unknown>[]] => {
    const columns = [...new Set(lines.flatMap((line) => Object.keys(line)))];
    const pick = (line: Record<string, unknown>) =>
      Object.fromEntries(columns.filter((column) => column in line).map((column) => [column, line[column]]));
    return [file, (found[file] ?? []).map(pick)];
  });
  return Object.fromEntries(files);
}

function inputsOf(plan: PipelinePlan, { dir }: GoldenCase): Map<string, string[]> {
  const files = readdirSync(join(dir, 'input'));
  return new Map(
    plan.streams.map(({ name }) => {
      const found = files.filter((file) => file.replace(/\.jsonl(\.gz)?$/, '') === name);
      return [name, found.map((file) => join(dir, 'input', file))];
    }),
  );
}

export interface GoldenRun {
  readonly plan: PipelinePlan;
  readonly golden: GoldenCase;
  readonly shards: number;
  readonly batch: number | 'blank-lines';
  readonly outDir: string;
}

/** Runs in memory, and says how many writes that took. */
export async function runGolden(run: GoldenRun): Promise<number> {
  let writes = 0;
  const counting = <T>(write: () => Promise<T>): Promise<T> => {
    writes++;
    return write();
  };
  await runOn(run, mortalStores(memoryStores(systemClock), counting));
  return writes;
}

/** The process "dies" at write number `crashAt`, which the run has to come to, and a second run goes on from the stores. */
export async function runGoldenTwice(run: GoldenRun, crashAt: number): Promise<void> {
  const stores = memoryStores(systemClock);
  await runUntilCrash(run, crashAt, stores);
  await runOn(run, stores);
}

/** Leaves in the stores what is there when the process "dies" at write number `crashAt`. */
export async function runUntilCrash(run: GoldenRun, crashAt: number, stores: RunStores): Promise<void> {
  const outcome = await runOn(run, dyingStores(stores, crashAt)).catch((error: unknown) => error);
  if (!(outcome instanceof Crash)) throw outcome ?? new Error(`The run ends before write ${crashAt}.`);
}

/** Runs from what the stores hold, which may be nothing. */
export async function runOn({ plan, golden, shards, batch, outDir }: GoldenRun, stores: RunStores): Promise<void> {
  const { flush } = golden;
  if (batch === 'blank-lines') return runBatches({ plan, golden, shards, batch, outDir }, stores);
  await runFiles({ plan, inputs: inputsOf(plan, golden), outDir, shards, batch, flush, stores });
}

/** Batches as blank lines cut them; each is divided among the shards by the events' keys. */
async function runBatches({ plan, golden, shards, outDir }: GoldenRun, stores: RunStores): Promise<void> {
  const ports = { ...stores, clock: systemClock };
  for (const stream of plan.streams) {
    const ids = Array.from({ length: shards }, (_, index) => `shard-${index}`);
    const topology = {
      shards: async () => ids.map((id) => ({ id, parents: [] })),
      probe: async () => 'recordsWaiting' as const,
    };
    const settings = { generation: 1 };
    const aggregators = ids.map((id) => new ShardAggregator(stream, id, { ...ports, topology }, settings));
    for (const parts of batchesOf(stream, join(golden.dir, 'input', `${stream.name}.jsonl`), shards)) {
      for (const [index, aggregator] of aggregators.entries()) await aggregator.process(parts[index] ?? []);
      await drainFinalizeQueue(plan, stores.queue, ports);
    }
    if (golden.flush) await endStream(stream, stores.state);
  }
  await finalizeAll(plan, ports);
  await writeRunOutput(plan, stores, outDir);
}

/** By batch and shard: records, numbered through. */
function batchesOf(stream: StreamPlan, file: string, shards: number): SourceRecord[][][] {
  let sequence = 0;
  const batches = readFileSync(file, 'utf8')
    .trim()
    .split(/\n\s*\n/);
  return batches.map((batch) => {
    const parts = Array.from({ length: shards }, (): SourceRecord[] => []);
    for (const line of batch.split('\n')) {
      const data = Buffer.from(line);
      const partitionKey = partitionKeyOfLine(stream.definition, data);
      const shard = partitionKey === null ? 0 : fileShardIndexOf(partitionKey, shards);
      parts[shard]?.push({ sequence: String(++sequence), arrivalMs: null, partitionKey, data });
    }
    return parts;
  });
}

class Crash extends Error {}

/** After write number `crashAt` nothing works any more; whether that write itself was applied depends on its parity. */
function dyingStores(stores: RunStores, crashAt: number): RunStores {
  let writes = 0;
  const mortal = async <T>(write: () => Promise<T>): Promise<T> => {
    writes++;
    if (writes < crashAt) return write();
    if (writes === crashAt && crashAt % 2 === 0) await write();
    throw new Crash(`The process dies at write ${crashAt}.`);
  };
  return mortalStores(stores, mortal);
}
