import { clickstreamGenerator } from './clickstream.ts';
import type { EventGenerator } from './generator.ts';
import { sensorsGenerator } from './sensors.ts';

export { generateClickstream } from './clickstream.ts';
export { type EventGenerator, GenerateOptionError, type GenerateOptions } from './generator.ts';
export { generateSensors } from './sensors.ts';

/** The generators by the name of the pipeline that their events are for. */
export const generators: ReadonlyMap<string, EventGenerator> = new Map(
  [clickstreamGenerator, sensorsGenerator].map((generator) => [generator.name, generator]),
);
