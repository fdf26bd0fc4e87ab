import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { readFloats, writeFloats } from '../../bytes/floats.ts';

/** The last numbers of a series, by how many ago: 0 is the newest. */
export class Ring {
  readonly #values: Float32Array;
  #count = 0;

  constructor(capacity: number) {
    this.#values = new Float32Array(capacity);
  }

  /** How many were ever put in. */
  get count(): number {
    return this.#count;
  }

  get held(): number {
    return Math.min(this.#count, this.#values.length);
  }

  push(value: number): void {
    this.#values[this.#count % this.#values.length] = value;
    this.#count++;
  }

  /** The number that was put in so many before the newest. */
  ago(steps: number): number {
    return this.#values[(this.#count - 1 - steps) % this.#values.length] as number;
  }

  /** Mean of numbers, the newest of them `from` ago. */
  mean(from: number, length: number): number {
    let sum = 0;
    for (let i = from; i < from + length; i++) sum += this.ago(i);
    return sum / length;
  }

  /** A varint of how many were put in, and those that are held. */
  write(out: ByteWriter): void {
    out.varint(this.#count);
    writeFloats(out, this.#values, this.held);
  }

  read(input: ByteReader): void {
    this.#count = input.varint();
    readFloats(input, this.#values, this.held);
  }

  maxBytes(): number {
    return 7 + this.#values.length * 4;
  }
}
