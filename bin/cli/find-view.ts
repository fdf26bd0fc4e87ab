import type { PipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { ViewDefinition } from '../../engine/ir/view-definition.ts';
import { didYouMean } from '../../engine/text/nearest-name.ts';
import { UsageError } from './command.ts';

/** The view that a command line names. */
export function findView(pipeline: PipelineDefinition, name: string): ViewDefinition {
  const view = pipeline.views.find((candidate) => candidate.name === name);
  if (view) return view;
  const names = pipeline.views.map((candidate) => candidate.name);
  throw new UsageError(
    `Pipeline '${pipeline.name}' has no view '${name}'.${didYouMean(name, names)} Its views are ${names.join(', ')}.`,
  );
}
