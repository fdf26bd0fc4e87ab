import { type InputLine, isBlankByte, KEPT_BYTES, MAX_LINE_BYTES } from './input-line.ts';

/** What has been read of a line that has not ended. */
export class PendingLine {
  #parts: Buffer[] = [];
  #length = 0;
  #firstByte: number | undefined;

  get length(): number {
    return this.#length;
  }

  get isEmpty(): boolean {
    return this.#firstByte === undefined;
  }

  /** The first byte that is not blank. */
  get firstByte(): number | undefined {
    return this.#firstByte;
  }

  /** All of it. */
  get bytes(): Buffer {
    return this.#joined();
  }

  /** Copies the bytes. */
  add(bytes: Buffer): void {
    const wasCut = this.#length > MAX_LINE_BYTES;
    this.#length += bytes.length;
    this.#firstByte ??= bytes.find((byte) => !isBlankByte(byte));
    if (wasCut) return;
    this.#parts.push(Buffer.from(bytes));
    // Copied, so that the rest of the bytes can go.
    if (this.#length > MAX_LINE_BYTES) this.#parts = [Buffer.from(this.#joined().subarray(0, KEPT_BYTES))];
  }

  /** The line with its last bytes; null where it is blank. The next one begins. */
  endWith(bytes: Buffer, ended: boolean): InputLine | null {
    this.add(bytes);
    const line = this.isEmpty ? null : { bytes: this.#joined(), length: this.#length, ended };
    this.#begin();
    return line;
  }

  /** What has been read of it; the next one begins. */
  take(): Buffer {
    const bytes = this.#joined();
    this.#begin();
    return bytes;
  }

  #begin(): void {
    this.#parts = [];
    this.#length = 0;
    this.#firstByte = undefined;
  }

  #joined(): Buffer {
    return this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
  }
}
