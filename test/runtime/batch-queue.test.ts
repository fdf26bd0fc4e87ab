import { BatchQueue, type BatchWork } from '../../runtime/batch-queue.ts';
import type { BuiltBatch } from '../../runtime/chunk-threads.ts';
import type { ShardBatch } from '../../runtime/shard-of-files.ts';

type Handed = PromiseWithResolvers<BuiltBatch>;

const built = (bytes: number) => ({ batch: { bytes } as ShardBatch, foreseen: null });

/** Batches are named by their bytes. */
function queueOf(more: Partial<BatchWork> = {}) {
  const log: string[] = [];
  const handed = new Map<number, Handed>();
  const room = { batches: 0 };
  const queue = new BatchQueue({
    handOut: ({ bytes }) => {
      if (room.batches === 0) return null;
      room.batches--;
      log.push(`out ${bytes}`);
      const promise = Promise.withResolvers<BuiltBatch>();
      handed.set(bytes, promise);
      return promise.promise;
    },
    foresee: ({ bytes }) => {
      log.push(`foresee ${bytes}`);
      return built(bytes);
    },
    commit: async ({ batch: { bytes } }) => {
      log.push(`commit ${bytes}`);
      return true;
    },
    ...more,
  });
  return { queue, log, handed, room, add: (bytes: number) => queue.add({ bytes } as ShardBatch) };
}

test('alone it commits each batch as it comes, and foresees nothing', async () => {
  const { add, log } = queueOf();
  await add(1);
  await add(2);
  expect(log).toEqual(['commit 1', 'commit 2']);
});

test('batches are committed in their order, whoever is done first', async () => {
  const { queue, add, log, handed, room } = queueOf();
  room.batches = 2;
  await add(1);
  await add(2);
  handed.get(2)?.resolve(built(2));
  await add(3);
  expect(log.splice(0)).toEqual(['out 1', 'out 2', 'foresee 3']);
  handed.get(1)?.resolve(built(1));
  await new Promise(setImmediate);
  await add(4);
  expect(log.splice(0)).toEqual(['commit 1', 'commit 2', 'commit 3', 'commit 4']);
  await queue.end();
  expect(log).toEqual([]);
});

test('what is committed makes room: the batch that waited for it is handed out', async () => {
  const { queue, add, log, handed, room } = queueOf({
    commit: async ({ batch: { bytes } }) => {
      log.push(`commit ${bytes}`);
      room.batches = 1;
      return true;
    },
  });
  room.batches = 1;
  await add(1);
  handed.get(1)?.resolve(built(1));
  await new Promise(setImmediate);
  await add(2);
  expect(log).toEqual(['out 1', 'commit 1', 'out 2']);
  handed.get(2)?.resolve(built(2));
  await queue.end();
  expect(log.at(-1)).toBe('commit 2');
});

test('after a commit that is the last one nothing is committed', async () => {
  const { queue, add, log, handed, room } = queueOf({
    commit: async ({ batch: { bytes } }) => {
      log.push(`commit ${bytes}`);
      return bytes !== 1;
    },
  });
  room.batches = 2;
  await add(1);
  await add(2);
  for (const [bytes, each] of handed) each.resolve(built(bytes));
  await queue.end();
  await add(3);
  await queue.end();
  expect(log).toEqual(['out 1', 'out 2', 'commit 1']);
});

test('who commits a batch is told why nobody could build it, and nobody else is', async () => {
  const { queue, add, log, handed, room } = queueOf();
  room.batches = 2;
  await add(1);
  await add(2);
  for (const each of handed.values()) each.reject(new Error('The thread is gone.'));
  await new Promise(setImmediate);
  await expect(queue.end()).rejects.toThrow('The thread is gone.');
  expect(log).toEqual(['out 1', 'out 2']);
});

test('beyond 64 MiB of batches that wait it waits for the first', async () => {
  const { add, log, handed, room } = queueOf();
  room.batches = 2;
  await add(40 * 1024 * 1024);
  const second = add(41 * 1024 * 1024);
  await new Promise(setImmediate);
  expect(log).toEqual(['out 41943040', 'out 42991616']);
  handed.get(40 * 1024 * 1024)?.resolve(built(40 * 1024 * 1024));
  await second;
  expect(log.at(-1)).toBe('commit 41943040');
});
