import type { ByteReader } from '../../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../../bytes/byte-writer.ts';
import { Tail } from '../tail.ts';
import type { Part, Row } from './part.ts';

/** Too long without a large step. */
export class QuietPart implements Part {
  #last: number | null = null;
  #run = 0;
  readonly #steps = new Tail({ min: 1 });
  readonly #runs = new Tail({ min: 8, perOctave: 4 });

  step({ x }: Row): number {
    if (this.#last === null) {
      this.#last = x;
      return 0;
    }
    const step = Math.abs(x - this.#last);
    this.#last = x;
    const isLarge = this.#steps.count > 0 && step > this.#steps.quantile(0.9);
    this.#steps.add(step);
    if (isLarge) {
      this.#runs.add(this.#run);
      this.#run = 0;
    } else this.#run++;
    return this.#runs.surprise(this.#run);
  }

  write(out: ByteWriter): void {
    out.byte(this.#last === null ? 0 : 1);
    out.float64(this.#last ?? 0);
    out.varint(this.#run);
    this.#steps.write(out);
    this.#runs.write(out);
  }

  read(input: ByteReader): void {
    const isKnown = input.byte() === 1;
    const last = input.float64();
    this.#last = isKnown ? last : null;
    this.#run = input.varint();
    this.#steps.read(input);
    this.#runs.read(input);
  }

  maxBytes(): number {
    return 14 + 2 * Tail.MAX_BYTES;
  }
}
