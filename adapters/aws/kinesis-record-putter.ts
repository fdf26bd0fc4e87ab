import { type KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { BugError } from '../../engine/ir/bug-error.ts';
import type { Payload, Put } from '../../engine/ports/dead-letter-store.ts';
import { errorName, isRefusal, isThrottle, sentence } from './aws-errors.ts';
import { type Backoff, pauseBefore, REAL_BACKOFF } from './backoff.ts';

/** Puts of one record, the first included, while the stream asks for less. */
const MAX_ATTEMPTS = 6;

/** No connection came about, or the request could not be signed: nothing was sent. */
const NEVER_SENT: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CredentialsProviderError',
]);

/**
 * Puts single records, and tells apart what arrived, what did not, and what nobody knows.
 *
 * Its client must make one attempt a call. PutRecord has no token by which Kinesis would know a repetition: where a reply
 * is lost, the SDK's second attempt would put a second record, and report one.
 */
export class KinesisRecordPutter {
  readonly #client: KinesisClient;
  readonly #backoff: Backoff;

  private constructor(client: KinesisClient, backoff: Backoff) {
    this.#client = client;
    this.#backoff = backoff;
  }

  /** @throws where the client would make more than one attempt. */
  static async of(client: KinesisClient, backoff: Backoff = REAL_BACKOFF): Promise<KinesisRecordPutter> {
    const attempts = await client.config.maxAttempts();
    if (attempts === 1) return new KinesisRecordPutter(client, backoff);
    throw new BugError(
      `The Kinesis client of a redrive makes ${attempts} attempts a call, and must make one: another could put a record twice.`,
    );
  }

  async put(streamName: string, { partitionKey, explicitHashKey = null, data }: Payload): Promise<Put> {
    const command = new PutRecordCommand({
      StreamName: streamName,
      PartitionKey: partitionKey,
      ...(explicitHashKey === null ? {} : { ExplicitHashKey: explicitHashKey }),
      Data: data,
    });
    for (let attempt = 1; ; attempt++) {
      try {
        const { ShardId, SequenceNumber } = await this.#client.send(command);
        if (ShardId !== undefined && SequenceNumber !== undefined) {
          return { state: 'redriven', shard: ShardId, sequence: SequenceNumber };
        }
        return { state: 'unknown', message: `Kinesis stream "${streamName}" took the record and did not say where.` };
      } catch (error) {
        const message = `Putting a record into Kinesis stream "${streamName}" failed with ${sentence(error)}`;
        if (!isKnownNotToArrive(error)) return { state: 'unknown', message };
        if (!isThrottle(errorName(error)) || attempt === MAX_ATTEMPTS) return { state: 'failed', message };
        await pauseBefore(attempt, this.#backoff);
      }
    }
  }
}

function isKnownNotToArrive(error: unknown): boolean {
  return (
    isRefusal(error) || NEVER_SENT.has((error as { code?: unknown } | null)?.code) || NEVER_SENT.has(errorName(error))
  );
}
