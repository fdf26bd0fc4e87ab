import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DefinitionError } from '../engine/ir/errors.ts';
import { type PipelineDefinition, pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';
import { placeOf, plainMessage } from './load-error.ts';

/** A pipeline file is not there, or is no TypeScript that can be loaded. The message names it. */
export class PipelineFileError extends StreamgaugeError {
  override readonly name = 'PipelineFileError';
  readonly code = 'pipelineFile';
}

/**
 * Imports a pipeline file and takes its default export. `tag` behind the file's URL makes Node load it again.
 *
 * @throws PipelineFileError where the file cannot be loaded, DefinitionError where what it defines is wrong.
 */
export async function loadPipeline(file: string, tag = ''): Promise<PipelineDefinition> {
  const path = resolve(file);
  if (!existsSync(path)) throw new PipelineFileError(`There is no pipeline file ${file}.`);
  let loaded: { readonly default?: unknown };
  try {
    loaded = await importToItsEnd(`${pathToFileURL(path).href}${tag}`);
  } catch (error) {
    if (error instanceof DefinitionError) throw error;
    const cause = error instanceof Error ? error : new PipelineFileError(`It throws ${String(error)}`);
    const place = placeOf(cause);
    const message = `The pipeline file ${file} cannot be loaded: ${place === null ? '' : `${place}: `}${plainMessage(cause)}`;
    throw new PipelineFileError(message, { cause: error });
  }
  return pipelineDefinition(loaded.default, file);
}

/** Node ends a process that only waits for an import, without a word of which file that is. */
async function importToItsEnd(url: string): Promise<{ readonly default?: unknown }> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onNothingLeft = () =>
    reject(new PipelineFileError('It awaits something that never comes. Look at each await outside of functions.'));
  process.once('beforeExit', onNothingLeft);
  try {
    return await Promise.race([import(url) as Promise<{ readonly default?: unknown }>, promise]);
  } finally {
    process.off('beforeExit', onNothingLeft);
  }
}
