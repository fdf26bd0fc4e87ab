import type { PipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { existingStream } from './existing-resources.ts';
import type { PipelineSettings } from './settings.ts';
import { SettingsError } from './settings-error.ts';

/** Each function gets the names of all streams, and a function's environment holds 4 KB. */
const MAX_STREAMS = 20;

/**
 * Checks settings that name or count streams against this pipeline.
 *
 * @throws SettingsError if they do not fit.
 */
export function checkAgainstStreams(
  { producers, streams: existing, reservedConcurrency, shards }: PipelineSettings,
  pipeline: PipelineDefinition,
): void {
  const names = pipeline.streams.map(({ name }) => name);
  if (names.length > MAX_STREAMS) {
    throw new SettingsError(
      `Pipeline '${pipeline.name}' has ${names.length} streams, and at most ${MAX_STREAMS} can be deployed together. Divide it into several pipelines.`,
    );
  }
  for (const name of Object.keys(producers)) if (!names.includes(name)) throw unknownStream('producers', name, names);
  checkExistingStreams(existing, producers, names);
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

/** Records say by the name of their Kinesis stream which stream of the pipeline they belong to. */
function checkExistingStreams(
  existing: PipelineSettings['streams'],
  producers: PipelineSettings['producers'],
  names: readonly string[],
): void {
  const owners = new Map<string, string>();
  for (const [name, stream] of Object.entries(existing)) {
    if (!names.includes(name)) throw unknownStream('streams', name, names);
    const kinesisName = existingStream(stream).arn.split('/')[1] as string;
    const other = owners.get(kinesisName);
    if (other !== undefined) {
      throw new SettingsError(
        `The setting 'streams' gives '${other}' and '${name}' the same Kinesis stream '${kinesisName}': each needs one of its own.`,
      );
    }
    owners.set(kinesisName, name);
    if ((producers[name] ?? []).length > 0) {
      throw new SettingsError(
        `The setting 'producers' lets others put to '${name}', and 'streams' says that its Kinesis stream exists already: its owner writes its policy. Leave '${name}' out of 'producers'.`,
      );
    }
  }
}

export function unknownStream(where: string, name: string, names: readonly string[]): SettingsError {
  return new SettingsError(`${where} names the stream '${name}'. The pipeline's streams are ${names.join(', ')}.`);
}
