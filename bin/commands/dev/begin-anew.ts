import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { openEmbedded, StoreLock } from '../../../adapters/embedded/index.ts';
import { realPathOf } from '../../../adapters/real-path.ts';
import { systemClock } from '../../../adapters/system-clock.ts';
import { FileError, reasonOf } from '../../../runtime/files/file-error.ts';
import { assertPortIsFree } from '../../../runtime/http/server.ts';
import type { LiveInputOptions } from '../../../runtime/live/live-inputs.ts';
import { replayBytes } from '../../../runtime/live/replayer.ts';
import { assertTailable } from '../../../runtime/live/tail.ts';

/**
 * Throws a store away, after a look at what else could end the command: nobody wants to lose the state for a misspelt
 * file. What is no store is left alone, and so is one that another process uses. The lock is for the store that comes next.
 */
export async function beginAnew(
  storePath: string,
  port: number,
  { replays, tails = [] }: LiveInputOptions,
): Promise<StoreLock> {
  const lock = StoreLock.take(storePath, 'alone');
  try {
    for (const { file } of replays.values()) await replayBytes(file);
    for (const { file } of tails) await assertTailable(file);
    await assertPortIsFree(port);
    if (existsSync(storePath)) {
      openEmbedded(storePath, systemClock).close();
      // SQLite keeps two files beside the database. A symbolic link stays, for whoever made it says where the store lies.
      const path = realPathOf(storePath);
      for (const suffix of ['', '-wal', '-shm']) await remove(`${path}${suffix}`);
    }
  } catch (error) {
    lock.release();
    throw error;
  }
  return lock.keep();
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error: NodeJS.ErrnoException) => {
    throw new FileError(`The store's file ${path} cannot be deleted: ${reasonOf(error)}`, { cause: error });
  });
}
