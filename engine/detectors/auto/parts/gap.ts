import type { ByteReader } from '../../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../../bytes/byte-writer.ts';
import { Ring } from '../ring.ts';
import { Tail } from '../tail.ts';
import { ValueSet } from '../value-set.ts';
import type { Part, Row } from './part.ts';

const GAP_DELAY = 10;
const GAP_FROM_ROW = 60;

/** Between values that were never there. */
export class GapPart implements Part {
  readonly #values: ValueSet;
  readonly #waiting = new Ring(GAP_DELAY);
  readonly #tail = new Tail({ min: 30 });

  constructor(memory: number) {
    this.#values = new ValueSet(memory);
  }

  step({ index, x }: Row): number {
    if (this.#waiting.count >= GAP_DELAY) this.#values.add(this.#waiting.ago(GAP_DELAY - 1));
    this.#waiting.push(x);
    if (index < GAP_FROM_ROW) return 0;
    const distance = this.#values.distance(Math.fround(x));
    const surprise = this.#tail.surprise(distance);
    this.#tail.add(distance);
    return surprise;
  }

  write(out: ByteWriter): void {
    this.#values.write(out);
    this.#waiting.write(out);
    this.#tail.write(out);
  }

  read(input: ByteReader): void {
    this.#values.read(input);
    this.#waiting.read(input);
    this.#tail.read(input);
  }

  maxBytes(): number {
    return this.#values.maxBytes() + this.#waiting.maxBytes() + Tail.MAX_BYTES;
  }
}
