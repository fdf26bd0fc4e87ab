import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FileError, reasonOf } from './file-error.ts';

/**
 * Makes a folder and those above it, unless they are there, and looks whether files can be made in it: before the work, not
 * after it.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await make(path);
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new FileError(`The folder ${path} cannot be used: ${reasonOf(error as NodeJS.ErrnoException)}`, {
      cause: error,
    });
  }
}

/** Step by step: Node's own `recursive` never ends where a file system such as /proc says that the parent is not there. */
async function make(path: string): Promise<void> {
  const code = await tryMake(path);
  if (code !== 'ENOENT') return;
  const parent = dirname(path);
  if (parent !== path) await make(parent);
  if ((await tryMake(path)) === 'ENOENT') await mkdir(path);
}

/** `ENOENT` where the folder above is missing; throws where the folder cannot be made otherwise. */
async function tryMake(path: string): Promise<'ENOENT' | null> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return code;
    if (code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  }
  return null;
}
