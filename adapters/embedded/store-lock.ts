import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';
import { realPathOf } from '../real-path.ts';
import { sqliteCode, sqliteReason } from './sqlite-reason.ts';

/** Another process uses the store. The message says which one and what to do; nothing was done. */
export class StoreInUseError extends StreamgaugeError {
  override readonly name = 'StoreInUseError';
  readonly code = 'storeInUse';
}

/** The lock of a store cannot be taken, for another reason than that somebody has it. */
export class StoreLockError extends StreamgaugeError {
  override readonly name = 'StoreLockError';
  readonly code = 'storeLock';
}

/**
 * What a process does with a store.
 *
 * | | beside `share` | beside `own` | what it is for |
 * |---|---|---|---|
 * | `share` | yes | yes | reads rows or side outputs, or puts these back |
 * | `own` | yes | no | runs the pipeline: two would read every event twice |
 * | `alone` | no | no | deletes the files |
 */
export type StoreUse = 'share' | 'own' | 'alone';

/** SQLite's own three locks are these three: SHARED, RESERVED and EXCLUSIVE. */
const TAKE: Readonly<Record<StoreUse, string>> = {
  share: 'BEGIN; SELECT COUNT(*) FROM sqlite_schema',
  own: 'BEGIN IMMEDIATE',
  alone: 'BEGIN EXCLUSIVE',
};

/** Whoever shares waits so long for somebody who deletes: that takes a moment. */
const SHARE_TIMEOUT_MS = 5000;
const SQLITE_BUSY = 5;
const OWNER = 'owner';

/**
 * A lock on a store, for as long as the process lives or until it lets go. It is an open transaction on an empty SQLite file
 * beside the store, `<store>.lock`: the kernel holds the lock and drops it with the process, however that ends. A file with a
 * process id would tell nothing in a container, where every process is number 1. The lock file stays when the store is
 * deleted: a new one in its place would be another lock.
 *
 * @example
 * const lock = StoreLock.take('.streamgauge/weblog.db', 'own');
 * lock.release();
 */
export class StoreLock {
  readonly #storePath: string;
  readonly #sqlite: DatabaseSync;

  private constructor(storePath: string, sqlite: DatabaseSync) {
    this.#storePath = storePath;
    this.#sqlite = sqlite;
  }

  /**
   * Takes the lock of a store, whether or not the store is there; its folder must be.
   *
   * @throws StoreInUseError where another process, or another part of this one, has the lock.
   */
  static take(storePath: string, use: StoreUse): StoreLock {
    // Of the file itself: a store under two names, by a symbolic link, has one lock.
    let path = `${storePath}.lock`;
    let sqlite: DatabaseSync | null = null;
    try {
      path = `${realPathOf(storePath)}.lock`;
      sqlite = new DatabaseSync(path, { timeout: use === 'share' ? SHARE_TIMEOUT_MS : 0 });
      sqlite.exec(TAKE[use]);
      return new StoreLock(storePath, sqlite);
    } catch (error) {
      sqlite?.close();
      if (isBusy(error)) throw new StoreInUseError(inUseMessage(storePath, path, use), { cause: error });
      throw new StoreLockError(`The store ${storePath} cannot be locked with ${path}: ${sqliteReason(error, path)}`, {
        cause: error,
      });
    }
  }

  /** Notes in the store who has it, for the message that another process gives. The store must be open already. */
  sign(command: string, nowMs: number, setMark: (name: string, value: string) => void): void {
    const since = new Date(nowMs).toISOString();
    setMark(OWNER, `${command}, process ${process.pid} on ${hostname()}, since ${since}`);
  }

  /** From `alone` to `own`: others may look again. Throws a `StoreInUseError` where one of them was faster. */
  keep(): StoreLock {
    this.release();
    return StoreLock.take(this.#storePath, 'own');
  }

  release(): void {
    if (this.#sqlite.isOpen) this.#sqlite.close();
  }
}

function inUseMessage(storePath: string, lockPath: string, use: StoreUse): string {
  if (use === 'share') return `The store ${storePath} is being deleted by another process. Try again.`;
  if (use === 'alone' && !isOwned(lockPath)) {
    return `The store ${storePath} cannot be thrown away while another process looks at it or redrives from it (streamgauge query, tail, events or dead-letters). Wait for that one, or give another --store.`;
  }
  const owner = ownerOf(storePath) ?? 'another process';
  return `The store ${storePath} is in use by ${owner}. Two at once would count every event twice: stop that one or wait for it, or give another --store.`;
}

/** Whether somebody owns the store, and does not merely share it. */
function isOwned(lockPath: string): boolean {
  const sqlite = new DatabaseSync(lockPath, { timeout: 0 });
  try {
    sqlite.exec(TAKE.own);
    return false;
  } catch {
    return true;
  } finally {
    sqlite.close();
  }
}

/** What the owner wrote; null where it has written nothing yet, or only looks at the store. */
function ownerOf(storePath: string): string | null {
  let sqlite: DatabaseSync | null = null;
  try {
    sqlite = new DatabaseSync(storePath, { readOnly: true });
    const row = sqlite.prepare('SELECT value FROM marks WHERE name = ?').get(OWNER);
    return row === undefined ? null : String(row.value);
  } catch {
    // No store yet, or one that is being deleted: the message does without.
    return null;
  } finally {
    sqlite?.close();
  }
}

function isBusy(error: unknown): boolean {
  return sqliteCode(error) === SQLITE_BUSY;
}
