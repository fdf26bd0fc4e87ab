/**
 * Wakes early looks after a while. A message comes at least once, not before its time, in any order, and may be lost: it carries
 * no facts but its turn, so a lost one costs time and a doubled one nothing.
 *
 * On AWS: a standard SQS queue, for a FIFO queue delays all of its messages alike.
 *
 * @example
 * await looks.send({ view: view.key, bucket: 0, turn: 8 }, 10_000);
 */
export interface LookQueue {
  /** @param delayMs at most `LONGEST_DELAY_MS`. */
  send(look: Look, delayMs: number): Promise<void>;
}

/** One look at the open windows of a (view, bucket). */
export interface Look {
  /** Name and fingerprint of the view: `ViewPlan.key`. */
  readonly view: string;
  readonly bucket: number;
  /** Which look of the chain it is. A message of another turn than the state says is of no use any more. */
  readonly turn: number;
}

/** What SQS delays a message at most. */
export const LONGEST_DELAY_MS = 15 * 60_000;
