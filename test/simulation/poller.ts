import type { KinesisStreamEvent } from 'aws-lambda';
import type { LogRecord, LogShard } from './stream-log.ts';

/** An event source mapping's place in one shard. */
export class ShardPoller {
  readonly shard: LogShard;
  /** Sequence number of the last record that was handled. */
  handled = 0;
  isBusy = false;
  isPaused = false;
  /** Attempts in a row that failed: the batch is halved then. */
  failures = 0;
  #batch: readonly LogRecord[] = [];

  constructor(shard: LogShard) {
    this.shard = shard;
  }

  get waiting(): readonly LogRecord[] {
    return this.shard.records.filter(({ sequence }) => sequence > this.handled);
  }

  get isFinished(): boolean {
    return this.shard.closed && this.waiting.length === 0;
  }

  /** Takes the next records, fewer after a failure. */
  take(most: number): readonly LogRecord[] {
    this.isBusy = true;
    this.#batch = this.waiting.slice(0, Math.max(1, Math.ceil(most / 2 ** this.failures)));
    return this.#batch;
  }

  /** `failed` is the sequence number to deliver from again; null where all was handled, undefined where nothing is known. */
  report(failed: string | null | undefined): void {
    this.isBusy = false;
    if (failed === undefined) {
      this.failures++;
      return;
    }
    const last = this.#batch.at(-1)?.sequence ?? this.handled;
    this.handled = failed === null ? last : Math.max(this.handled, Number(failed) - 1);
    this.failures = failed === null ? 0 : this.failures + 1;
  }

  /** Gives the batch up: what it held, and the place goes behind it. */
  giveUp(): readonly LogRecord[] {
    this.failures = 0;
    this.handled = this.#batch.at(-1)?.sequence ?? this.handled;
    return this.#batch;
  }
}

export function kinesisEvent(shard: LogShard, records: readonly LogRecord[]): KinesisStreamEvent {
  const [, name = ''] = shard.id.split(':');
  return {
    Records: records.map(({ sequence, arrivalMs, data }) => ({
      awsRegion: 'eu-west-1',
      eventID: `${name}:${sequence}`,
      eventName: 'aws:kinesis:record',
      eventSource: 'aws:kinesis',
      eventSourceARN: `arn:aws:kinesis:eu-west-1:123456789012:stream/${shard.stream}`,
      eventVersion: '1.0',
      invokeIdentityArn: 'arn:aws:iam::123456789012:role/aggregate',
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'user',
        sequenceNumber: String(sequence),
        data: Buffer.from(data).toString('base64'),
        approximateArrivalTimestamp: arrivalMs / 1000,
      },
    })),
  };
}
