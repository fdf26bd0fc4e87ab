import type { Clock } from '../../engine/ports/clock.ts';
import type { FinalizeQueue, Wake } from '../../engine/ports/finalize-queue.ts';
import type { Database } from './database.ts';

const DEDUPLICATION_MS = 5 * 60_000;

/** A wake in the queue. It stays there until it is removed, so that a consumer that dies is followed by another. */
export interface WaitingWake {
  readonly id: number;
  readonly wake: Wake;
}

/** Wakes in SQLite. Removed ones are kept for five minutes, to tell doubles. */
export class EmbeddedFinalizeQueue implements FinalizeQueue {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  async send(wakes: readonly Wake[]): Promise<void> {
    if (wakes.length === 0) return;
    const nowMs = this.#clock.nowMs();
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM finalize_queue WHERE removed = 1 AND sent_at <= ?', [nowMs - DEDUPLICATION_MS]);
      for (const { view, bucket, deduplicationId } of wakes) {
        this.#database.run(
          `INSERT INTO finalize_queue (view, bucket, deduplication_id, sent_at) SELECT ?, ?, ?, ? WHERE NOT EXISTS (
             SELECT 1 FROM finalize_queue WHERE view = ? AND bucket = ? AND deduplication_id = ? AND sent_at > ?)`,
          [view, bucket, deduplicationId, nowMs, view, bucket, deduplicationId, nowMs - DEDUPLICATION_MS],
        );
      }
    });
  }

  /** The oldest wakes, at most `limit` of them; they stay in the queue. */
  async waiting(limit: number): Promise<readonly WaitingWake[]> {
    return this.#database
      .all('SELECT * FROM finalize_queue WHERE removed = 0 ORDER BY id LIMIT ?', [limit])
      .map((row) => ({
        id: Number(row.id),
        wake: {
          view: String(row.view),
          bucket: Number(row.bucket),
          deduplicationId: String(row.deduplication_id),
        },
      }));
  }

  /** Takes wakes out of the queue by their ids, once they are dealt with. */
  async remove(ids: readonly number[]): Promise<void> {
    this.#database.transaction(() => {
      for (const id of ids) this.#database.run('UPDATE finalize_queue SET removed = 1 WHERE id = ?', [id]);
    });
  }
}
