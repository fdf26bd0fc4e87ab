import { count, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';
import { StoreError } from '../../../../engine/ports/errors.ts';
import type { Item, ItemKey, ItemWrite, StateStore } from '../../../../engine/ports/state-store.ts';
import { loadProgress } from '../../../../engine/state/progress.ts';
import { SmallWorld } from '../../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const up = view('up', events)
  .window(tumbling('10 seconds'), { allowedLateness: '1 hour' })
  .groupBy('key')
  .aggregate(() => ({ n: count() }));
const down = view('down', up)
  .window(tumbling('1 minute'), { buckets: 7 })
  .groupBy('key')
  .aggregate((row) => ({ n: sum(row.n) }));
const single = view('single', up)
  .window(tumbling('1 minute'))
  .groupBy('key')
  .aggregate((row) => ({ n: sum(row.n) }));

/** A store whose caller dies right after the first transaction with such a write is committed. */
function dyingAfter(state: StateStore, isLast: (writes: readonly ItemWrite[]) => boolean): StateStore {
  let isDead = false;
  const reply = () => {
    if (isDead) throw new StoreError('unknownOutcome', 'The caller is dead.');
  };
  return {
    get: (key) => state.get(key),
    query: (range) => state.query(range),
    delete: async (keys) => {
      reply();
      await state.delete(keys);
    },
    transact: async (writes) => {
      reply();
      const outcome = await state.transact(writes);
      isDead = isLast(writes);
      reply();
      return outcome;
    },
  };
}

/** A store in which an item cannot be seen yet. */
function hiding(state: StateStore, hidden: ItemKey): StateStore {
  const isHidden = (key: ItemKey) => key.partition === hidden.partition && key.sort === hidden.sort;
  return {
    get: async (key) => (isHidden(key) ? null : state.get(key)),
    query: async (range) => (await state.query(range)).filter(({ key }) => !isHidden(key)),
    transact: (writes) => state.transact(writes),
    delete: (keys) => state.delete(keys),
  };
}

async function finalizeAllBuckets(world: SmallWorld): Promise<void> {
  for (let bucket = 0; bucket < 7; bucket++) await world.finalize('down', {}, undefined, bucket);
}

test('what a finalizer that died handed down in part is replaced, and counts once', async () => {
  const world = new SmallWorld(pipeline('p', [up, down]));
  const keys = Array.from({ length: 40 }, (_, i) => `k${i}`);
  await world.take(keys.flatMap((key) => Array.from({ length: 12 }, (_, i) => ({ key, at: i * 10 }))));
  await world.take([{ key: 'last', at: 1000 }]);
  const isHandedDown = ({ key }: ItemWrite) => key.partition.startsWith('segment#down@');
  const state = dyingAfter(world.stores.state, (writes) => writes.some(isHandedDown));
  await expect(world.finalize('up', { state })).rejects.toMatchObject({ code: 'unknownOutcome' });
  // Segments are there, of windows that are not final.
  expect((await loadProgress(world.stores.state, world.view('up').key, 0)).closedUpToMs).toBeLessThan(0);
  expect((await world.finalize('up')).outcome).toBe('done');
  await finalizeAllBuckets(world);
  const rows = await world.rows('down');
  expect(rows).toHaveLength(keys.length * 2);
  expect(rows.every(({ n }) => n === 6)).toBe(true);
});

test('a marker of which nobody can tell whether it was seen is written again', async () => {
  const world = new SmallWorld(pipeline('p', [up, single]));
  const at = (...times: number[]) => times.map((each) => ({ key: 'a', at: each }));
  await world.take(at(1, 11, 200));
  await world.finalizeAll();
  expect((await world.rows('single')).map(({ n }) => n)).toEqual([2]);
  await world.take(at(2));
  const isMarker = ({ key }: ItemWrite) => key.partition.startsWith('marker#single@');
  const dying = dyingAfter(world.stores.state, (writes) =>
    writes.some((write) => write.kind === 'put' && isMarker(write)),
  );
  await expect(world.finalize('up', { state: dying })).rejects.toMatchObject({ code: 'unknownOutcome' });
  const [marker] = await world.stores.state.query({ partition: `marker#${world.view('single').key}#0` });
  const state = hiding(world.stores.state, (marker as Item).key);
  expect((await world.finalize('up', { state })).outcome).toBe('done');
  await world.finalize('single', { state });
  expect((await world.rows('single')).map(({ n, revision }) => [n, revision])).toEqual([[3, 2]]);
});
