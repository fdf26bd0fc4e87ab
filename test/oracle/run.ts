import { readFileSync } from 'node:fs';
import { memoryStores } from '../../adapters/memory/index.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { type PipelineDefinition, pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import type { ViewDefinition } from '../../engine/ir/view-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import { duckdb } from '../../engine/sql/duckdb.ts';
import { eventSource, viewStatement } from '../../engine/sql/view-statement.ts';
import { type RunSummary, runFiles } from '../../runtime/file-run.ts';
import type { Duckdb, OracleRow } from './duckdb.ts';

export interface EngineRun {
  readonly summary: RunSummary;
  /** The lines of each view's file. */
  readonly files: Readonly<Record<string, string>>;
}

/** Runs a pipeline of one stream over files, as `streamgauge run` does, with its stores in memory. */
export async function runEngine(
  exported: unknown,
  inputs: readonly string[],
  settings: { readonly outDir: string; readonly shards: number; readonly batch: number },
): Promise<EngineRun> {
  const plan = compilePipeline(pipelineDefinition(exported, 'the test'));
  const summary = await runFiles({
    plan,
    inputs: new Map(plan.streams.map(({ name }) => [name, inputs])),
    flush: true,
    stores: memoryStores(systemClock),
    ...settings,
  });
  const files = Object.fromEntries(summary.views.map(({ name, file }) => [name, readFileSync(file, 'utf8')]));
  return { summary, files };
}

export function viewsOf(exported: unknown): PipelineDefinition['views'] {
  return pipelineDefinition(exported, 'the test').views;
}

export function rowsOf(run: EngineRun, view: ViewDefinition): OracleRow[] {
  const lines = (run.files[view.name] ?? '').split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as OracleRow);
}

/** The rows of a view by its statement, with distinct values counted exactly. */
export function oracleRows(database: Duckdb, view: ViewDefinition, inputs: readonly string[]): Promise<OracleRow[]> {
  const source = (stream: StreamDefinition) => eventSource(stream, inputs);
  return database.rows(viewStatement(view, { dialect: duckdb, source, exactDistinct: true }));
}
