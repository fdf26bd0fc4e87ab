import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StreamgaugeError } from '../../../engine/ir/streamgauge-error.ts';
import { reasonOf } from '../../system-reason.ts';

/** A temporary file cannot be made, written or read. The message names its folder, and says what was found and what to do. */
export class SpoolFileError extends StreamgaugeError {
  override readonly name = 'SpoolFileError';
  readonly code = 'spoolFile';
}

/** Bytes that have no room in memory: a file without a name, which is made for the first of them and goes with the process. */
export class SpoolFile {
  readonly #folder: string;
  #file: number | null = null;
  #bytes = 0;

  constructor(folder = tmpdir()) {
    this.#folder = folder;
  }

  /** Writes bytes behind all others, and says where they are. */
  append(bytes: Uint8Array): number {
    const from = this.#bytes;
    this.#attempt(() => {
      this.#file ??= openUnnamed(this.#folder);
      // A full disk takes a part first, and says what is wrong with the next one.
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#file, bytes, done, bytes.length - done, from + done);
    });
    this.#bytes = from + bytes.length;
    return from;
  }

  /** Fills `into` with bytes that were written. */
  read(into: Uint8Array, at: number): void {
    this.#attempt(() => {
      for (let done = 0; done < into.length; ) {
        const read = readSync(this.#file as number, into, done, into.length - done, at + done);
        if (read === 0) throw this.#error('its end is missing.');
        done += read;
      }
    });
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw error instanceof SpoolFileError ? error : this.#error(reasonOf(error as NodeJS.ErrnoException), error);
    }
  }

  #error(found: string, cause?: unknown): SpoolFileError {
    return new SpoolFileError(
      `The temporary file of rows in ${this.#folder} cannot be used: ${found} The environment variable TMPDIR names the folder.`,
      { cause },
    );
  }
}

/** Nobody else opens the file, and nothing is left of it where the process is killed. */
function openUnnamed(folder: string): number {
  const path = join(folder, `streamgauge-${randomUUID()}.rows`);
  const file = openSync(path, 'wx+', 0o600);
  rmSync(path);
  return file;
}
