import type { ByteReader } from '../../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../../bytes/byte-writer.ts';
import type { ExtremeBlocks, MeanBlocks } from '../blocks.ts';
import type { Part, Row } from './part.ts';

/** A shape that was never there, of blocks of some rows. */
export class ShapePart implements Part {
  readonly #blocks: MeanBlocks | ExtremeBlocks;

  constructor(blocks: MeanBlocks | ExtremeBlocks) {
    this.#blocks = blocks;
  }

  step({ x, scale }: Row): number {
    return this.#blocks.step(x, scale) ?? 0;
  }

  write(out: ByteWriter): void {
    this.#blocks.write(out);
  }

  read(input: ByteReader): void {
    this.#blocks.read(input);
  }

  maxBytes(): number {
    return this.#blocks.maxBytes();
  }
}
