import { type BatchResultErrorEntry, ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { chunksOf } from '../../engine/async/map-settled.ts';
import { sentence } from './aws-errors.ts';
import { AwsCallError } from './errors.ts';

/** A wake-up that this process was handed. */
export interface HandedWake {
  readonly messageId: string;
  readonly receiptHandle: string;
  /** Deliveries so far, this one included. */
  readonly received: number;
}

/** Holds wake-ups back from other finalizers until it is released. */
export interface WakeHold {
  /** Ends it. Wake-ups that failed come again after a pause that grows with their deliveries; the others are Lambda's to delete. */
  release(failed: ReadonlySet<string>): Promise<void>;
}

export interface WakeVisibilityOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  /** Told of what could not be changed. It costs time at most: a wake-up is handled twice, or comes again late. */
  readonly onFailure: (error: Error) => void;
  /** How long a wake-up stays hidden after its finalizer was killed, at most. Default 60. */
  readonly holdSeconds?: number;
  /** Repeats `work` until the function that it returns is called. */
  readonly every?: (ms: number, work: () => void) => () => void;
}

const HOLD_SECONDS = 60;
const EXTEND_EVERY_MS = 20_000;

const FIRST_PAUSE_SECONDS = 30;
const LONGEST_PAUSE_SECONDS = 300;

/**
 * Keeps wake-ups hidden for a short time, and extends it while their finalizer works: so a finalizer that is killed keeps
 * its view waiting for a minute, however long a finalizer may take.
 *
 *     finalizer   hides for 60 s │ 20 s: for 60 s │ 40 s: for 60 s │ killed
 *     wake-up     hidden ───────────────────────────────────────────────── 100 s: handed to another
 */
export class WakeVisibility {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #onFailure: (error: Error) => void;
  readonly #holdSeconds: number;
  readonly #every: (ms: number, work: () => void) => () => void;

  constructor(options: WakeVisibilityOptions) {
    const { client, queueUrl, onFailure, holdSeconds = HOLD_SECONDS, every = repeat } = options;
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#onFailure = onFailure;
    this.#holdSeconds = holdSeconds;
    this.#every = every;
  }

  hold(wakes: readonly HandedWake[]): WakeHold {
    let last = Promise.resolve();
    const extend = () => {
      // One after the other, so that none is still under way when the hold is released.
      last = last.then(() => this.#change(wakes, () => this.#holdSeconds));
    };
    extend();
    const stop = this.#every(EXTEND_EVERY_MS, extend);
    return {
      release: async (failed) => {
        stop();
        await last;
        const again = wakes.filter(({ messageId }) => failed.has(messageId));
        await this.#change(again, ({ received }) => pauseSeconds(received));
      },
    };
  }

  async #change(wakes: readonly HandedWake[], secondsOf: (wake: HandedWake) => number): Promise<void> {
    for (const batch of chunksOf(wakes, BATCH_MESSAGES)) {
      const Entries = batch.map((wake, index) => ({
        Id: String(index),
        ReceiptHandle: wake.receiptHandle,
        VisibilityTimeout: secondsOf(wake),
      }));
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#queueUrl, Entries });
      await this.#client.send(command).then(
        ({ Failed = [] }) => this.#report(Failed),
        (error: unknown) => this.#onFailure(this.#failure(sentence(error), error)),
      );
    }
  }

  #report([first]: readonly BatchResultErrorEntry[]): void {
    if (first !== undefined) this.#onFailure(this.#failure(`${first.Code}: ${first.Message ?? 'no reason is given'}.`));
  }

  #failure(found: string, cause?: unknown): Error {
    return new AwsCallError(
      `Changing how long wake-ups of the finalize queue ${this.#queueUrl} are hidden failed with ${found}`,
      {
        cause,
      },
    );
  }
}

/** SQS's own limit. */
const BATCH_MESSAGES = 10;

function pauseSeconds(received: number): number {
  return Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** Math.max(0, received - 1));
}

function repeat(ms: number, work: () => void): () => void {
  const timer = setInterval(work, ms);
  return () => clearInterval(timer);
}
