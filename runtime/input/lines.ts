import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isSystemError, reasonOf } from '../files/file-error.ts';
import { InputFileError, inputFile } from './input-file.ts';
import { type InputLine, LineCutter, type LineRun, splitLines } from './split-lines.ts';

/**
 * The lines of a file, as bytes without their line break; of a `.gz` file, unpacked. Blank lines are left out.
 * `onBytes` is told how many bytes of the file, as it lies on the disk, have been read.
 */
export async function* readLines(path: string, onBytes: (bytes: number) => void = () => {}): AsyncGenerator<InputLine> {
  yield* splitLines(readChunks(path, onBytes));
}

/** The same, with lines that were read together together, at most as many as `room` says at the time. */
export async function* readLineRuns(
  path: string,
  onBytes: (bytes: number) => void,
  room: () => number,
): AsyncGenerator<InputLine | LineRun> {
  const cutter = new LineCutter();
  for await (const chunk of readChunks(path, onBytes)) yield* cutter.addTogether(chunk, room);
  const last = cutter.end();
  if (last !== null) yield last;
}

/** The bytes of a file; of a `.gz` file, unpacked. */
export async function* readChunks(path: string, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const file = await openInput(path);
  let read = 0;
  file.on('data', (chunk) => {
    read += chunk.length;
    onBytes(read);
  });
  const unpack = path.endsWith('.gz') ? createGunzip({ chunkSize: READ_BYTES }) : null;
  if (unpack) file.on('error', (error) => unpack.destroy(error)).pipe(unpack);
  try {
    yield* (unpack ?? file) as AsyncIterable<Buffer>;
    if (unpack) await refuseOtherBytes(path, unpack.bytesWritten);
  } catch (error) {
    if (error instanceof InputFileError) throw error;
    throw new InputFileError(`The input file ${path} cannot be read: ${whyUnreadable(error as Error)}`, {
      cause: error,
    });
  } finally {
    file.destroy();
    unpack?.destroy();
  }
}

/**
 * Node ignores what follows the end of gzip, and lines would be lost without a word. Zeros fill up a block, and gzip is of a
 * writer that goes on now.
 */
async function refuseOtherBytes(path: string, from: number): Promise<void> {
  if ((await inputFile(path)).kind !== 'file') return;
  let isFirst = true;
  for await (const chunk of createReadStream(path, { start: from }) as AsyncIterable<Buffer>) {
    if (isFirst && chunk[0] === 0x1f && chunk[1] === 0x8b) return;
    isFirst = false;
    if (chunk.every((byte) => byte === 0)) continue;
    throw new InputFileError(
      `The input file ${path} has other bytes behind its gzip, from byte ${from} on; what is before them was read. Unpack it, and give all of it as text.`,
    );
  }
}

/** The same of what arrives on a pipe. */
export async function* readLinesOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<InputLine> {
  yield* splitLines(bytesOf(chunks));
}

export async function* bytesOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks)
    yield typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
}

/** Read at a time. */
const READ_BYTES = 256 * 1024;
const STANDARD_INPUT = ['/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'];

/** Standard input is read as it is open already: a socket, which it is under many parents, cannot be opened by its name. */
async function openInput(path: string): Promise<Readable> {
  const isOpen = STANDARD_INPUT.includes(path) && !(await stat(path)).isFile();
  return isOpen ? process.stdin : createReadStream(path, { highWaterMark: READ_BYTES });
}

function whyUnreadable(error: NodeJS.ErrnoException): string {
  if (isSystemError(error)) return reasonOf(error);
  if (error.code === 'Z_BUF_ERROR') return 'it is cut short. Get it whole, and run again.';
  if (error.code?.startsWith('Z_')) return `it is damaged, or not gzip (${error.message}). Get it again, or unpack it.`;
  return reasonOf(error);
}
