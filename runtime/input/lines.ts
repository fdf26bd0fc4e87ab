import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';

/** Bytes that one line of an input file may have. Bounds memory where a file has no line breaks. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** An input file cannot be read. The message names the file and says why. */
export class InputFileError extends StreamgaugeError {
  override readonly name = 'InputFileError';
  readonly code = 'inputFile';
}

/**
 * The lines of a file, as bytes without their line break; of a `.gz` file, unpacked. Blank lines are left out.
 * `onBytes` is told how many bytes of the file, as it lies on the disk, have been read.
 */
export async function* readLines(path: string, onBytes: (bytes: number) => void = () => {}): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  let read = 0;
  file.on('data', (chunk) => {
    read += chunk.length;
    onBytes(read);
  });
  const unpack = path.endsWith('.gz') ? createGunzip() : null;
  if (unpack) file.on('error', (error) => unpack.destroy(error)).pipe(unpack);
  try {
    yield* splitLines(unpack ?? file, path);
  } catch (error) {
    if (error instanceof InputFileError) throw error;
    throw new InputFileError(`The input file ${path} cannot be read: ${(error as Error).message}.`, { cause: error });
  } finally {
    file.destroy();
    unpack?.destroy();
  }
}

/** The same of what arrives on a pipe. */
export async function* readLinesOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
  yield* splitLines(bytesOf(chunks), 'on standard input');
}

async function* bytesOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks)
    yield typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
}

async function* splitLines(chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let newline = chunk.indexOf(LINE_FEED); newline !== -1; newline = chunk.indexOf(LINE_FEED, from)) {
      const end = chunk.subarray(from, newline);
      const line = pending.length === 0 ? end : Buffer.concat([...pending, end]);
      pending = [];
      pendingBytes = 0;
      from = newline + 1;
      if (!isBlank(line)) yield line;
    }
    if (from < chunk.length) pending.push(chunk.subarray(from));
    pendingBytes += chunk.length - from;
    if (pendingBytes > MAX_LINE_BYTES) {
      throw new InputFileError(
        `The input file ${path} has a line of more than ${MAX_LINE_BYTES} bytes: is it JSON Lines?`,
      );
    }
  }
  const last = Buffer.concat(pending);
  if (!isBlank(last)) yield last;
}

const LINE_FEED = 0x0a;

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

/** Bytes of a file on the disk. Throws an `InputFileError` where there is no such file. */
export async function fileBytes(path: string): Promise<number> {
  const found = await stat(path).catch((error: Error) => {
    throw new InputFileError(`The input file ${path} cannot be opened: ${error.message}.`, { cause: error });
  });
  if (!found.isFile()) throw new InputFileError(`The input ${path} is not a file.`);
  return found.size;
}

/** The first bytes of a file, by which a later run tells that it is the same file. */
export async function fileHead(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
