import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isGzip, isZstd, MAGIC_BYTES } from '../../engine/decode/compression.ts';
import { isSystemError, reasonOf } from '../files/file-error.ts';
import { InputFileError, inputFile } from './input-file.ts';
import type { InputLine, LineRun } from './input-line.ts';
import { AS_JSON, LineCutter, splitLines } from './split-lines.ts';
import { unzstd } from './unzstd.ts';

/**
 * The lines of a file, as bytes without their line break; of gzip and zstd, unpacked. Blank lines are left out.
 * `onBytes` is told how many bytes of the file, as it lies on the disk, have been read.
 */
export async function* readLines(
  path: string,
  onBytes: (bytes: number) => void = () => {},
  cutting = AS_JSON,
): AsyncGenerator<InputLine> {
  yield* splitLines(readChunks(path, onBytes), cutting);
}

/**
 * The same, with lines that were read together together, at most as many as `room` says at the time. Their bytes hold until the next
 * ones are asked for.
 */
export async function* readLineRuns(
  path: string,
  onBytes: (bytes: number) => void,
  room: () => number,
  cutting = AS_JSON,
): AsyncGenerator<InputLine | LineRun> {
  const cutter = new LineCutter(cutting);
  for await (const chunk of readChunks(path, onBytes, chunksOfFile)) yield* cutter.addTogether(chunk, room);
  yield* cutter.end();
}

/** The bytes of a file; of a `.gz` file, unpacked. */
export async function* readChunks(
  path: string,
  onBytes: (bytes: number) => void,
  open: (path: string) => AsyncIterable<Buffer> = openInput,
): AsyncGenerator<Buffer> {
  const chunks = counted(open(path), onBytes);
  try {
    const unpacked = await unpackedChunks(chunks);
    yield* unpacked.chunks;
    if (unpacked.gzipBytes !== null) await refuseOtherBytes(path, unpacked.gzipBytes());
  } catch (error) {
    if (error instanceof InputFileError) throw error;
    throw new InputFileError(`The input file ${path} cannot be read: ${whyUnreadable(error as Error)}`, {
      cause: error,
    });
  } finally {
    await chunks.return(undefined);
  }
}

async function* counted(chunks: AsyncIterable<Buffer>, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  let read = 0;
  for await (const chunk of chunks) {
    read += chunk.length;
    onBytes(read);
    yield chunk;
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
    if (isFirst && isGzip(chunk)) return;
    isFirst = false;
    if (chunk.every((byte) => byte === 0)) continue;
    throw new InputFileError(
      `The input file ${path} has other bytes behind its gzip, from byte ${from} on; what is before them was read. Unpack it, and give all of it as text.`,
    );
  }
}

/** The same of what arrives on a pipe. */
export async function* readLinesOf(
  chunks: AsyncIterable<Uint8Array | string>,
  cutting = AS_JSON,
): AsyncGenerator<InputLine> {
  yield* splitLines(readChunksOf(chunks), cutting);
}

/** The bytes that arrive on a pipe, unpacked. */
export async function* readChunksOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
  yield* (await unpackedChunks(bytesOf(chunks))).chunks;
}

interface Unpacked {
  readonly chunks: AsyncIterable<Buffer>;
  /** Bytes of gzip that were unpacked, once all are; null where it is none. */
  readonly gzipBytes: (() => number) | null;
}

/** Unpacks gzip and zstd, which it knows by their first bytes, whatever a file is called: neither can begin text. */
async function unpackedChunks(chunks: AsyncGenerator<Buffer>): Promise<Unpacked> {
  let head = Buffer.alloc(0);
  while (head.length < MAGIC_BYTES) {
    const { value, done } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const all = async function* () {
    if (head.length > 0) yield head;
    yield* chunks;
  };
  if (isZstd(head)) return { chunks: unzstd(copies(all())), gzipBytes: null };
  if (!isGzip(head)) return { chunks: all(), gzipBytes: null };
  const unpack = createGunzip({ chunkSize: READ_BYTES });
  // `pipeline` ends the one with the errors of the other.
  pipeline(Readable.from(copies(all())), unpack, () => {});
  return { chunks: unpack, gzipBytes: () => unpack.bytesWritten };
}

/** What unpacks takes chunks before it has gone through those that came. */
async function* copies(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

async function* bytesOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks)
    yield typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
}

/** Read at a time. */
const READ_BYTES = 256 * 1024;
/** Of a file, while what was read before is taken in: lines are cut in less time than a small read takes. */
const FILE_BYTES = 1024 * 1024;
const STANDARD_INPUT = ['/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'];

/** Standard input is read as it is open already: a socket, which it is under many parents, cannot be opened by its name. */
async function* openInput(path: string): AsyncGenerator<Buffer> {
  const isOpen = STANDARD_INPUT.includes(path) && !(await stat(path)).isFile();
  yield* isOpen ? process.stdin : createReadStream(path, { highWaterMark: READ_BYTES });
}

/** A file is read into the same memory again and again: a chunk holds until the next one is asked for. */
async function* chunksOfFile(path: string): AsyncGenerator<Buffer> {
  if (!(await stat(path)).isFile()) return yield* openInput(path);
  const file = await open(path);
  const memory = [Buffer.allocUnsafeSlow(FILE_BYTES), Buffer.allocUnsafeSlow(FILE_BYTES)] as const;
  const read = (turn: 0 | 1) => file.read(memory[turn], 0, FILE_BYTES, null);
  let reading = read(0);
  try {
    for (let turn: 0 | 1 = 0; ; turn = turn === 0 ? 1 : 0) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      // The next chunk is read while this one is taken in.
      reading = read(turn === 0 ? 1 : 0);
      yield memory[turn].subarray(0, bytesRead);
    }
  } finally {
    // It has been told of, or nobody waits for it.
    await reading.catch(() => {});
    await file.close();
  }
}

function whyUnreadable(error: NodeJS.ErrnoException): string {
  if (isSystemError(error)) return reasonOf(error);
  if (error.code === 'Z_BUF_ERROR') return 'it is cut short. Get it whole, and run again.';
  if (/^(Z_|ZSTD_)/.test(error.code ?? ''))
    return `its compression is damaged (${error.message}). Get it again, or unpack it.`;
  return reasonOf(error);
}
