/**
 * Wakes finalizers. A message carries no facts: whoever gets it reads the checkpoints itself, so a lost, doubled or
 * delayed message can cost time (until the next minute sweep) but never a number.
 *
 * Messages of one (view, bucket) are handled one at a time, in order. On AWS: an SQS FIFO queue.
 */
export interface FinalizeQueue {
  send(wakes: readonly Wake[]): Promise<void>;
}

export interface Wake {
  /** Name and fingerprint of the view: `ViewPlan.key`. */
  readonly view: string;
  readonly bucket: number;
  /**
   * A second message with the same id within five minutes is swallowed. Made from a commit's position, or from the
   * sweep's minute, so that no wake-up that is needed is taken for a double.
   */
  readonly deduplicationId: string;
}
