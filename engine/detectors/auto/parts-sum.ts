import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { GapPart } from './parts/gap.ts';
import { LevelPart } from './parts/level.ts';
import type { Part, Row } from './parts/part.ts';
import { QuietPart } from './parts/quiet.ts';
import type { SeasonPart } from './parts/season.ts';
import { ShapePart } from './parts/shape.ts';
import { SpacePart } from './parts/space.ts';

/** No part alone is more than this: two that agree outweigh one that is beside itself. */
const MOST = 8;
/** Evidence is halved in two rows. */
const LEAK = 2 ** (-1 / 2);

/** How much each part's evidence counts. Chosen on the corpus of `npm run bench:nab -- --corpus`. */
export const WEIGHTS = {
  space: 1,
  gap: 1,
  quiet: 0.5,
  level: 0.5,
  season: 1.25,
  'season run': 0.75,
  shape: 1,
  'long shape': 1.5,
} as const;

export type PartName = keyof typeof WEIGHTS;
export type Weights = Readonly<Record<PartName, number>>;

interface Named {
  readonly name: PartName;
  readonly part: Part;
}

/** The evidence of all parts: each part's greatest surprise lately, weighted and added up. */
export class PartsSum {
  readonly #parts: readonly Named[];
  readonly #weights: Weights;
  readonly #evidence: Float64Array;

  constructor(memory: Kilobytes, season: SeasonPart, weights: Weights) {
    this.#parts = partsOf(memory, season);
    this.#weights = weights;
    this.#evidence = new Float64Array(this.#parts.length);
  }

  step(row: Row): number {
    let sum = 0;
    for (let i = 0; i < this.#parts.length; i++) {
      const { part } = this.#parts[i] as Named;
      this.#evidence[i] = Math.max(part.step(row), (this.#evidence[i] as number) * LEAK);
      sum += this.#given(i);
    }
    return sum;
  }

  /** The part that gave most to the last sum. */
  loudest(): PartName {
    let most = 0;
    for (let i = 1; i < this.#parts.length; i++) if (this.#given(i) > this.#given(most)) most = i;
    return (this.#parts[most] as Named).name;
  }

  #given(i: number): number {
    const weight = this.#weights[(this.#parts[i] as Named).name];
    return weight * Math.min(MOST, this.#evidence[i] as number);
  }

  write(out: ByteWriter): void {
    for (const evidence of this.#evidence) out.float64(evidence);
    for (const { part } of this.#parts) part.write(out);
  }

  read(input: ByteReader): void {
    for (let i = 0; i < this.#evidence.length; i++) this.#evidence[i] = input.float64();
    for (const { part } of this.#parts) part.read(input);
  }

  maxBytes(): number {
    return this.#parts.reduce((sum, { part }) => sum + 8 + part.maxBytes(), 0);
  }
}

/** How many values and shapes are remembered in so many kilobytes of state. All else is the same. */
const MEMORIES = {
  4: { values: 18, shapes: 10, longShapes: 8 },
  8: { values: 256, shapes: 256, longShapes: 128 },
  16: { values: 512, shapes: 640, longShapes: 448 },
  64: { values: 2400, shapes: 3000, longShapes: 2000 },
} as const;

export type Kilobytes = keyof typeof MEMORIES;

function partsOf(memory: Kilobytes, season: SeasonPart): readonly Named[] {
  const { values, shapes, longShapes } = MEMORIES[memory];
  return [
    { name: 'space', part: new SpacePart() },
    { name: 'gap', part: new GapPart(values) },
    { name: 'quiet', part: new QuietPart() },
    { name: 'level', part: new LevelPart() },
    { name: 'season', part: surpriseOf(({ x, atMs, digest }) => season.step(x, atMs, digest)) },
    { name: 'season run', part: surpriseOf(() => season.run) },
    { name: 'shape', part: new ShapePart(5, shapes) },
    { name: 'long shape', part: new ShapePart(10, longShapes) },
  ];
}

/** A part whose state is kept elsewhere. */
function surpriseOf(step: (row: Row) => number): Part {
  return { step, write() {}, read() {}, maxBytes: () => 0 };
}
