import { type KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { BugError } from '../../engine/ir/bug-error.ts';
import type { Payload, Put } from '../../engine/ports/dead-letter-store.ts';
import { Again, type Pause, withRetries } from '../../engine/ports/retry.ts';
import { errorName, isRefusal, isThrottle, sentence } from './aws-errors.ts';
import { type Backoff, REAL_BACKOFF, servicePause } from './backoff.ts';

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
  readonly #pause: Pause;

  private constructor(client: KinesisClient, backoff: Backoff) {
    this.#client = client;
    this.#pause = servicePause(backoff);
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
    const put = () => this.#client.send(command).catch((error: unknown) => refusedOrThrow(error));
    try {
      const { ShardId, SequenceNumber } = await withRetries(MAX_ATTEMPTS, this.#pause, put);
      if (ShardId !== undefined && SequenceNumber !== undefined) {
        return { state: 'redriven', shard: ShardId, sequence: SequenceNumber };
      }
      return { state: 'unknown', message: `Kinesis stream "${streamName}" took the record and did not say where.` };
    } catch (error) {
      const message = `Putting a record into Kinesis stream "${streamName}" failed with ${sentence(error)}`;
      return { state: isKnownNotToArrive(error) ? 'failed' : 'unknown', message };
    }
  }
}

/** A stream that is busy takes the record the next time. */
function refusedOrThrow(error: unknown): Again {
  if (!isKnownNotToArrive(error) || !isThrottle(errorName(error))) throw error;
  return new Again(() => error as Error);
}

function isKnownNotToArrive(error: unknown): boolean {
  return (
    isRefusal(error) || NEVER_SENT.has((error as { code?: unknown } | null)?.code) || NEVER_SENT.has(errorName(error))
  );
}
