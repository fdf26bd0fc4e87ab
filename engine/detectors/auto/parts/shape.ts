import type { ByteReader } from '../../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../../bytes/byte-writer.ts';
import { Ring } from '../ring.ts';
import { LENGTH, Shapes } from '../shapes.ts';
import type { Part, Row } from './part.ts';

/** A shape that was never there: the means of eight blocks of so many rows, less their own mean. */
export class ShapePart implements Part {
  readonly #rows: number;
  readonly #blocks = new Ring(LENGTH);
  readonly #shapes: Shapes;
  /** The newest shape, here for the whole of the part's life so that a row makes no array. */
  readonly #shape = new Float64Array(LENGTH);
  #sum = 0;
  #at = 0;

  constructor(rows: number, memory: number) {
    this.#rows = rows;
    this.#shapes = new Shapes(memory);
  }

  step({ x, scale }: Row): number {
    this.#sum += x;
    if (++this.#at < this.#rows) return 0;
    this.#blocks.push(this.#sum / this.#at);
    this.#sum = 0;
    this.#at = 0;
    if (this.#blocks.count < LENGTH || !(scale > 0)) return 0;
    const mean = this.#blocks.mean(0, LENGTH);
    for (let i = 0; i < LENGTH; i++) this.#shape[i] = (this.#blocks.ago(LENGTH - 1 - i) - mean) / scale;
    return this.#shapes.step(this.#shape);
  }

  write(out: ByteWriter): void {
    out.float64(this.#sum);
    out.varint(this.#at);
    this.#blocks.write(out);
    this.#shapes.write(out);
  }

  read(input: ByteReader): void {
    this.#sum = input.float64();
    this.#at = input.varint();
    this.#blocks.read(input);
    this.#shapes.read(input);
  }

  maxBytes(): number {
    return 9 + this.#blocks.maxBytes() + this.#shapes.maxBytes();
  }
}
