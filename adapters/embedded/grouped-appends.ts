import type { Clock } from '../../engine/ports/clock.ts';
import type { EmbeddedStreamLog, LogBatch } from './stream-log.ts';

interface Waiting {
  readonly batch: LogBatch;
  readonly resolve: (sequences: readonly string[]) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupedAppendsOptions {
  readonly log: Pick<EmbeddedStreamLog, 'appendDurably'>;
  readonly clock: Clock;
  /** Runs a function once what the event loop has at hand is done. */
  readonly later?: (work: () => void) => void;
}

/**
 * Appends of producers who wait until their records are on disk. What comes in one turn of the event loop is one transaction, so
 * that many requests share one write to the disk:
 *
 *     requests        a   b   c         d       e
 *     transactions           [a b c]       [d]     [e]
 *     answers                 a b c         d       e
 */
export class GroupedAppends {
  readonly #options: GroupedAppendsOptions;
  #waiting: Waiting[] = [];

  constructor(options: GroupedAppendsOptions) {
    this.#options = options;
  }

  /**
   * Gives the sequence numbers of the batch's entries, in their order, once they are on disk.
   *
   * @throws StoreError as `appendDurably`; then all batches of the transaction fail alike.
   */
  append(batch: LogBatch): Promise<readonly string[]> {
    const { later = setImmediate } = this.#options;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject });
      if (this.#waiting.length === 1) later(() => this.#flush());
    });
  }

  #flush(): void {
    const group = this.#waiting;
    this.#waiting = [];
    const { log, clock } = this.#options;
    try {
      const sequences = log.appendDurably(
        group.map(({ batch }) => batch),
        clock.nowMs(),
      );
      for (const [index, { resolve }] of group.entries()) resolve(sequences[index] as readonly string[]);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
