import type { CommitTooLargeError } from '../ports/errors.ts';
import type { Position } from '../ports/position.ts';
import { addCounters, type Counters, NO_EVENTS } from '../state/checkpoint.ts';
import type { ChunkLimits, CommitChunk, Reading } from './commit-chunk.ts';
import { CommitFailedError } from './errors.ts';

/** The most attempts at one commit or load against other writers. */
export const MAX_ATTEMPTS = 8;

/** Attempts, cuts and counts of one batch. */
export class BatchProgress {
  limits: ChunkLimits = { maxEvents: Number.POSITIVE_INFINITY, oversized: null };
  /** The record that the next chunk begins in, as far as it is read. */
  reading: Reading | null = null;
  startMs: number | null = null;
  commits = 0;
  /** Time in transactions, refused ones included. */
  commitMs = 0;
  committed: Counters = NO_EVENTS;
  #attempts = 0;

  count({ counters, to }: CommitChunk): void {
    this.commits++;
    this.reading = to;
    this.#attempts = 0;
    // What made the chunks small may be behind us.
    this.limits = { maxEvents: this.limits.maxEvents * 2, oversized: null };
    this.committed = addCounters(this.committed, counters);
  }

  /** Halves the chunks from here on; a single event that is too large by itself will be a dead letter. */
  cut(chunk: CommitChunk, cause: CommitTooLargeError): void {
    const { delivered } = chunk.counters;
    this.reading = chunk.from;
    if (delivered > 1) {
      this.limits = { ...this.limits, maxEvents: Math.ceil(delivered / 2) };
    } else if (this.limits.oversized === null) {
      this.limits = { ...this.limits, oversized: chunk.end as Position };
    } else {
      throw cause;
    }
  }

  /** How many attempts at this commit did not succeed, or an error where that is all of them. */
  countAttempt(where: string, cause: Error | null): number {
    this.#attempts++;
    if (this.#attempts < MAX_ATTEMPTS) return this.#attempts;
    throw new CommitFailedError(
      `${where}: ${MAX_ATTEMPTS} attempts to commit did not succeed (${cause?.message ?? 'the checkpoint was changed by another writer each time'}). The batch will come again.`,
      cause === null ? undefined : { cause },
    );
  }
}
