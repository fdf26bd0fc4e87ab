import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Random } from '../simulation/random.ts';
import { mutate } from './mutate.ts';
import { oddText } from './odd-json.ts';

/** A record to decode. */
export interface OddRecord {
  readonly bytes: Buffer;
  /** What it unfolds to, where that is known: where it was not damaged after it was packed. */
  readonly text: Buffer | null;
  readonly isPacked: boolean;
}

const PACKS = [gzipSync, zstdCompressSync] as const;

/** Damaged as text, or as packed bytes, or both, or not at all. */
export function oddRecord(random: Random): OddRecord {
  const right = Buffer.from(oddText(random));
  const text = random.chance(40) ? mutate(right, Buffer.from(oddText(random)), random) : right;
  if (random.chance(40)) return { bytes: text, text, isPacked: false };
  const bytes = packed(text, random);
  if (random.chance(40)) return { bytes, text, isPacked: true };
  return { bytes: mutate(bytes, packed(right, random), random), text: null, isPacked: true };
}

/** In one part or in several, one after the other, and now and then with zeros behind, as tape drives left them. */
function packed(text: Buffer, random: Random): Buffer {
  const pack = random.pick(PACKS);
  const cuts = Array.from({ length: random.chance(30) ? random.between(1, 3) : 0 }, () =>
    random.below(text.length + 1),
  );
  const ends = [0, ...cuts.sort((a, b) => a - b), text.length];
  const parts = ends.slice(1).map((end, index) => pack(text.subarray(ends[index], end)));
  const isPadded = pack === gzipSync && random.chance(5);
  return Buffer.concat([...parts, Buffer.alloc(isPadded ? random.between(1, 20) : 0)]);
}
