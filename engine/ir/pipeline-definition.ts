import { DefinitionError } from './errors.ts';
import type { StreamDefinition } from './stream-definition.ts';
import type { ViewDefinition } from './view-definition.ts';

/** A pipeline as data. */
export interface PipelineDefinition {
  readonly kind: 'pipeline';
  readonly name: string;
  readonly streams: readonly StreamDefinition[];
  readonly views: readonly ViewDefinition[];
}

/** The data behind a pipeline that a file exports. `file` names it in the error. */
export function pipelineDefinition(exported: unknown, file: string): PipelineDefinition {
  if (typeof exported === 'object' && exported !== null && (exported as PipelineDefinition).kind === 'pipeline') {
    return exported as PipelineDefinition;
  }
  throw new DefinitionError(
    `${file} has no pipeline as its default export. End it with: export default pipeline('name', [views]);`,
  );
}
