import { createHash } from 'node:crypto';
import {
  type BatchResultErrorEntry,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { chunksOf } from '../../engine/async/map-settled.ts';
import type { FinalizeQueue, Wake } from '../../engine/ports/finalize-queue.ts';
import { Again, type Pause, withRetries } from '../../engine/ports/retry.ts';
import { asciiJson } from './ascii-json.ts';
import { sentence } from './aws-errors.ts';
import { type Backoff, REAL_BACKOFF, servicePause } from './backoff.ts';
import { AwsCallError, ForeignDataError } from './errors.ts';

export interface SqsFinalizeQueueOptions {
  readonly client: SQSClient;
  /** Of a FIFO queue. Content-based deduplication is not needed: every message has an id of its own. */
  readonly queueUrl: string;
  readonly backoff?: Backoff;
}

/**
 * Wakes finalizers by an SQS FIFO queue: one message group per (view, bucket), so that SQS hands out the messages of one
 * group one after the other, and those of different groups side by side.
 *
 * SQS drops doubles by queue, not by group, so view and bucket are part of the deduplication id: one commit may wake
 * several views with the id that its position gives.
 */
export class SqsFinalizeQueue implements FinalizeQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #pause: Pause;

  constructor({ client, queueUrl, backoff = REAL_BACKOFF }: SqsFinalizeQueueOptions) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#pause = servicePause(backoff);
  }

  /**
   * Sends in the order of the list. Where SQS refuses some messages of a batch for its own reasons, these are sent once
   * more behind the others: that costs nothing but their place, for wakes carry no facts.
   *
   * @throws AwsCallError that counts the messages which were not sent; those before them were.
   */
  async send(wakes: readonly Wake[]): Promise<void> {
    for (const batch of chunksOf(wakes, BATCH_MESSAGES)) await this.#sendBatch(batch.map(toEntry));
  }

  async #sendBatch(entries: readonly SendMessageBatchRequestEntry[]): Promise<void> {
    let left = entries;
    await withRetries(BATCH_ATTEMPTS, this.#pause, async () => {
      const command = new SendMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries: [...left] });
      const output = await this.#client.send(command).catch((error) => {
        throw new AwsCallError(
          `Sending ${left.length} wake-ups to the finalize queue ${this.#queueUrl} failed with ${sentence(error)}`,
          { cause: error },
        );
      });
      const { Failed: failed = [] } = output;
      if (failed.length === 0) return;
      const refused = new Set(failed.map((each) => each.Id));
      left = left.filter((entry) => refused.has(entry.Id));
      // The sender's own fault stays one.
      if (failed.some((each) => each.SenderFault)) throw this.#refusal(failed, entries);
      return new Again(() => this.#refusal(failed, entries));
    });
  }

  #refusal(failed: readonly BatchResultErrorEntry[], entries: readonly SendMessageBatchRequestEntry[]): Error {
    const [first] = failed as [BatchResultErrorEntry];
    const body = entries.find((entry) => entry.Id === first.Id)?.MessageBody;
    return new AwsCallError(
      `The finalize queue ${this.#queueUrl} took ${entries.length - failed.length} of ${entries.length} wake-ups. It refused ${body} with ${first.Code}${first.Message === undefined ? '' : ` (${first.Message})`}. The next minute sweep wakes these finalizers; if it goes on, check the queue.`,
    );
  }
}

/** SQS's own limit. */
const BATCH_MESSAGES = 10;
const BATCH_ATTEMPTS = 6;

function toEntry({ view, bucket, deduplicationId }: Wake, index: number): SendMessageBatchRequestEntry {
  const group = `${view}#${bucket}`;
  return {
    Id: String(index),
    MessageBody: asciiJson({ view, bucket, deduplicationId }),
    MessageGroupId: fifoId(group),
    MessageDeduplicationId: fifoId(`${group}#${deduplicationId}`),
  };
}

/** SQS takes up to 128 letters, digits and marks of ASCII; of any other text, a hash. */
function fifoId(text: string): string {
  return /^[!-~]{1,128}$/.test(text) ? text : `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/**
 * The body of a message as `send` made it. The deduplication id is there to be read in logs.
 *
 * @throws ForeignDataError where it is none: something else than streamgauge sent it.
 */
export function parseWake(body: string): Wake {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    parsed = null;
  }
  const { view, bucket, deduplicationId } = (parsed ?? {}) as Partial<Record<keyof Wake, unknown>>;
  if (typeof view === 'string' && Number.isSafeInteger(bucket) && typeof deduplicationId === 'string') {
    return { view, bucket: bucket as number, deduplicationId };
  }
  throw new ForeignDataError(
    `A message of the finalize queue is not a wake-up: ${body.slice(0, 200)}. Only streamgauge may send to this queue.`,
  );
}
