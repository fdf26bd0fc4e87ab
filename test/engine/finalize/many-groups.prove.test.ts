import { count, global, pipeline, stream, Timestamp, Type, tumbling, type View, view } from '../../../engine/index.ts';
import { readOpenWindows } from '../../../engine/query/open-windows.ts';
import { SmallWorld } from '../../support/small-world.ts';

/** More than fit on the stack as arguments of one call. */
const GROUPS = 140_000;

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.Integer(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '1 minute',
});
const byMinute = view('by_minute', clicks)
  .window(tumbling('1 minute'))
  .groupBy('page')
  .aggregate(() => ({ views: count() }));
const tables = view('tables', clicks)
  .window(tumbling('1 minute'), { emit: 'complete' })
  .groupBy('page')
  .aggregate(() => ({ views: count() }));
const totals = view('totals', clicks)
  .window(global({ emitEvery: '1 minute' }), { emit: 'complete' })
  .groupBy('page')
  .aggregate(() => ({ views: count() }));

/** A world that took in one record of many groups in one minute. */
async function worldOf(exported: readonly View[]): Promise<SmallWorld> {
  const world = new SmallWorld(pipeline('p', exported));
  const lines = Array.from({ length: GROUPS }, (_, page) => `{"page":${page},"at":0}`);
  const [record] = world.records([{}]);
  await world.container().process([{ ...(record as NonNullable<typeof record>), data: Buffer.from(lines.join('\n')) }]);
  return world;
}

test('an open window shows all of its groups, however many', async () => {
  const world = await worldOf([byMinute]);
  const [open] = await readOpenWindows(world.view('by_minute'), world.stores, 1);
  expect(open?.rows.length).toBe(GROUPS);
});

test.each([tables, totals])(
  'a view that emits whole tables finalizes a table of any number of groups: $name',
  async (whole) => {
    const world = await worldOf([whole]);
    await world.end();
    const { key } = world.view(whole.name);
    const [row, ...others] = (await world.stores.results.windows({ view: key, fromMs: 0, toMs: 1, limit: 10 })).rows;
    expect(others).toEqual([]);
    // It keeps as many of its rows as fit.
    expect(JSON.parse(row?.columns ?? '')[0]).toMatchObject({ page: 0, views: 1, truncated: true });
  },
);
