import { count, global, pipeline, session, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';
import { segmentPartition } from '../../../engine/state/keys.ts';
import { SmallWorld } from '../../support/small-world.ts';

/** Rows that a revision takes out of a view, and the views that are made of its rows. */

const events = stream('events', {
  schema: Type.Object({ page: Type.String(), click: Type.Boolean(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '0 ms',
});
const up = view('up', events)
  .window(tumbling('10 seconds'), { allowedLateness: '1 minute' })
  .groupBy('page')
  .aggregate((e) => ({ views: count(), clicks: count().where(e.click.eq(true)) }))
  .derive((row) => ({ ctr: row.clicks.div(row.views) }));
const down = view('down', up)
  .where((row) => row.ctr.gt(0.5))
  .window(tumbling('10 seconds'))
  .groupBy('page')
  .aggregate(() => ({ rows: count() }));
const below = view('below', down)
  .window(tumbling('30 seconds'))
  .groupBy('page')
  .aggregate((row) => ({ rows: sum(row.rows) }));
const hot = view('hot', up)
  .derive((row) => ({ is_hot: row.ctr.gt(0.5) }))
  .window(tumbling('10 seconds'))
  .groupBy('is_hot')
  .aggregate(() => ({ pages: count() }));
const table = view('table', up)
  .where((row) => row.ctr.gt(0.5))
  .window(tumbling('10 seconds'), { emit: 'complete' })
  .groupBy('page')
  .aggregate(() => ({ rows: count() }));
const totals = view('totals', up)
  .where((row) => row.ctr.gt(0.5))
  .window(global({ emitEvery: '10 seconds' }))
  .groupBy('page')
  .aggregate(() => ({ rows: count() }));
const spells = view('spells', up)
  .where((row) => row.ctr.gt(0.5))
  .window(session({ gap: '10 seconds' }))
  .groupBy('page')
  .aggregate(() => ({ rows: count() }));
const VIEWS = [up, down, below, hot, table, totals, spells];

/** Six events: page /a has a rate of 1 in the first window, until a late view makes it 0.5. */
const EVENTS = [
  { page: '/a', click: true, at: 1 },
  { page: '/b', click: true, at: 2 },
  { page: '/b', click: false, at: 12 },
  { page: '/c', click: false, at: 45 },
  { page: '/a', click: false, at: 3 },
  { page: '/c', click: false, at: 50 },
];

async function rowsInBatchesOf(size: number): Promise<Record<string, unknown>> {
  const world = new SmallWorld(pipeline('p', VIEWS));
  for (let from = 0; from < EVENTS.length; from += size) {
    await world.take(EVENTS.slice(from, from + size));
    await world.finalizeAll();
  }
  await world.end();
  const rows: Record<string, unknown> = {};
  for (const { name } of VIEWS) rows[name] = (await world.rows(name)).map(({ revision: _, ...row }) => row);
  return rows;
}

test('are taken back, so that the rows do not depend on the batches', async () => {
  const whole = await rowsInBatchesOf(1000);
  expect(whole.down).toMatchObject([{ page: '/b', rows: 1 }]);
  for (const size of [1, 2, 3]) expect(await rowsInBatchesOf(size)).toEqual(whole);
});

test('are counted in the group that they moved to alone', async () => {
  const { hot: rows } = (await rowsInBatchesOf(1)) as {
    hot: { is_hot: boolean; pages: number; window_start: string }[];
  };
  const first = rows.filter(({ window_start }) => window_start === '1970-01-01T00:00:00.000Z');
  expect(first.map(({ is_hot, pages }) => [is_hot, pages])).toEqual([
    [false, 1],
    [true, 1],
  ]);
});

test('come back when a later revision brings them back', async () => {
  const world = new SmallWorld(pipeline('p', VIEWS));
  for (const event of [...EVENTS, { page: '/a', click: true, at: 4 }]) {
    await world.take([event]);
    await world.finalizeAll();
  }
  expect((await world.rows('down')).map(({ page, revision }) => [page, revision])).toEqual([
    ['/a', 3],
    ['/b', 1],
  ]);
});

test('are taken back before a frozen finalizer writes them', async () => {
  const world = new SmallWorld(pipeline('p', VIEWS));
  await world.take(EVENTS.slice(0, 4));
  await world.finalize('up');
  let finish = async () => {};
  const frozen = new Promise<void>((resolve) => {
    const { results } = world.stores;
    const put: typeof results.put = (writes) =>
      new Promise((answer) => {
        finish = async () => answer(await results.put(writes));
        resolve();
      });
    const ports = { results: Object.assign(Object.create(results), { put }) as typeof results };
    void world.finalize('down', ports).catch(() => {});
  });
  await frozen;
  await world.take(EVENTS.slice(4));
  await world.finalizeAll();
  await finish();
  await world.finalizeAll();
  expect((await world.rows('down')).map(({ page }) => page)).toEqual(['/b']);
});

test('leave nothing behind where they were all that a view had', async () => {
  const world = new SmallWorld(pipeline('p', VIEWS));
  for (const event of EVENTS.filter(({ page }) => page !== '/b')) {
    await world.take([event]);
    await world.finalizeAll();
  }
  await world.end();
  for (const name of ['down', 'table', 'totals', 'spells']) {
    const partition = segmentPartition(world.view(name).key, 0, `${world.view('up').key}:0`);
    const segments = await world.stores.state.query({ partition });
    expect([name, await world.rows(name), segments.map(({ key }) => key.sort)]).toEqual([name, [], []]);
  }
});
