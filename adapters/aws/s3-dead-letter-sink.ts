import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { mapSettled } from '../../engine/async/map-settled.ts';
import type { DeadLetterSink, SideRecord } from '../../engine/ports/dead-letter-sink.ts';
import { formatPosition } from '../../engine/ports/position.ts';
import { compareInShard, type SideRecordName, sideRecordName } from '../side-record-id.ts';
import { sentence } from './aws-errors.ts';
import { AwsCallError } from './errors.ts';
import { sideObjectKey } from './side-object-key.ts';
import { packSideRecords } from './side-record-object.ts';

export interface S3DeadLetterSinkOptions {
  readonly client: S3Client;
  readonly bucket: string;
}

interface Named {
  readonly name: SideRecordName;
  readonly record: SideRecord;
}

/**
 * Keeps dead letters and late events in a bucket: what one call brings of a shard is one object for the dead letters and
 * one for the late events, however many they are. `side-object-key.ts` tells how they are named.
 *
 * When `put` returns or throws, no request is in flight any more. After an error an object may be there: the retry
 * overwrites it.
 */
export class S3DeadLetterSink implements DeadLetterSink {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor({ client, bucket }: S3DeadLetterSinkOptions) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async put(records: readonly SideRecord[]): Promise<void> {
    await mapSettled(objectsOf(records), CONCURRENT_PUTS, (object) => this.#putObject(object));
  }

  async #putObject(object: readonly Named[]): Promise<void> {
    const key = sideObjectKey(object.map(({ name }) => name));
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      Body: await packSideRecords(object.map(({ record }) => record)),
      ContentType: 'application/gzip',
    });
    await this.#client.send(command).catch((error) => {
      const [{ kind, stream }] = object.map(({ name }) => name) as [SideRecordName];
      const what = `${object.length} ${kind === 'dead' ? 'dead letters' : 'late events'}`;
      throw new AwsCallError(
        `Writing ${what} of stream "${stream}" to s3://${this.#bucket}/${key} failed with ${sentence(error)}`,
        { cause: error },
      );
    });
  }
}

const CONCURRENT_PUTS = 16;

/** By kind, stream and shard, in the order of positions. Of two records with one id the later stays. */
function objectsOf(records: readonly SideRecord[]): readonly (readonly Named[])[] {
  const objects = new Map<string, Map<string, Named>>();
  for (const record of records) {
    const name = sideRecordName(record);
    const { kind, stream, shard, position, view } = name;
    const place = `${kind}\n${stream}\n${shard}`;
    const object = objects.get(place) ?? new Map<string, Named>();
    objects.set(place, object.set(`${formatPosition(position)}.${view}`, { name, record }));
  }
  return [...objects.values()].map((object) => [...object.values()].sort((a, b) => compareInShard(a.name, b.name)));
}
