import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DefinitionError } from '../../engine/definition/errors.ts';
import { type PipelineDefinition, pipelineDefinition } from '../../engine/definition/pipeline.ts';
import type { ViewDefinition } from '../../engine/definition/view.ts';
import { UsageError } from './command.ts';

/** Imports a pipeline file and takes its default export. */
export async function loadPipeline(file: string): Promise<PipelineDefinition> {
  const path = resolve(file);
  if (!existsSync(path)) throw new UsageError(`There is no pipeline file ${file}.`);
  let loaded: { default?: unknown };
  try {
    loaded = (await import(pathToFileURL(path).href)) as { default?: unknown };
  } catch (error) {
    if (error instanceof DefinitionError) throw error;
    throw new UsageError(`The pipeline file ${file} cannot be loaded: ${(error as Error).message}`, { cause: error });
  }
  return pipelineDefinition(loaded.default, file);
}

export function findView(pipeline: PipelineDefinition, name: string): ViewDefinition {
  const view = pipeline.views.find((candidate) => candidate.name === name);
  if (view) return view;
  const names = pipeline.views.map((candidate) => candidate.name).join(', ');
  throw new UsageError(`Pipeline '${pipeline.name}' has no view '${name}'. Its views are ${names}.`);
}
