import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { openEmbedded } from '../../../adapters/embedded/index.ts';
import { systemClock } from '../../../adapters/system-clock.ts';
import { assertPortIsFree } from '../../../runtime/http/server.ts';

import { type ReplayOptions, replayBytes } from '../../../runtime/live/replayer.ts';

/**
 * Throws a store away, after a look at what else could end the command: nobody wants to lose the state for a misspelt
 * file. What is no store is left alone, and so is one under a process that serves on the same port.
 */
export async function beginAnew(
  storePath: string,
  port: number,
  replays: ReadonlyMap<string, ReplayOptions>,
): Promise<void> {
  for (const { file } of replays.values()) await replayBytes(file);
  await assertPortIsFree(port);
  if (!existsSync(storePath)) return;
  openEmbedded(storePath, systemClock).close();
  // SQLite keeps two files beside the database.
  await Promise.all(['', '-wal', '-shm'].map((suffix) => rm(`${storePath}${suffix}`, { force: true })));
}
