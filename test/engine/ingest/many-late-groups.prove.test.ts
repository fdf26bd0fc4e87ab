import { count, pipeline, stream, Timestamp, Type, tumbling, view } from '../../../engine/index.ts';
import { addCounters, listCheckpoints, NO_EVENTS } from '../../../engine/state/checkpoint.ts';
import { SmallWorld } from '../../support/small-world.ts';

/** More than fit on the stack as arguments of one call. */
const GROUPS = 150_000;

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.Integer(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '1 minute',
});
const pages = view('pages', clicks)
  .window(tumbling('1 minute'), { lateEvents: 'drop' })
  .groupBy('page')
  .aggregate(() => ({ views: count() }));

test('one record of 150,000 late groups is counted, and does not stop its shard', async () => {
  const world = new SmallWorld(pipeline('p', [pages]));
  await world.take([{ page: 0, at: 3_600_000 }]);
  const lines = Array.from({ length: GROUPS }, (_, page) => `{"page":${page},"at":0}`);
  const [record] = world.records([{}]);
  await world.container().process([{ ...(record as NonNullable<typeof record>), data: Buffer.from(lines.join('\n')) }]);
  const counters = (await listCheckpoints(world.stores.state, 'clicks')).map((checkpoint) => checkpoint.counters);
  expect(counters.reduce(addCounters, NO_EVENTS)).toMatchObject({ delivered: GROUPS + 1, accepted: 1, late: GROUPS });
});
