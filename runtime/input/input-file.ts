import { open, stat } from 'node:fs/promises';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';
import { reasonOf } from '../files/file-error.ts';

/** An input file cannot be read. The message names the file, and says why and what to do. */
export class InputFileError extends StreamgaugeError {
  override readonly name = 'InputFileError';
  readonly code = 'inputFile';
}

/** What an input's name leads to. */
export type InputFile =
  | { readonly kind: 'file'; readonly bytes: number }
  /** A pipe or another device: of unknown length, and read once. */
  | { readonly kind: 'pipe' };

/** Looks at an input. Throws an `InputFileError` where there is nothing to read. */
export async function inputFile(path: string): Promise<InputFile> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new InputFileError(`The input file ${path} cannot be opened: ${reasonOf(error)}`, { cause: error });
  });
  if (found.isDirectory()) throw new InputFileError(`The input ${path} is a folder. Name a file.`);
  return found.isFile() ? { kind: 'file', bytes: found.size } : { kind: 'pipe' };
}

/** The size of an input that has to be a file, because it is read more than once. `why` is the end of a sentence. */
export async function fileBytes(path: string, why: string): Promise<number> {
  const found = await inputFile(path);
  if (found.kind === 'file') return found.bytes;
  throw new InputFileError(`The input ${path} is a pipe, and ${why}. Write it into a file first.`);
}

/** The first bytes of a file, by which a later run tells that it is the same file. */
export async function fileHead(path: string, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  let filled = 0;
  try {
    const file = await open(path);
    try {
      for (let read = -1; filled < bytes && read !== 0; filled += read) {
        read = (await file.read(buffer, filled, bytes - filled, filled)).bytesRead;
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    const message = `The input file ${path} cannot be read: ${reasonOf(error as NodeJS.ErrnoException)}`;
    throw new InputFileError(message, { cause: error });
  }
  return buffer.subarray(0, filled);
}
