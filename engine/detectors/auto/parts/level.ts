import type { ByteReader } from '../../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../../bytes/byte-writer.ts';
import { Ring } from '../ring.ts';
import { Tail } from '../tail.ts';
import type { Part, Row } from './part.ts';

const LEVEL_ROWS = 20;

/** The mean moved. */
export class LevelPart implements Part {
  readonly #last = new Ring(2 * LEVEL_ROWS);
  readonly #tail = new Tail({ min: 30, perOctave: 4 });

  step({ x }: Row): number {
    this.#last.push(x);
    if (this.#last.count < 2 * LEVEL_ROWS) return 0;
    const moved = Math.abs(this.#last.mean(0, LEVEL_ROWS) - this.#last.mean(LEVEL_ROWS, LEVEL_ROWS));
    const surprise = this.#tail.surprise(moved);
    this.#tail.add(moved);
    return surprise;
  }

  write(out: ByteWriter): void {
    this.#last.write(out);
    this.#tail.write(out);
  }

  read(input: ByteReader): void {
    this.#last.read(input);
    this.#tail.read(input);
  }

  maxBytes(): number {
    return this.#last.maxBytes() + Tail.MAX_BYTES;
  }
}
