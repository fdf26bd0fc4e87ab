import { once } from 'node:events';
import { Database } from '../../../adapters/embedded/database.ts';
import { EmbeddedStateStore } from '../../../adapters/embedded/state-store.ts';
import { StoreError } from '../../../engine/ports/errors.ts';
import type { ItemWrite } from '../../../engine/ports/state-store.ts';

/**
 * A process of its own that writes to a store, for `durability.test.ts`.
 *
 * groups STORE NAME: writes groups of three items for ever and prints the number of each after its commit.
 * die STORE NAME AT: the same, and kills itself by SIGKILL right after its statement number AT that changes a row.
 * raise STORE TIMES: prints a line, waits for one, then opens the store and raises one counter, by reading it and writing it at the version that was read, so many times.
 */
const [task = '', path = '', argument = '', dieAt = ''] = process.argv.slice(2);

class MortalDatabase extends Database {
  #changes = 0;

  override run(...[sql, ...parameters]: Parameters<Database['run']>): number {
    const changed = super.run(sql, ...parameters);
    if (++this.#changes === Number(dieAt)) process.kill(process.pid, 'SIGKILL');
    return changed;
  }
}

if (task === 'raise') {
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  process.stdin.destroy();
}
const state = new EmbeddedStateStore(task === 'die' ? new MortalDatabase(path) : new Database(path));

async function writeGroups(name: string): Promise<never> {
  for (let group = 0; ; group++) {
    // Large enough that a group takes many pages of the file.
    const data = new Uint8Array(20_000).fill(group % 256);
    const partition = `${name}#${String(group).padStart(8, '0')}`;
    await state.transact(
      ['a', 'b', 'c'].map((sort): ItemWrite => {
        return { kind: 'put', key: { partition, sort }, version: 1, data, condition: { kind: 'absent' } };
      }),
    );
    process.stdout.write(`${group}\n`);
    // Lets the printed line leave.
    await new Promise(setImmediate);
  }
}

async function raise(times: number): Promise<void> {
  for (let done = 0; done < times; ) {
    if (await raiseOnce()) done++;
  }
}

/** False where another process was first, or held the lock for too long. */
async function raiseOnce(): Promise<boolean> {
  const key = { partition: 'counter', sort: 'sum' };
  const item = await state.get(key);
  const data = String(Number(item?.data ?? 0) + 1);
  const condition = item === null ? ({ kind: 'absent' } as const) : ({ kind: 'version', is: item.version } as const);
  try {
    const write = { kind: 'put', key, version: (item?.version ?? 0) + 1, data, condition } as const;
    return (await state.transact([write])).kind === 'committed';
  } catch (error) {
    if (error instanceof StoreError && error.code === 'throttled') return false;
    throw error;
  }
}

await (task === 'raise' ? raise(Number(argument)) : writeGroups(argument));
