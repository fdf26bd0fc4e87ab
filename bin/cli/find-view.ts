import type { PipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { ViewDefinition } from '../../engine/ir/view-definition.ts';
import { didYouMean } from '../../engine/text/nearest-name.ts';
import { UsageError } from './command.ts';

/** The view that a command line names. */
export function findView(pipeline: Pick<PipelineDefinition, 'name' | 'views'>, name: string): ViewDefinition {
  const view = pipeline.views.find((candidate) => candidate.name === name);
  if (view) return view;
  throw noSuchView(
    `Pipeline '${pipeline.name}' has`,
    name,
    pipeline.views.map((candidate) => candidate.name),
  );
}

/** `where` begins the sentence: which pipelines have no such view. */
export function noSuchView(where: string, name: string, names: readonly string[]): UsageError {
  return new UsageError(`${where} no view '${name}'.${didYouMean(name, names)} Its views are ${names.join(', ')}.`);
}
