import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { readFloats, writeFloats } from '../../bytes/floats.ts';

/** A record is what is above all of the last rows: 4 % of the rows so far, from 30 to 150. */
const SHARE = 0.04;
const [SHORTEST, LONGEST] = [30, 150];
const CELL_ROWS = 5;
/** As many as the longest span has, and the one that is being filled. */
const CELLS = LONGEST / CELL_ROWS + 2;
const BIN = 0.25;
const BINS = 128;
const HABIT = 0.7;
const FADE = 0.98;
const FADE_ROWS = 100;

/** Weighs evidence by how often there was as much before: what repeats becomes usual, and an alarm is followed by silence. */
export class Novelty {
  #row = 0;
  /** The greatest evidence of five rows each, as a ring. */
  readonly #cells = new Float32Array(CELLS).fill(-1);
  /** Former records by their evidence; they fade. */
  readonly #records = new Float32Array(BINS);

  /** Evidence less what is usual of it, and whether it is a record: more than there was lately. */
  step(evidence: number): { readonly score: number; readonly isRecord: boolean } {
    const row = this.#row++;
    if (row % FADE_ROWS === 0) for (let i = 0; i < BINS; i++) this.#records[i] = (this.#records[i] as number) * FADE;
    const rounded = Math.fround(evidence);
    const isRecord = rounded > this.#greatest(row);
    const cell = Math.floor(row / CELL_ROWS) % CELLS;
    if (row % CELL_ROWS === 0) this.#cells[cell] = -1;
    if (rounded > (this.#cells[cell] as number)) this.#cells[cell] = rounded;
    const bin = Math.min(BINS - 1, Math.floor(evidence / BIN));
    let former = 0;
    for (let i = bin; i < BINS; i++) former += this.#records[i] as number;
    if (isRecord) this.#records[bin] = (this.#records[bin] as number) + 1;
    return { score: evidence - HABIT * Math.log2(1 + former), isRecord };
  }

  #greatest(row: number): number {
    const rows = Math.max(SHORTEST, Math.min(LONGEST, SHARE * row));
    const cells = Math.min(CELLS, Math.ceil(rows / CELL_ROWS));
    const now = Math.floor(row / CELL_ROWS);
    let greatest = -1;
    for (let back = row % CELL_ROWS === 0 ? 1 : 0; back <= cells && now - back >= 0; back++) {
      greatest = Math.max(greatest, this.#cells[(now - back) % CELLS] as number);
    }
    return greatest;
  }

  write(out: ByteWriter): void {
    out.varint(this.#row);
    writeFloats(out, this.#cells);
    writeFloats(out, this.#records);
  }

  read(input: ByteReader): void {
    this.#row = input.varint();
    readFloats(input, this.#cells);
    readFloats(input, this.#records);
  }

  static readonly MAX_BYTES = 7 + CELLS * 4 + BINS * 4;
}
