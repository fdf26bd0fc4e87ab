import { type EmbeddedStores, openEmbedded, StoreLock } from '../../adapters/embedded/index.ts';
import { systemClock } from '../../adapters/system-clock.ts';

/**
 * Opens a store for the one process that runs the pipeline on it. `command` stands in the message that another one gets.
 *
 * @throws StoreInUseError where another process has it.
 */
export function openOwnStore(path: string, command: string, lock = StoreLock.take(path, 'own')): EmbeddedStores {
  try {
    const stores = openEmbedded(path, systemClock);
    lock.sign(command, systemClock.nowMs(), (name, value) => stores.log.setMark(name, value));
    const close = () => {
      stores.close();
      lock.release();
    };
    return { ...stores, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}
