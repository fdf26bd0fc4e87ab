import {
  count,
  type Emission,
  pipeline,
  session,
  stream,
  Timestamp,
  Type,
  tumbling,
  view,
} from '../../../engine/index.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { SmallWorld } from '../../support/small-world.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '0 ms',
});

function worldOf(emission: Emission): SmallWorld {
  const pages = view('pages', clicks)
    .window(tumbling('1 minute'), emission)
    .groupBy('page')
    .aggregate(() => ({ views: count() }));
  return new SmallWorld(pipeline('p', [pages]));
}

async function stored(world: SmallWorld, name = 'pages') {
  const { key } = world.view(name);
  const query = { view: key, fromMs: START_OF_TIME_MS, toMs: END_OF_TIME_MS, limit: 1000 };
  return (await world.stores.results.windows(query)).rows;
}

test('a row goes as long after its window as it is kept', async () => {
  const world = worldOf({ keepRows: '90 days' });
  const startMs = world.clock.nowMs();
  await world.take([{ page: '/a', at: startMs }]);
  await world.end();
  const [row] = await stored(world);
  expect(row?.expiresAtSeconds).toBe((startMs + MINUTE_MS + 90 * DAY_MS) / 1000);
  world.clock.set(startMs + MINUTE_MS + 90 * DAY_MS + 999);
  expect(await stored(world)).toEqual([row]);
  world.clock.advance(1);
  expect(await stored(world)).toEqual([]);
});

test('a row of old events goes as long after it was written', async () => {
  const world = worldOf({ keepRows: '2 days' });
  await world.take([{ page: '/a', at: 0 }]);
  await world.end();
  expect((await stored(world))[0]?.expiresAtSeconds).toBe((world.clock.nowMs() + 2 * DAY_MS) / 1000);
});

test('a row of a view that says nothing stays for ever', async () => {
  const world = worldOf({});
  await world.take([{ page: '/a', at: 0 }]);
  await world.end();
  expect((await stored(world))[0]?.expiresAtSeconds).toBeNull();
});

test('a revision lives from when it was written, and a row that did not change from when it was', async () => {
  const world = worldOf({ keepRows: '2 days', allowedLateness: '1 day' });
  await world.take([
    { page: '/a', at: 0 },
    { page: '/b', at: 0 },
    { page: '/c', at: 2 * MINUTE_MS },
  ]);
  await world.finalize('pages');
  const firstMs = world.clock.nowMs();
  world.clock.advance(DAY_MS);
  await world.take([{ page: '/a', at: 1 }]);
  await world.finalize('pages');
  const ends = (await stored(world)).map(({ group, revision, expiresAtSeconds }) => [
    group,
    revision,
    expiresAtSeconds,
  ]);
  expect(ends).toEqual([
    ['["/a"]', 2, (firstMs + 3 * DAY_MS) / 1000],
    ['["/b"]', 1, (firstMs + 2 * DAY_MS) / 1000],
  ]);
});

test('a row that expired while its watermark stood still is written again, as the first of its place', async () => {
  const world = worldOf({ keepRows: '2 days', allowedLateness: '1 day' });
  await world.take([
    { page: '/a', at: 0 },
    { page: '/c', at: 2 * MINUTE_MS },
  ]);
  await world.finalize('pages');
  world.clock.advance(3 * DAY_MS);
  await world.take([{ page: '/a', at: 1 }]);
  await world.finalize('pages');
  expect(await world.rows('pages')).toEqual([expect.objectContaining({ page: '/a', views: 2, revision: 1 })]);
});

test('what is kept of a session that was merged away goes as its row would have', async () => {
  const visits = view('visits', clicks)
    .window(session({ gap: '1 minute' }), { keepRows: '2 days', allowedLateness: '1 day' })
    .groupBy('page')
    .aggregate(() => ({ views: count() }));
  const world = new SmallWorld(pipeline('p', [visits]));
  await world.take([
    { page: '/a', at: 0 },
    { page: '/a', at: 90_000 },
    { page: '/b', at: 10 * MINUTE_MS },
  ]);
  await world.finalize('visits');
  await world.take([{ page: '/a', at: 45_000 }]);
  await world.finalize('visits');
  const { key } = world.view('visits');
  const [retracted] = await world.stores.results.get([{ view: key, group: '["/a"]', windowStartMs: 90_000 }]);
  expect(retracted).toMatchObject({ retracted: true, expiresAtSeconds: (world.clock.nowMs() + 2 * DAY_MS) / 1000 });
});
