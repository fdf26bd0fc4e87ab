import { clickstreamGenerator } from './clickstream.ts';
import type { EventGenerator } from './generator.ts';

export { generateClickstream } from './clickstream.ts';
export { type EventGenerator, GenerateOptionError, type GenerateOptions } from './generator.ts';

/** The generators by the name of the pipeline that their events are for. */
export const generators: ReadonlyMap<string, EventGenerator> = new Map(
  [clickstreamGenerator].map((generator) => [generator.name, generator]),
);
