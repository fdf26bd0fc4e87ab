import { count, global, pipeline, stream, Timestamp, Type, view } from 'streamgauge';
import type { PageStore } from '../../../engine/ports/page-store.ts';
import { loadProgress } from '../../../engine/state/progress.ts';
import { Crash } from '../../support/crash.ts';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ user: Type.String(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '0 ms',
});
const totals = view('totals', events)
  .window(global({ emitEvery: '10 seconds' }))
  .groupBy('user')
  .aggregate(() => ({ n: count() }));

let world: SmallWorld;
let partition: string;
beforeEach(async () => {
  world = new SmallWorld(pipeline('p', [totals]));
  partition = `carried#${world.view('totals').key}#0`;
  await take(1, 11);
  await world.finalize('totals');
  await take(...every10(21));
});

/** Seconds from an instant on, ten apart: as many as make it worth writing the states down. */
const every10 = (from: number) => Array.from({ length: 20 }, (_, i) => from + 10 * i);

/** Events of two users, at so many seconds. */
async function take(...seconds: number[]) {
  await world.take(seconds.flatMap((second) => ['ann', 'bob'].map((user) => ({ user, at: second * 1000 }))));
}

const stored = async () => (await world.stores.pages.list(partition)).map(({ key }) => key.sort).sort();

async function named(): Promise<string[]> {
  const { carried } = await loadProgress(world.stores.state, world.view('totals').key, 0);
  return carried.pages.map(({ set }) => `${String(set.version).padStart(10, '0')}#0000000000#${set.serial}`).sort();
}

/** The store as a finalizer sees it that dies once it has written a page. */
function dyingPages(): PageStore {
  const { pages } = world.stores;
  return {
    get: (page) => pages.get(page),
    put: async (key, bytes) => {
      await pages.put(key, bytes);
      throw new Crash('It died after it wrote a page.');
    },
    delete: (dropped) => pages.delete(dropped),
    list: (of) => pages.list(of),
  };
}

test('a page of a finalizer that died is deleted by the one that finds it dead', async () => {
  await expect(world.finalize('totals', { pages: dyingPages() })).rejects.toThrow(Crash);
  expect(await stored()).toHaveLength((await named()).length + 1);
  await world.finalize('totals');
  expect(await stored()).toEqual(await named());
});

test('pages are listed only after a finalizer that died', async () => {
  const list = jest.spyOn(world.stores.pages, 'list');
  await world.finalize('totals');
  await take(...every10(221));
  await world.finalize('totals');
  expect(list).not.toHaveBeenCalled();
  expect(await stored()).toEqual(await named());
});

//   F1: claims, writes a page, dies
//   F2:                              claims, is done, freezes ............................ lists pages, deletes
//   F3:                                               claims, writes its pages, commits |
test('a finalizer that was itself taken for dead deletes no page of its successor', async () => {
  await expect(world.finalize('totals', { pages: dyingPages() })).rejects.toThrow(Crash);
  const { pages } = world.stores;
  let isFrozen = false;
  await world.finalize('totals', {
    pages: {
      get: (page) => pages.get(page),
      put: (key, bytes) => pages.put(key, bytes),
      delete: (dropped) => pages.delete(dropped),
      list: async (of) => {
        if (!isFrozen) {
          isFrozen = true;
          await take(...every10(221));
          await world.finalize('totals');
        }
        return pages.list(of);
      },
    },
  });
  expect(isFrozen).toBe(true);
  const names = await named();
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(await stored()).toContain(name);
  await world.end();
  expect((await world.rows('totals')).at(-1)).toMatchObject({ n: 42 });
});
