import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MemoryStores, memoryStores } from '../../adapters/memory/index.ts';
import { pipelineDefinition } from '../../engine/definition/pipeline.ts';
import { compilePipeline, type PipelinePlan } from '../../engine/plan/plan.ts';
import { type RunOptions, type RunStores, runFiles } from '../../runtime/file-run.ts';
import { systemClock } from '../../runtime/system-clock.ts';
import { mortalStores } from '../support/mortal-stores.ts';

/**
 * A golden case is a folder: `pipeline.ts`, `input/<stream>.jsonl[.gz]`, `expected/<view>.jsonl`. Adding a case is
 * adding files. Where a case is about batches or open windows, `case.json` says which shards and batches it holds for.
 */
export interface GoldenCase {
  readonly name: string;
  readonly dir: string;
  readonly shards: readonly number[];
  readonly batches: readonly number[];
  readonly flush: boolean;
}

const DEFAULTS = { shards: [1, 2, 5], batches: [1, 7, 500], flush: true };

export function goldenCases(root: string): readonly GoldenCase[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const dir = join(root, name);
      const settings = join(dir, 'case.json');
      const own = existsSync(settings) ? (JSON.parse(readFileSync(settings, 'utf8')) as Partial<typeof DEFAULTS>) : {};
      return { name, dir, ...DEFAULTS, ...own };
    });
}

export async function loadGolden({ dir }: GoldenCase): Promise<PipelinePlan> {
  const file = join(dir, 'pipeline.ts');
  const { default: exported } = (await import(file)) as { default: unknown };
  return compilePipeline(pipelineDefinition(exported, file));
}

/** The files of a folder by name, as text. */
export function folder(dir: string): Record<string, string> {
  return Object.fromEntries(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), 'utf8')]));
}

export function goldenInputs(plan: PipelinePlan, { dir }: GoldenCase): Map<string, string[]> {
  const files = readdirSync(join(dir, 'input'));
  return new Map(
    plan.streams.map(({ name }) => {
      const found = files.filter((file) => file.replace(/\.jsonl(\.gz)?$/, '') === name);
      return [name, found.map((file) => join(dir, 'input', file))];
    }),
  );
}

/** Runs in memory; at the n-th write of any port the process "dies", and a second run goes on from what was stored. */
export async function runWithCrash(options: Omit<RunOptions, 'stores'>, crashAt: number): Promise<void> {
  const stores = memoryStores(systemClock);
  const dying = dyingStores(stores, crashAt);
  try {
    await runFiles({ ...options, stores: dying });
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
  await runFiles({ ...options, stores });
}

export async function runInMemory(options: Omit<RunOptions, 'stores'>): Promise<void> {
  await runFiles({ ...options, stores: memoryStores(systemClock) });
}

class Crash extends Error {}

/** After write number `crashAt` nothing works any more; whether that write itself was applied depends on its parity. */
function dyingStores(stores: MemoryStores, crashAt: number): RunStores {
  let writes = 0;
  const mortal = async <T>(write: () => Promise<T>): Promise<T> => {
    writes++;
    if (writes < crashAt) return write();
    if (writes === crashAt && crashAt % 2 === 0) await write();
    throw new Crash(`The process dies at write ${crashAt}.`);
  };
  return mortalStores(stores, mortal);
}
