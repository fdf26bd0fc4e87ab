import { chunksOf, mapSettled } from '../../../engine/async/map-settled.ts';

describe('mapSettled', () => {
  /** Runs items that end only when they are told to. */
  function heldItems(count: number) {
    const running = new Map<number, { resolve(): void; reject(error: Error): void }>();
    let most = 0;
    const start = (limit: number) =>
      mapSettled(
        Array.from({ length: count }, (_, i) => i),
        limit,
        async (item) => {
          await new Promise<void>((resolve, reject) => {
            running.set(item, { resolve, reject });
            most = Math.max(most, running.size);
          }).finally(() => running.delete(item));
          return item * 10;
        },
      );
    return { running, start, most: () => most };
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  test('runs no more at a time than it may, and gives the results in order', async () => {
    const { running, start, most } = heldItems(7);
    const all = start(3);
    for (let left = 7; left > 0; left--) {
      await turn();
      expect(running.size).toBe(Math.min(3, left));
      [...running.values()].at(-1)?.resolve();
    }
    expect(await all).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(most()).toBe(3);
  });

  test('fails only after all that it began has ended, with the error of the first item that failed, and begins no more', async () => {
    const { running, start } = heldItems(5);
    let ended = false;
    const all = start(3).finally(() => {
      ended = true;
    });
    const failure = expect(all).rejects.toThrow('The item 0 failed.');
    await turn();
    running.get(1)?.reject(new Error('The item 1 failed.'));
    running.get(0)?.reject(new Error('The item 0 failed.'));
    await turn();
    expect([ended, [...running.keys()]]).toEqual([false, [2]]);
    running.get(2)?.resolve();
    await failure;
  });

  test('of nothing gives nothing', async () => {
    expect(await mapSettled([], 3, async () => 1)).toEqual([]);
  });
});

test('chunks hold as many as they may, and the last one the rest', () => {
  expect(chunksOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(chunksOf([], 2)).toEqual([]);
});
