import { Random, SeededChoices } from '../simulation/random.ts';
import { fuzzDecoder } from './fuzz-decoder.ts';
import { fuzzItems } from './fuzz-items.ts';
import { fuzzScanner } from './fuzz-scanner.ts';
import { fuzzSegments } from './fuzz-segments.ts';

export const TARGETS = {
  decoder: fuzzDecoder,
  scanner: fuzzScanner,
  segments: fuzzSegments,
  items: fuzzItems,
} as const;
export type Target = keyof typeof TARGETS;

/** An input that broke what must hold. The same target and seed give it again. */
export class FuzzError extends Error {
  override readonly name = 'FuzzError';

  constructor(target: Target, seed: number, cause: unknown) {
    super(`${target}, seed ${seed}: ${cause instanceof Error ? cause.stack : String(cause)}`, { cause });
  }
}

/** Tries inputs of consecutive seeds, and counts what became of them. */
export function fuzz(target: Target, from: number, inputs: number): Map<string, number> {
  const outcomes = new Map<string, number>();
  for (let seed = from; seed < from + inputs; seed++) {
    try {
      const outcome = TARGETS[target](new Random(new SeededChoices(seed)));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } catch (error) {
      throw new FuzzError(target, seed, error);
    }
  }
  return outcomes;
}
