import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { mapSettled } from '../../engine/async/map-settled.ts';
import type { DeadLetterSink, SideRecord } from '../../engine/ports/dead-letter-sink.ts';
import { sentence } from './aws-errors.ts';
import { formatSideRecord, sideRecordKey } from './side-record-object.ts';

export interface S3DeadLetterSinkOptions {
  readonly client: S3Client;
  readonly bucket: string;
}

/**
 * Keeps dead letters and late events in a bucket, one object each; `side-record-object.ts` tells the layout.
 *
 * When `put` returns or throws, no request is in flight any more. After an error some objects may be there: the retry
 * overwrites them.
 */
export class S3DeadLetterSink implements DeadLetterSink {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor({ client, bucket }: S3DeadLetterSinkOptions) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async put(records: readonly SideRecord[]): Promise<void> {
    // Of two records at one position the later stays; side by side, chance would decide.
    const byKey = new Map(records.map((record) => [sideRecordKey(record), record]));
    await mapSettled([...byKey], CONCURRENT_PUTS, ([key, record]) => this.#putObject(key, record));
  }

  async #putObject(key: string, record: SideRecord): Promise<void> {
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      Body: formatSideRecord(record),
      ContentType: 'application/json',
    });
    await this.#client.send(command).catch((error) => {
      const what = record.kind === 'dead' ? 'dead letter' : 'late event';
      throw new Error(
        `Writing a ${what} of stream "${record.stream}" to s3://${this.#bucket}/${key} failed with ${sentence(error)}`,
        {
          cause: error,
        },
      );
    });
  }
}

const CONCURRENT_PUTS = 16;
