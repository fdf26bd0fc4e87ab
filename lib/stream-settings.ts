import type { PipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { type PipelineSettings, SettingsError } from './settings.ts';

/** Each function gets the names of all streams, and a function's environment holds 4 KB. */
const MAX_STREAMS = 20;

/**
 * Checks settings that name or count streams against this pipeline.
 *
 * @throws SettingsError if they do not fit.
 */
export function checkAgainstStreams(
  { producers, reservedConcurrency, shards }: PipelineSettings,
  pipeline: PipelineDefinition,
): void {
  const names = pipeline.streams.map(({ name }) => name);
  if (names.length > MAX_STREAMS) {
    throw new SettingsError(
      `Pipeline '${pipeline.name}' has ${names.length} streams, and at most ${MAX_STREAMS} can be deployed together. Divide it in several pipelines.`,
    );
  }
  for (const name of Object.keys(producers)) if (!names.includes(name)) throw unknownStream('producers', name, names);
  if (reservedConcurrency === null) return;
  if (shards === null) {
    throw new SettingsError(
      `The setting 'reservedConcurrency' is ${reservedConcurrency}, and the streams are on demand: Kinesis adds shards as it needs, and each is one call at a time, so a number would one day hold some of them up. Set 'shards' too, or leave it out.`,
    );
  }
  const needed = shards * names.length;
  if (reservedConcurrency < needed) {
    throw new SettingsError(
      `The setting 'reservedConcurrency' is ${reservedConcurrency}: it must be at least ${needed}, one for each of ${shards} shards of ${names.length} streams. A shard that waits for its turn holds back the watermark of all.`,
    );
  }
}

export function unknownStream(where: string, name: string, names: readonly string[]): SettingsError {
  return new SettingsError(`${where} names the stream '${name}'. The pipeline's streams are ${names.join(', ')}.`);
}
