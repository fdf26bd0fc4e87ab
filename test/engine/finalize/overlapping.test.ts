import { count, pipeline, sliding, stream, Timestamp, Type, view } from 'streamgauge';
import { FaultyStateStore } from '../../support/faulty-state-store.ts';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.Optional(Type.String()), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const slide = view('slide', events)
  .window(sliding({ size: '14 seconds', slide: '10 seconds' }), { allowedLateness: '6 seconds' })
  .aggregate(() => ({ n: count() }));

test('a listed marker that is not visible yet is taken for granted before the first window of its pane is settled', async () => {
  const world = new SmallWorld(pipeline('p', [slide]));
  await world.take([{ at: 5 }, { at: 15 }]);
  await world.finalize('slide');
  // 11 is in the windows of 0 to 14 and of 10 to 24. The first of them is settled by the commit that 11 comes with, and the
  // second, whose first pane is that of 11, is still open.
  const state = new FaultyStateStore(world.stores.state);
  state.script({ tornForReads: Number.POSITIVE_INFINITY, only: 'marker' });
  await world.take([{ at: 11 }, { at: 21 }], world.container('s1', state));
  await world.finalize('slide', { state });
  await world.end();
  expect((await world.rows('slide')).map(({ n, revision }) => [n, revision])).toEqual([
    [2, 2],
    [3, 1],
    [1, 1],
  ]);
});
