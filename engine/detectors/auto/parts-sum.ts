import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { ExtremeBlocks, MeanBlocks } from './blocks.ts';
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

export type PartName = 'space' | 'gap' | 'quiet' | 'level' | 'shape' | 'season' | 'season shape';

interface Weighted {
  readonly name: PartName;
  readonly weight: number;
  readonly part: Part;
}

/** The evidence of all parts: each part's greatest surprise lately, weighted and added up. */
export class PartsSum {
  readonly #parts: readonly Weighted[];
  readonly #evidence: Float64Array;

  constructor(memory: 8 | 16, season: SeasonPart) {
    this.#parts = partsOf(memory, season);
    this.#evidence = new Float64Array(this.#parts.length);
  }

  step(row: Row): number {
    let sum = 0;
    this.#parts.forEach(({ part, weight }, i) => {
      const kept = Math.max(part.step(row), (this.#evidence[i] as number) * LEAK);
      this.#evidence[i] = kept;
      sum += weight * Math.min(MOST, kept);
    });
    return sum;
  }

  /** The part that gave most to the last sum. */
  loudest(): PartName {
    let most = -1;
    let name: PartName = 'space';
    this.#parts.forEach((each, i) => {
      const gave = each.weight * Math.min(MOST, this.#evidence[i] as number);
      if (gave > most) {
        most = gave;
        name = each.name;
      }
    });
    return name;
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

function partsOf(memory: 8 | 16, season: SeasonPart): readonly Weighted[] {
  const small: readonly Weighted[] = [
    { name: 'space', weight: 1, part: new SpacePart() },
    { name: 'gap', weight: 1, part: new GapPart(memory === 16 ? 640 : 352) },
    { name: 'quiet', weight: 0.5, part: new QuietPart() },
    { name: 'level', weight: 0.5, part: new LevelPart() },
    { name: 'season', weight: 1.25, part: surpriseOf(({ x, atMs }) => season.step(x, atMs)) },
    { name: 'season shape', weight: 0.5, part: surpriseOf(() => season.shape) },
    { name: 'shape', weight: 1, part: new ShapePart(new MeanBlocks(5, memory === 16 ? 416 : 192)) },
    { name: 'shape', weight: 1.5, part: new ShapePart(new MeanBlocks(10, memory === 16 ? 288 : 128)) },
  ];
  if (memory === 8) return small;
  return [
    ...small,
    { name: 'shape', weight: 0.5, part: new ShapePart(new MeanBlocks(20, 160)) },
    { name: 'shape', weight: 0.5, part: new ShapePart(new ExtremeBlocks(5, 300)) },
  ];
}

/** A part whose state is kept elsewhere. */
function surpriseOf(step: (row: Row) => number): Part {
  return { step, write() {}, read() {}, maxBytes: () => 0 };
}
