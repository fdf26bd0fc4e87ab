import { clickstreamGenerator } from './clickstream.ts';
import type { Generator } from './generator.ts';

export { generateClickstream } from './clickstream.ts';
export { type GenerateOptions, GenerateOptionError, type Generator } from './generator.ts';

/** The generators by the name of the pipeline that their events are for. */
export const generators: ReadonlyMap<string, Generator> = new Map(
  [clickstreamGenerator].map((generator) => [generator.pipeline, generator]),
);
