import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import type { StateStore } from '../../../engine/ports/state-store.ts';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const counts = view('counts', events)
  .window(tumbling('10 seconds'), { allowedLateness: '1 minute' })
  .groupBy('key')
  .aggregate(() => ({ n: count() }));
const at = (...times: number[]) => times.map((each) => ({ key: 'a', at: each }));

/** A store of which one marker cannot be seen yet. */
function hidingMarkerOf(state: StateStore, instant: string): StateStore {
  return {
    get: (key) => state.get(key),
    transact: (writes) => state.transact(writes),
    delete: (keys) => state.delete(keys),
    query: async (range) => {
      const items = await state.query(range);
      const isHidden = range.partition.startsWith('marker#');
      return items.filter(({ key }) => !(isHidden && key.sort.startsWith(instant)));
    },
  };
}

test('a marker that becomes visible after its pass has gone by its pane is not lost', async () => {
  const world = new SmallWorld(pipeline('p', [counts]));
  await world.take(at(15, 25, 65));
  await world.finalize('counts');
  // One commit: late events for two final windows, and one that lets another close.
  await world.take(at(16, 26, 75));
  const state = hidingMarkerOf(world.stores.state, '1970-01-01T00:00:10');
  expect((await world.finalize('counts', { state }, () => true)).outcome).toBe('more');
  for (let outcome = 'more'; outcome === 'more'; ) ({ outcome } = await world.finalize('counts', {}, () => true));
  expect((await world.rows('counts')).map(({ n, revision }) => [n, revision])).toEqual([
    [2, 2],
    [2, 2],
    [1, 1],
  ]);
  await world.end();
  expect(await world.stores.state.query({ partition: `marker#${world.view('counts').key}#0` })).toEqual([]);
});
