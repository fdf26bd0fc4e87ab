import { type FileHandle, open } from 'node:fs/promises';
import type { InputLine } from './input-line.ts';
import { type Cutting, LineCutter } from './split-lines.ts';

const READ_BYTES = 1024 * 1024;
/** Bytes before the place that was read up to. Where they change, the file was written anew. */
const ANCHOR_BYTES = 256;

/** An open file that others go on writing. It stays the same file when it is renamed or deleted. */
export class FollowedFile {
  readonly #file: FileHandle;
  readonly #cutter: LineCutter;
  /** Tells the file from others, whatever it is called. */
  readonly id: string;
  #readTo: number;
  #size: number;
  #anchor: Buffer;

  private constructor(
    file: FileHandle,
    id: string,
    cutter: LineCutter,
    { from, size, anchor }: { readonly from: number; readonly size: number; readonly anchor: Buffer },
  ) {
    this.#cutter = cutter;
    this.#file = file;
    this.id = id;
    this.#readTo = from;
    this.#size = size;
    this.#anchor = anchor;
  }

  /** Opens a file behind a line. Throws an error of the system where that cannot be. */
  static async open(path: string, cutting: Cutting, from = 0): Promise<FollowedFile> {
    const file = await open(path);
    try {
      const { dev, ino, size } = await file.stat();
      const anchor = await readAt(file, Math.max(0, from - ANCHOR_BYTES), Math.min(from, ANCHOR_BYTES));
      return new FollowedFile(file, `${dev}:${ino}`, new LineCutter(cutting), { from, size, anchor });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Bytes that were there at the last look, and are not read yet. */
  get behindBytes(): number {
    return Math.max(0, this.#size - this.#readTo);
  }

  /**
   * Lines that came since, up to some bytes. The rest of a line that is half written is waited for. Null where what was
   * read before is not there any more: the file was cut short, or written anew.
   */
  async read(maxBytes: number): Promise<readonly InputLine[] | null> {
    const lines: InputLine[] = [];
    this.#size = (await this.#file.stat()).size;
    if (this.#size < this.#readTo) return null;
    for (let read = 0; read < maxBytes && this.#readTo < this.#size; ) {
      const back = this.#anchor.length;
      const bytes = await readAt(this.#file, this.#readTo - back, back + READ_BYTES);
      if (bytes.length < back || !bytes.subarray(0, back).equals(this.#anchor)) return lines.length > 0 ? lines : null;
      const fresh = bytes.subarray(back);
      if (fresh.length === 0) break;
      read += fresh.length;
      this.#readTo += fresh.length;
      this.#anchor = Buffer.from(bytes.subarray(-ANCHOR_BYTES));
      for (const line of this.#cutter.add(fresh)) lines.push(line);
    }
    this.#size = Math.max(this.#size, this.#readTo);
    return lines;
  }

  /** What waits for its line break or its end, where nobody will write that any more. */
  rest(): readonly InputLine[] {
    return [...this.#cutter.end()];
  }

  /** When it was written last. */
  async writtenMs(): Promise<number> {
    return (await this.#file.stat()).mtimeMs;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

async function readAt(file: FileHandle, from: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes);
  let filled = 0;
  for (let read = -1; filled < bytes && read !== 0; filled += read) {
    read = (await file.read(buffer, filled, bytes - filled, from + filled)).bytesRead;
  }
  return buffer.subarray(0, filled);
}
