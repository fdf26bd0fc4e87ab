import { fstatSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';

const STDOUT = 1;

/** How much of the bytes was taken, as `writeSync`. */
type Take = (bytes: Uint8Array, offset: number) => number;

/**
 * Standard output where it is a file. Node's own writes there once and does not look how much was taken: where the disk fills
 * up, the rest would be missing and the command would end well.
 */
export class FileOutput extends Writable {
  readonly #take: Take;

  constructor(take: Take = (bytes, offset) => writeSync(STDOUT, bytes, offset)) {
    super();
    this.#take = take;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    try {
      for (let from = 0; from < chunk.length; ) from += this.#take(chunk, from);
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  }
}

/** The process's standard output; a file is written whole or with an error. */
export function standardOutput(): NodeJS.WritableStream {
  const found = fstatSync(STDOUT);
  const isFile = found.isFile() || (found.isCharacterDevice() && !process.stdout.isTTY);
  return isFile ? new FileOutput() : process.stdout;
}
