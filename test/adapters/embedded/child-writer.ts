import { openEmbedded } from '../../../adapters/embedded/index.ts';
import { StoreError } from '../../../engine/ports/errors.ts';
import type { ItemWrite } from '../../../engine/ports/state-store.ts';

/**
 * A process of its own that writes to a store, for `durability.test.ts`.
 *
 * groups STORE NAME: writes groups of three items for ever and prints the number of each after its commit.
 * raise STORE TIMES: raises one counter, by reading it and writing it at the version that was read, so many times.
 */
const [task = '', path = '', argument = ''] = process.argv.slice(2);
const { state } = openEmbedded(path, { nowMs: () => 0 });

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

await (task === 'groups' ? writeGroups(argument) : raise(Number(argument)));
