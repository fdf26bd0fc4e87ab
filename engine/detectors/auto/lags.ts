import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { readFloats, writeFloats } from '../../bytes/floats.ts';

/** The same time of day is sought so many days ago. */
export const LAGS = [1, 2, 3, 7] as const;
/** A lag that is usually so many times as far as the best one tells nothing: Sunday is no guide to Monday. */
const FARTHER = 2;
/** Blocks over which a lag's usual distance is averaged. */
const MEMORY = 200;
/** Days after which a lag is judged, and after which it may be the best one. */
const [JUDGED, BEST] = [1, 3];

/** How far the day's blocks usually are from the same time some days ago, so that days which tell nothing are left out. */
export class Lags {
  readonly #usual = new Float32Array(LAGS.length);
  readonly #seen = new Uint8Array(LAGS.length);

  /** The usual distance beyond which a lag is left out. */
  limit(blocksADay: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let lag = 0; lag < LAGS.length; lag++) {
      const usual = this.#usual[lag] as number;
      if ((this.#seen[lag] as number) >= BEST * blocksADay && usual < least) least = usual;
    }
    return FARTHER * least;
  }

  isTrusted(lag: number, limit: number, blocksADay: number): boolean {
    return (this.#seen[lag] as number) < JUDGED * blocksADay || (this.#usual[lag] as number) <= limit;
  }

  note(lag: number, distance: number): void {
    const seen = Math.min(MEMORY, (this.#seen[lag] as number) + 1);
    const usual = this.#usual[lag] as number;
    this.#seen[lag] = seen;
    this.#usual[lag] = usual + (distance - usual) / seen;
  }

  write(out: ByteWriter): void {
    writeFloats(out, this.#usual);
    for (const seen of this.#seen) out.byte(seen);
  }

  read(input: ByteReader): void {
    readFloats(input, this.#usual);
    for (let lag = 0; lag < LAGS.length; lag++) this.#seen[lag] = input.byte();
  }

  static readonly MAX_BYTES = LAGS.length * 5;
}
