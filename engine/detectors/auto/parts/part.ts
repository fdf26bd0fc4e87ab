import type { ByteReader } from '../../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../../bytes/byte-writer.ts';
import type { Digest } from '../digest.ts';

/** What a part sees of a row. */
export interface Row {
  /** Number of the row, from 0. */
  readonly index: number;
  readonly x: number;
  /** When the row's window starts. */
  readonly atMs: number;
  /** From the 1st to the 99th percentile of the values so far, this one included. */
  readonly scale: number;
  /** Of the values so far, this one included. */
  readonly digest: Digest;
}

/** One way of being unusual. A step gives the surprise: the negative decimal logarithm of a tail probability. */
export interface Part {
  step(row: Row): number;
  write(out: ByteWriter): void;
  read(input: ByteReader): void;
  maxBytes(): number;
}
