import type { Clock } from '../../engine/ports/clock.ts';
import type { Look, LookQueue } from '../../engine/ports/look-queue.ts';
import type { Database } from './database.ts';

/** A look in the queue. It stays there until it is removed, so that a consumer that dies is followed by another. */
export interface WaitingLook {
  readonly id: number;
  readonly look: Look;
}

/** Looks in SQLite, each with its time. */
export class EmbeddedLookQueue implements LookQueue {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  async send({ view, bucket, turn }: Look, delayMs: number): Promise<void> {
    this.#database.run('INSERT INTO look_queue (view, bucket, turn, due_at) VALUES (?, ?, ?, ?)', [
      view,
      bucket,
      turn,
      this.#clock.nowMs() + delayMs,
    ]);
  }

  /** Looks whose time has come, at most `limit` of them; they stay in the queue. */
  async due(limit: number): Promise<readonly WaitingLook[]> {
    const rows = this.#database.all('SELECT * FROM look_queue WHERE due_at <= ? ORDER BY id LIMIT ?', [
      this.#clock.nowMs(),
      limit,
    ]);
    return rows.map(({ id, view, bucket, turn }) => ({
      id: Number(id),
      look: { view: String(view), bucket: Number(bucket), turn: Number(turn) },
    }));
  }

  /** Takes looks out of the queue by their ids, once they are dealt with. */
  async remove(ids: readonly number[]): Promise<void> {
    this.#database.transaction(() => {
      for (const id of ids) this.#database.run('DELETE FROM look_queue WHERE id = ?', [id]);
    });
  }
}
