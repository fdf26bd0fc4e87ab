import { count, global, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { rowJson, shownRows } from '../../../engine/query/shown-row.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const windows = view('windows', events)
  .window(tumbling('10 seconds'))
  .groupBy('key')
  .aggregate(() => ({ n: count() }));
const totals = view('totals', events)
  .window(global({ emitEvery: '10 seconds' }))
  .groupBy('key')
  .aggregate(() => ({ n: count() }));
const table = view('table', events)
  .window(global({ emitEvery: '10 seconds' }), { emit: 'complete' })
  .groupBy('key')
  .aggregate(() => ({ n: count() }));

const world = new SmallWorld(pipeline('p', [windows, totals, table]));
const shown = async (name: string) => {
  const query = { view: world.view(name).key, fromMs: START_OF_TIME_MS, toMs: END_OF_TIME_MS, limit: 10 };
  const { rows } = await world.stores.results.windows(query);
  return rows.flatMap((row) => shownRows(world.view(name), row)).map(rowJson);
};

beforeAll(async () => {
  await world.take([
    { key: 'a', at: 1 },
    { key: 'b', at: 2 },
    { key: 'a', at: 12 },
  ]);
  await world.finalizeAll();
});

test('a stored row of a window that ends is final', async () => {
  expect(await shown('windows')).toMatchObject([
    { key: 'a', n: 1, revision: 1, late_events: 0, is_final: true },
    { key: 'b', n: 1, revision: 1, late_events: 0, is_final: true },
  ]);
});

test('a total is never final, also where all of them are one table, nor when no more events come', async () => {
  for (const name of ['totals', 'table']) {
    expect(await shown(name)).toMatchObject([
      { key: 'a', n: 1, revision: 1, is_final: false },
      { key: 'b', n: 1, revision: 1, is_final: false },
    ]);
  }
  await world.end();
  expect(await shown('totals')).toMatchObject([
    { key: 'a', n: 2, revision: 2, is_final: false },
    { key: 'b', n: 1, revision: 1, is_final: false },
  ]);
});

test('a partial row says so, others say nothing of it, and none says when it was stored', () => {
  const row = { columns: {}, revision: 1, lateEvents: 2, partial: true, isFinal: true, updatedAtMs: 7 };
  expect(rowJson(row)).toEqual({ revision: 1, late_events: 2, is_final: true, partial: true });
  expect(rowJson({ ...row, partial: false })).toEqual({ revision: 1, late_events: 2, is_final: true });
});
