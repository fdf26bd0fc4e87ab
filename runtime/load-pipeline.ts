import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DefinitionError } from '../engine/ir/errors.ts';
import { type PipelineDefinition, pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';
import { reasonOf } from './files/file-error.ts';
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
  await refuseWhatIsNoProgram(file, path);
  let loaded: { readonly default?: unknown };
  try {
    loaded = await importOf(`${pathToFileURL(path).href}${tag}`);
  } catch (error) {
    if (error instanceof DefinitionError) throw error;
    throw new PipelineFileError(`The pipeline file ${file} cannot be loaded: ${faultOf(error)}`, { cause: error });
  }
  return pipelineDefinition(loaded.default, file);
}

/** Rejects where nothing is left to do and the import still waits: Node would end the process without a word. */
async function importOf(url: string): Promise<{ readonly default?: unknown }> {
  const { promise: stuck, reject } = Promise.withResolvers<never>();
  const onIdle = () => reject(new PipelineFileError('it waits (await) for something that never comes'));
  process.once('beforeExit', onIdle);
  try {
    return await Promise.race([import(url), stuck]);
  } finally {
    process.off('beforeExit', onIdle);
  }
}

async function refuseWhatIsNoProgram(file: string, path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const message =
      error.code === 'ENOENT'
        ? `There is no pipeline file ${file}. Look at the name.`
        : `The pipeline file ${file} cannot be read: ${reasonOf(error)}`;
    throw new PipelineFileError(message, { cause: error });
  });
  if (found.isDirectory()) throw new PipelineFileError(`The pipeline ${file} is a folder. Name a file in it.`);
  if (/\.[cm]?[jt]s$/.test(file)) return;
  throw new PipelineFileError(
    `The pipeline file ${file} is no program by its name: a pipeline is TypeScript or JavaScript, in a file such as pipeline.ts.`,
  );
}

/** What went wrong, where, and what to do: the end of a sentence. */
function faultOf(error: unknown): string {
  if (typeof error === 'string') return `it throws the text '${error}'. Mend it.`;
  if (typeof error !== 'object' || error === null || !('message' in error)) {
    return 'it throws something that is no error. Mend it.';
  }
  const fault = error as Error & { readonly code?: string };
  // Only the first line: what follows lists who required whom.
  const what = plainMessage(fault).split('\n', 1).join('');
  if (fault.code === 'ERR_MODULE_NOT_FOUND') return `${what}. Install it, or look at the name.`;
  const place = placeOf(fault);
  return `${place === null ? '' : `${place}: `}${what}. Mend it: npx tsc --noEmit says more of types and syntax.`;
}
