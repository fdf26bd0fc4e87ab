import { count, global, pipeline, stream, Timestamp, Type, view } from 'streamgauge';
import type { PageRef, PageStore } from '../../../engine/ports/page-store.ts';
import { readOpenWindows } from '../../../engine/query/open-windows.ts';
import { MissingPageError } from '../../../engine/state/errors.ts';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const totals = view('totals', events)
  .window(global({ emitEvery: '10 seconds' }))
  .groupBy('key')
  .aggregate(() => ({ n: count() }));

let world: SmallWorld;
let pauses: number[];
beforeEach(async () => {
  world = new SmallWorld(pipeline('p', [totals]));
  pauses = [];
  await world.take([1, 11, 25].map((at) => ({ key: 'a', at })));
  await world.finalizeAll();
  await world.take([{ key: 'a', at: 26 }]);
});

const pause = async (retry: number) => {
  pauses.push(retry);
};

/** Pages of which none is there for so many reads: a finalizer has put others in their place, and progress names them soon. */
function pagesThatMiss(reads: number): PageStore {
  const { pages } = world.stores;
  let left = reads;
  return {
    get: async (page: PageRef) => (left-- > 0 ? null : pages.get(page)),
    put: (key, bytes) => pages.put(key, bytes),
    delete: (refs) => pages.delete(refs),
    list: (partition) => pages.list(partition),
  };
}

const read = (name: string, ports: { readonly pages: PageStore }) =>
  readOpenWindows(world.view(name), { ...world.stores, pause, ...ports }, 10);

describe('a reader that a finalizer overtakes', () => {
  test('reads again after a pause, with another one before each further attempt', async () => {
    expect(await read('totals', { pages: pagesThatMiss(3) })).toMatchObject([{ rows: [{ columns: { n: 4 } }] }]);
    expect(pauses).toEqual([1, 2, 3]);
  });

  test('gives up after five attempts', async () => {
    await expect(read('totals', { pages: pagesThatMiss(5) })).rejects.toThrow(MissingPageError);
    expect(pauses).toEqual([1, 2, 3, 4]);
  });

  test('fails at once where something else is wrong', async () => {
    const pages = { ...pagesThatMiss(0), get: () => Promise.reject(new Error('No such disk.')) };
    await expect(read('totals', { pages })).rejects.toThrow('No such disk.');
    expect(pauses).toEqual([]);
  });
});
