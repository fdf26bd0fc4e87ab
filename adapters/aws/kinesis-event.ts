import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import type { SourceBatch, SourceRecord } from '../../engine/decode/source-record.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { HashKeyRange } from '../hash-keys.ts';
import { KinesisIdError } from './errors.ts';
import { describeCreationSeconds, uniqueShardId } from './kinesis-shard-id.ts';
import { isKplAggregate } from './kpl-aggregate.ts';
import { kplParts } from './kpl-parts.ts';

/** Answers for the ARN in a record, which is that of a stream or of one of its consumers. */
export interface KinesisEventSource {
  /** The pipeline's name for a Kinesis stream. */
  streamOf(sourceArn: string): string;
  /** When the stream was made, in seconds since 1970: `StreamCreationTimes`. */
  creationSecondsOf(sourceArn: string): Promise<number>;
  /**
   * The hash keys that a shard takes in, by its unique id: `ShardHashKeys`. Needed for records that the Kinesis
   * Producer Library has aggregated. Not set: it does not matter which of these belong to another shard.
   */
  hashKeysOf?(streamArn: string, shard: string): Promise<HashKeyRange | null>;
}

/**
 * The records of a Lambda event, by shard and in order. A Kinesis event source hands over records of one shard at a
 * time; this works for several too.
 */
export async function toSourceBatches(event: KinesisStreamEvent, source: KinesisEventSource): Promise<SourceBatch[]> {
  const batches = new Map<string, { stream: string; shard: string; records: SourceRecord[] }>();
  for (const record of event.Records) {
    const { eventSourceARN } = record;
    const shard = uniqueShardId(await source.creationSecondsOf(eventSourceARN), shardOf(record));
    // By the stream, which has one checkpoint a shard, and not by the consumer through which a record came.
    const key = `${streamNameOfArn(eventSourceARN)}#${shard}`;
    let batch = batches.get(key);
    if (batch === undefined) {
      batch = { stream: source.streamOf(eventSourceARN), shard, records: [] };
      batches.set(key, batch);
    }
    batch.records.push(
      await toSourceRecord(record, async () => (await source.hashKeysOf?.(eventSourceARN, shard)) ?? null),
    );
  }
  return [...batches.values()];
}

async function toSourceRecord(
  { kinesis }: KinesisStreamRecord,
  hashKeys: () => Promise<HashKeyRange | null>,
): Promise<SourceRecord> {
  const data = Buffer.from(kinesis.data, 'base64');
  return {
    sequence: kinesis.sequenceNumber,
    arrivalMs: Math.round(kinesis.approximateArrivalTimestamp * 1000),
    partitionKey: kinesis.partitionKey,
    data,
    ...(isKplAggregate(data)
      ? { parts: kplParts({ data, partitionKey: kinesis.partitionKey }, await hashKeys()) }
      : {}),
  };
}

/** An event id is `shardId-000000000000:sequence`. */
export function shardOf({ eventID, eventSourceARN }: KinesisStreamRecord): string {
  const colon = eventID.indexOf(':');
  if (colon > 0) return eventID.slice(0, colon);
  throw new KinesisIdError(
    `A record of ${eventSourceARN} has the event id "${eventID}": it must begin with the name of its shard and a colon.`,
  );
}

export interface StreamCreationTimesOptions {
  readonly client: KinesisClient;
  readonly clock: Clock;
  /** How long an answer stays valid. Default 5 minutes. */
  readonly maxAgeMs?: number;
}

/**
 * When streams were made. Events do not say, so this asks Kinesis now and then.
 *
 * If somebody deletes a stream and makes it again while a container is warm, its first records can still go under the
 * old stream's shards. They pass the old checkpoints, because sequence numbers rise with time, so none is lost. But a
 * batch that is redelivered across that moment could count twice. The age limit bounds how long that can happen.
 */
export class StreamCreationTimes {
  readonly #client: KinesisClient;
  readonly #clock: Clock;
  readonly #maxAgeMs: number;
  /** By the name of the stream. */
  readonly #known = new Map<string, { askedAtMs: number; seconds: Promise<number> }>();

  constructor({ client, clock, maxAgeMs = 300_000 }: StreamCreationTimesOptions) {
    this.#client = client;
    this.#clock = clock;
    this.#maxAgeMs = maxAgeMs;
  }

  /** @param sourceArn of a stream, or of a consumer of one: the answer is the stream's. */
  async of(sourceArn: string): Promise<number> {
    const name = streamNameOfArn(sourceArn);
    const nowMs = this.#clock.nowMs();
    const known = this.#known.get(name);
    if (known !== undefined && nowMs - known.askedAtMs < this.#maxAgeMs) return known.seconds;
    const seconds = describeCreationSeconds(this.#client, name).catch((error: unknown) => {
      // A failure is not an answer: the next event asks again. Until then keep the old answer, which is probably still
      // true: many containers that ask at once can overload this API.
      if (known === undefined) {
        this.#known.delete(name);
        throw error;
      }
      this.#known.set(name, known);
      return known.seconds;
    });
    this.#known.set(name, { askedAtMs: nowMs, seconds });
    return seconds;
  }
}

/**
 * `arn:aws:kinesis:eu-west-1:123456789012:stream/clicks` is `clicks`. Records from enhanced fan-out may name the
 * consumer instead of the stream: `…:stream/clicks/consumer/streamgauge:1750000000` is `clicks` too.
 */
export function streamNameOfArn(arn: string): string {
  const match = /:stream\/([^/:]+)(?:\/consumer\/[^/:]+:\d+)?$/.exec(arn);
  if (match !== null) return match[1] as string;
  throw new KinesisIdError(
    `"${arn}" is no ARN of a Kinesis stream or of a consumer of one: it must end in ":stream/" and the stream's name, or go on with "/consumer/", the consumer's name, a colon and its creation time.`,
  );
}
