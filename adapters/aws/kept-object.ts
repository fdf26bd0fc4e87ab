import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import type { StoredSideOutput } from '../../engine/ports/dead-letter-store.ts';
import { storedSideOutput } from '../stored-side-output.ts';
import { DiscardedBatchError, parseDiscardedBatch } from './discarded-batch.ts';
import { discardedPayloads } from './discarded-payloads.ts';
import { shardOf, streamNameOfArn } from './kinesis-event.ts';
import type { FoundRecord } from './s3-side-outputs.ts';

export interface SideOutputSource {
  readonly streams: ReadonlyMap<string, StreamDefinition>;
  readonly kinesisNames: ReadonlyMap<string, string>;
  readonly bucket: string;
}

/** A dead letter or late event; where it cannot be read, a record that says so and can only be looked at. */
export function readSideOutput({ id, name, record }: FoundRecord, { streams }: SideOutputSource): StoredSideOutput {
  if (!(record instanceof Error)) return storedSideOutput(record, streams.get(name.stream) as StreamDefinition, null);
  const { kind, stream, shard, position } = name;
  return unreadable({ id, kind, stream, shard, position }, record);
}

/** A batch that Lambda gave up on. */
export function readDiscarded(
  text: string,
  key: string,
  { streams, kinesisNames, bucket }: SideOutputSource,
): StoredSideOutput {
  try {
    const { event, condition } = parseDiscardedBatch(text, `s3://${bucket}/${key}`);
    const [first] = event.Records;
    if (first === undefined) throw new DiscardedBatchError(`The batch s3://${bucket}/${key} has no records.`);
    const [shard, sequence] = [shardOf(first), first.kinesis.sequenceNumber];
    const stream = streamOf(first.eventSourceARN, kinesisNames);
    return {
      ...{ id: key, kind: 'discarded', stream, shard },
      position: { sequence, index: 0 },
      arrivalMs: Math.round(first.kinesis.approximateArrivalTimestamp * 1000),
      reason: condition,
      message: `Lambda gave up on a batch of ${event.Records.length} records of ${shard}, from ${sequence} to ${event.Records.at(-1)?.kinesis.sequenceNumber}.`,
      missed: null,
      payloads: event.Records.flatMap(({ kinesis: { partitionKey, data } }) =>
        discardedPayloads({ partitionKey, data: Buffer.from(data, 'base64') }, streams.get(stream) ?? null),
      ),
      redrive: null,
    };
  } catch (error) {
    const place = { stream: 'unknown', shard: 'unknown', position: { sequence: '0', index: 0 } };
    return unreadable({ id: key, kind: 'discarded', ...place }, error);
  }
}

/** The pipeline's name of a stream; if unknown, its name in Kinesis. */
function streamOf(arn: string, kinesisNames: ReadonlyMap<string, string>): string {
  const kinesisName = streamNameOfArn(arn);
  return [...kinesisNames].find(([, name]) => name === kinesisName)?.[0] ?? kinesisName;
}

function unreadable(
  place: Pick<StoredSideOutput, 'id' | 'kind' | 'stream' | 'shard' | 'position'>,
  error: unknown,
): StoredSideOutput {
  const message = error instanceof Error ? error.message : String(error);
  return { ...place, arrivalMs: null, reason: 'unreadable', message, missed: null, payloads: [], redrive: null };
}
