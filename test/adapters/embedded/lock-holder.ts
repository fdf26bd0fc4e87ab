import { once } from 'node:events';
import { StoreLock, type StoreUse } from '../../../adapters/embedded/store-lock.ts';

/**
 * A process of its own for `store-lock.test.ts`: takes the lock of a store, prints `taken`, and has it until its standard
 * input ends. Prints why, and ends with 1, where it does not get the lock.
 *
 * node lock-holder.ts STORE USE
 */
const [store = '', use = ''] = process.argv.slice(2);
try {
  const lock = StoreLock.take(store, use as StoreUse);
  process.stdout.write('taken\n');
  process.stdin.resume();
  await once(process.stdin, 'end');
  lock.release();
} catch (error) {
  process.stdout.write(`${(error as Error).name}\n`);
  process.exitCode = 1;
}
