import type { CommitTooLargeError } from '../ports/errors.ts';
import { addCounters, type Counters, NO_EVENTS } from '../state/checkpoint.ts';
import type { Position } from '../state/position.ts';
import { CommitFailedError } from './errors.ts';
import type { Piece, PieceLimits, Reading } from './piece.ts';

/** Attempts at one commit, or at one load, against other writers. */
export const MAX_ATTEMPTS = 8;

/** Attempts, cuts and counts of one batch. */
export class BatchProgress {
  limits: PieceLimits = { maxEvents: Number.POSITIVE_INFINITY, oversized: null };
  /** The record that the next piece begins in, as far as it is read. */
  reading: Reading | null = null;
  startMs: number | null = null;
  commits = 0;
  /** Spent in transactions, those that were refused too. */
  commitMs = 0;
  committed: Counters = NO_EVENTS;
  #attempts = 0;

  count({ counters, to }: Piece): void {
    this.commits++;
    this.reading = to;
    this.#attempts = 0;
    // What made the pieces small may be behind us.
    this.limits = { maxEvents: this.limits.maxEvents * 2, oversized: null };
    this.committed = addCounters(this.committed, counters);
  }

  /** Halves the pieces from here on; a single event that is too large by itself will be a dead letter. */
  cut(piece: Piece, cause: CommitTooLargeError): void {
    const { delivered } = piece.counters;
    this.reading = piece.from;
    if (delivered > 1) {
      this.limits = { ...this.limits, maxEvents: Math.ceil(delivered / 2) };
    } else if (this.limits.oversized === null) {
      this.limits = { ...this.limits, oversized: piece.end as Position };
    } else {
      throw cause;
    }
  }

  countAttempt(where: string, cause: Error | null): void {
    this.#attempts++;
    if (this.#attempts < MAX_ATTEMPTS) return;
    throw new CommitFailedError(
      `${where}: ${MAX_ATTEMPTS} attempts to commit did not succeed (${cause?.message ?? 'the checkpoint was changed by another writer each time'}). The batch will come again.`,
      cause === null ? undefined : { cause },
    );
  }
}
