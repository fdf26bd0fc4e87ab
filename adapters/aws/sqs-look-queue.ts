import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Look, LookQueue } from '../../engine/ports/look-queue.ts';
import { asciiJson } from './ascii-json.ts';
import { sentence } from './aws-errors.ts';
import { AwsCallError, ForeignDataError } from './errors.ts';

export interface SqsLookQueueOptions {
  readonly client: SQSClient;
  /** Of a standard queue: a FIFO queue takes no delay for a single message. */
  readonly queueUrl: string;
}

/** Early looks as delayed messages of an SQS queue. */
export class SqsLookQueue implements LookQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor({ client, queueUrl }: SqsLookQueueOptions) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  /** @throws AwsCallError where SQS did not take the message. */
  async send({ view, bucket, turn }: Look, delayMs: number): Promise<void> {
    const command = new SendMessageCommand({
      QueueUrl: this.#queueUrl,
      MessageBody: asciiJson({ view, bucket, turn }),
      DelaySeconds: Math.ceil(delayMs / 1000),
    });
    await this.#client.send(command).catch((error) => {
      throw new AwsCallError(
        `Sending an early look to the queue ${this.#queueUrl} failed with ${sentence(error)} The next minute sweep begins the looks again; if it goes on, check the queue.`,
        { cause: error },
      );
    });
  }
}

/** Tells looks from wake-ups, which have no turn. */
export function isLook(body: string): boolean {
  try {
    parseLook(body);
    return true;
  } catch {
    return false;
  }
}

/**
 * The body of a message as `send` made it.
 *
 * @throws ForeignDataError where it is none: something else than streamgauge sent it.
 */
export function parseLook(body: string): Look {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    parsed = null;
  }
  const { view, bucket, turn } = (parsed ?? {}) as Partial<Record<keyof Look, unknown>>;
  if (typeof view === 'string' && Number.isSafeInteger(bucket) && Number.isSafeInteger(turn)) {
    return { view, bucket: bucket as number, turn: turn as number };
  }
  throw new ForeignDataError(
    `A message of the queue of early looks is none: ${body.slice(0, 200)}. Only streamgauge may send to this queue.`,
  );
}
