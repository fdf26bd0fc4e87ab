import { gzipSync } from 'node:zlib';
import { MAX_UNPACKED_BYTES } from './limits.ts';
import type { Line, LineQueue } from './line.ts';
import { compressZstd } from './zstd.ts';

export type Compression = 'gzip' | 'zstd' | 'none';

export interface PackedRecord {
  readonly data: Uint8Array;
  /** What is in it, in order; at least one. */
  readonly lines: readonly Line[];
  readonly lineBytes: number;
}

/** What JSON shrinks to until the first record tells: about a quarter. */
const FIRST_RATIO = 0.25;
/**
 * A record aims a little below its limit, for the estimate errs both ways, and one byte too many is packing it twice.
 */
const AIM = 0.96;

/**
 * Packs lines into records of up to `recordBytes`, compressed. How far lines shrink is only known once they are
 * compressed, so it is estimated from the records before, and a record that comes out too large is packed again with
 * fewer lines. Only a line that is larger than that even alone makes a larger record.
 */
export class Packer {
  readonly #recordBytes: number;
  readonly #compression: Compression;
  #ratio: number;

  constructor(recordBytes: number, compression: Compression) {
    this.#recordBytes = recordBytes;
    this.#compression = compression;
    this.#ratio = compression === 'none' ? 1 : FIRST_RATIO;
  }

  /** Whether these lines fill a record, as far as can be told. */
  fills({ bytes }: LineQueue): boolean {
    return bytes >= this.#aimBytes();
  }

  /** Takes the lines of one record from the front of a queue that is not empty. */
  pack(queue: LineQueue): PackedRecord {
    let count = this.#estimate(queue);
    for (;;) {
      const lineBytes = sumBytes(queue, count);
      const data = this.#compress(joined(queue, count, lineBytes));
      const tooLarge = data.length > this.#recordBytes;
      this.#learn(data.length, lineBytes, tooLarge);
      if (!tooLarge || count === 1) return { data, lines: queue.take(count), lineBytes };
      count = Math.max(1, Math.floor((count * AIM * this.#recordBytes) / data.length));
    }
  }

  #aimBytes(): number {
    const aim = this.#compression === 'none' ? this.#recordBytes : (AIM * this.#recordBytes) / this.#ratio;
    return Math.min(MAX_UNPACKED_BYTES, aim);
  }

  #estimate(queue: LineQueue): number {
    // A reader tries a record whose first line is not JSON as one JSON text over several lines.
    if (!beginsWithJson(queue.at(0))) return 1;
    const aim = this.#aimBytes();
    let bytes = queue.at(0).bytes;
    let count = 1;
    while (count < queue.length && bytes + queue.at(count).bytes <= aim) {
      bytes += queue.at(count).bytes;
      count++;
    }
    return count;
  }

  /** Small records compress less than full ones, and say little about them. */
  #learn(packed: number, unpacked: number, tooLarge: boolean): void {
    if (this.#compression === 'none' || (unpacked * 2 < this.#aimBytes() && !tooLarge)) return;
    const ratio = packed / unpacked;
    this.#ratio = tooLarge ? Math.max(ratio, this.#ratio) : (this.#ratio + ratio) / 2;
  }

  #compress(bytes: Uint8Array): Uint8Array {
    if (this.#compression === 'gzip') return gzipSync(bytes);
    return this.#compression === 'zstd' ? compressZstd(bytes) : bytes;
  }
}

function beginsWithJson({ isJson, text }: Line): boolean {
  if (isJson) return true;
  try {
    JSON.parse(typeof text === 'string' ? text : Buffer.from(text).toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

function sumBytes(queue: LineQueue, count: number): number {
  let bytes = 0;
  for (let i = 0; i < count; i++) bytes += queue.at(i).bytes;
  return bytes;
}

/** All with a line break after them: records that lie behind one another, as in a file of Firehose, stay lines. */
function joined(queue: LineQueue, count: number, bytes: number): Uint8Array {
  const out = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const { text } = queue.at(i);
    if (typeof text === 'string') at += out.write(text, at);
    else {
      out.set(text, at);
      at += text.length;
    }
    out[at++] = 0x0a;
  }
  return out;
}
