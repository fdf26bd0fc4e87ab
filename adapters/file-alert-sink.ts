import { appendFile, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AlertSink, SentAlert } from '../engine/ports/alert-sink.ts';
import { AlertSinkError } from '../engine/ports/errors.ts';
import { reasonOf } from './system-reason.ts';

const NEWLINE = 0x0a;

/** JSON Lines: adds each message to the end of a file. */
export class FileAlertSink implements AlertSink {
  readonly #path: string;
  #isWhole = false;

  constructor(path: string) {
    this.#path = path;
  }

  async send(message: SentAlert): Promise<'sent'> {
    try {
      if (!this.#isWhole) await this.#endLine();
      await appendFile(this.#path, `${JSON.stringify(message)}\n`);
      return 'sent';
    } catch (error) {
      this.#isWhole = false;
      throw new AlertSinkError(
        `The file ${this.#path} of alerts cannot be written to: ${reasonOf(error as NodeJS.ErrnoException)}`,
        { cause: error },
      );
    }
  }

  /** A process that died may have left half a line, which the next one must not go on with. */
  async #endLine(): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    const file = await open(this.#path, 'a+');
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
      if (bytesRead === 1 && buffer[0] !== NEWLINE) await file.appendFile('\n');
    } finally {
      await file.close();
    }
    this.#isWhole = true;
  }
}
