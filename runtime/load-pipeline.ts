import { stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DefinitionError } from '../engine/ir/errors.ts';
import { type PipelineDefinition, pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';
import { reasonOf } from './files/file-error.ts';

/** A pipeline file is not there, or is no TypeScript that can be loaded. The message names it. */
export class PipelineFileError extends StreamgaugeError {
  override readonly name = 'PipelineFileError';
  readonly code = 'pipelineFile';
}

/**
 * Imports a pipeline file and takes its default export.
 *
 * @throws PipelineFileError where the file cannot be loaded, DefinitionError where what it defines is wrong.
 */
export async function loadPipeline(file: string): Promise<PipelineDefinition> {
  const path = resolve(file);
  await refuseWhatIsNoProgram(file, path);
  let loaded: { readonly default?: unknown };
  try {
    loaded = await importOf(path);
  } catch (error) {
    if (error instanceof DefinitionError) throw error;
    throw new PipelineFileError(`The pipeline file ${file} cannot be loaded: ${faultOf(error)}`, { cause: error });
  }
  return pipelineDefinition(loaded.default, file);
}

/** Rejects where nothing is left to do and the import still waits: Node would end the process without a word. */
async function importOf(path: string): Promise<{ readonly default?: unknown }> {
  const { promise: stuck, reject } = Promise.withResolvers<never>();
  const onIdle = () => reject(new PipelineFileError('it waits (await) for something that never comes'));
  process.once('beforeExit', onIdle);
  try {
    return await Promise.race([import(pathToFileURL(path).href), stuck]);
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
  const { message, code, stack } = error as { message: string; code?: string; stack?: string };
  // Only the first line: what follows lists who required whom.
  const what = message.split('\n')[0]?.replace(/\.$/, '');
  if (code === 'ERR_MODULE_NOT_FOUND') return `${what}. Install it, or look at the name.`;
  const place = placeIn(stack ?? '');
  return `${what}${place === null ? '' : ` (${place})`}. Mend it: npx tsc --noEmit says more of types and syntax.`;
}

const OWN_CODE = ['engine', 'runtime', 'bin', 'node_modules'].map(
  (name) => join(import.meta.dirname, '..', name) + sep,
);

/** The first line of a user's file that a stack names, such as `pipeline.ts:12`; null where it names none. */
function placeIn(stack: string): string | null {
  for (const [, path = '', line] of stack.matchAll(/(?:file:\/\/)?(\/[^\s():]+\.[cm]?[jt]s):(\d+)/g)) {
    if (path.includes(`${sep}node_modules${sep}`) || OWN_CODE.some((folder) => path.startsWith(folder))) continue;
    return `${relative('', path)}:${line}`;
  }
  return null;
}
