import fc from 'fast-check';
import {
  count,
  max,
  mean,
  pipeline,
  sliding,
  stream,
  sum,
  Timestamp,
  Type,
  threshold,
  tumbling,
  view,
} from 'streamgauge';
import { finalizeView } from '../../../engine/finalize/finalizer.ts';
import { naiveRows } from '../../support/naive-rows.ts';
import { SmallWorld } from '../../support/small-world.ts';

const SEED = 20_261_129;
const KEEP = 3;

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '5 seconds',
});
const pipelineWith = (size: bigint) =>
  pipeline('p', [
    view('rows', events)
      .window(sliding({ size: `${size} seconds`, slide: '10 seconds' }), {
        allowedLateness: '1 day',
        emptyWindows: 'zero',
        keepGroupsFor: KEEP,
      })
      .groupBy('key')
      .aggregate((e) => ({ n: count(), total: sum(e.v), usual_v: mean(e.v) }))
      .derive((row) => ({ recent: sum(row.n).over({ windows: 2 }) })),
  ]);

const eventArbitrary = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  v: fc.integer({ min: -3, max: 9 }),
  at: fc.integer({ min: 0, max: 200 }),
});

test('a group has rows of nothing after its last event, whatever the batches, late events and pauses', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(eventArbitrary, { minLength: 1, maxLength: 6 }), { maxLength: 5 }),
      fc.constantFrom(10n, 20n),
      fc.integer({ min: 1, max: 4 }),
      async (batches, size, budget) => {
        const world = new SmallWorld(pipelineWith(size));
        const call = () => {
          let asked = 0;
          return finalizeView(world.view('rows'), 0, world.ports, () => asked++ >= budget);
        };
        for (const batch of batches) {
          await world.take(batch);
          await call();
        }
        await world.endEvents();
        while ((await call()).outcome === 'more');
        const all = batches.flat().map(({ key, v, at }) => ({ group: [key], atMs: at * 1000, v }));
        const expected = naiveRows(all, {
          sizeMs: Number(size) * 1000,
          slideMs: 10_000,
          offsetMs: 0,
          keepGroupsFor: KEEP,
          aggregates: (ofWindow) => ({
            n: ofWindow.length,
            total: ofWindow.reduce((total, { v }) => total + v, 0),
            usual_v: ofWindow.length === 0 ? null : ofWindow.reduce((total, { v }) => total + v, 0) / ofWindow.length,
          }),
          operators: {
            recent: (windows) => {
              const rows = windows.filter((row) => row !== null).slice(-2);
              return rows.reduce((total, row) => total + (row.n as number), 0);
            },
          },
        });
        const rows = (await world.rows('rows')).map(({ key, window_start, n, total, usual_v, recent }) => ({
          group: [key],
          startMs: Date.parse(String(window_start)),
          columns: { n, total, usual_v, recent },
        }));
        expect(rows).toEqual(expected.map(({ group, startMs, columns }) => ({ group, startMs, columns })));
      },
    ),
    { seed: SEED, numRuns: 60, endOnFailure: true },
  );
});

test('no data for so many windows is one column: a threshold under one event', async () => {
  const silent = view('silent', events)
    .window(tumbling('10 seconds'), { emptyWindows: 'zero', keepGroupsFor: 5 })
    .groupBy('key')
    .aggregate((e) => ({ n: count(), v: max(e.v) }))
    .derive((row) => ({
      silence: threshold(row.n, { data: { lower: 1 } }, { forWindows: 3 }),
      nothing: row.v.isNull(),
      fell: row.n.changeOver({ windows: 1 }).percent.eq(-100),
    }));
  const world = new SmallWorld(pipeline('p', [silent]));
  await world.take([1, 11, 12, 65, 125].map((at) => ({ key: 'a', v: 1, at })));
  await world.finalizeAll();
  const rows = await world.rows('silent');
  expect(rows.map(({ n, silence, nothing, fell }) => [n, silence, nothing, fell])).toEqual([
    [1, 'normal', false, null],
    [2, 'normal', false, false],
    [0, 'normal', true, true],
    [0, 'normal', true, null],
    [0, 'data_below', true, null],
    [0, 'data_below', true, null],
    [1, 'normal', false, null],
    [0, 'normal', true, true],
    [0, 'normal', true, null],
    [0, 'data_below', true, null],
    [0, 'data_below', true, null],
    [0, 'data_below', true, null],
  ]);
});

test('rows of nothing of a group are taken back with the row that they follow', async () => {
  const up = view('up', events)
    .window(sliding({ size: '10 seconds', slide: '10 seconds' }), { allowedLateness: '5 minutes' })
    .groupBy('key')
    .aggregate(() => ({ n: count() }));
  const few = view('few', up)
    .where((row) => row.n.lt(2))
    .window(sliding({ size: '10 seconds', slide: '10 seconds' }), { emptyWindows: 'zero', keepGroupsFor: 2 })
    .groupBy('key')
    .aggregate(() => ({ rows: count() }));
  const world = new SmallWorld(pipeline('p', [up, few]));
  const take = async (...list: readonly (readonly [string, number])[]) => {
    await world.take(list.map(([key, at]) => ({ key, v: 1, at })));
    await world.finalizeAll();
  };
  const shown = async () =>
    (await world.rows('few')).map(
      ({ key, window_start, rows }) => `${String(window_start).slice(14, 19)} ${key} ${rows}`,
    );
  await take(['a', 1], ['b', 100], ['b', 101]);
  expect(await shown()).toEqual(['00:00 a 1', '00:10 a 0', '00:20 a 0']);
  await take(['a', 2], ['b', 111], ['b', 112]);
  expect(await shown()).toEqual([]);
});
