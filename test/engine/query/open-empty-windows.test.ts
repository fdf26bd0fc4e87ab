import fc from 'fast-check';
import { count, pipeline, sliding, stream, sum, Timestamp, Type, view } from 'streamgauge';
import { readOpenWindows } from '../../../engine/query/open-windows.ts';
import { loadSource } from '../../../engine/sources/registry.ts';
import { loadProgress } from '../../../engine/state/progress.ts';
import { naiveRows } from '../../support/naive-rows.ts';
import { casesOf } from '../../support/random-cases.ts';
import { SmallWorld } from '../../support/small-world.ts';

const SEED = 20_261_130;
const KEEP = 3;

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '5 seconds',
});
const worldOf = (size: bigint, lateness: '0 ms' | '1 day') =>
  new SmallWorld(
    pipeline('p', [
      view('rows', events)
        .window(sliding({ size: `${size} seconds`, slide: '10 seconds' }), {
          allowedLateness: lateness,
          emptyWindows: 'zero',
          keepGroupsFor: KEEP,
        })
        .groupBy('key')
        .aggregate((e) => ({ n: count(), total: sum(e.v) }))
        .derive((row) => ({ recent: sum(row.n).over({ windows: 2 }) })),
    ]),
  );

interface Event {
  readonly key: string;
  readonly v: number;
  readonly at: number;
}

/** All rows of the events, in final windows and open ones, by windows of so many seconds. */
function naive(all: readonly Event[], size: bigint) {
  const rows = naiveRows(
    all.map(({ key, v, at }) => ({ group: [key], atMs: at * 1000, v })),
    {
      sizeMs: Number(size) * 1000,
      slideMs: 10_000,
      offsetMs: 0,
      keepGroupsFor: KEEP,
      aggregates: (ofWindow) => ({ n: ofWindow.length, total: ofWindow.reduce((total, { v }) => total + v, 0) }),
      operators: {
        recent: (windows) =>
          windows
            .filter((row) => row !== null)
            .slice(-2)
            .reduce((total, row) => total + (row.n as number), 0),
      },
    },
  );
  return rows.map(({ group: [key], startMs, columns }) => ({ key, startMs, ...columns }));
}

function plain({ key, window_start, n, total, recent }: Readonly<Record<string, unknown>>) {
  return { key, startMs: Date.parse(String(window_start)), n, total, recent };
}

async function openRows(world: SmallWorld, limit = 1000) {
  const open = await readOpenWindows(world.view('rows'), world.stores, limit);
  return open.flatMap(({ rows }) => rows).map(({ columns }) => plain(columns));
}

const eventArbitrary = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  v: fc.integer({ min: -3, max: 9 }),
  at: fc.integer({ min: 0, max: 300 }),
});

test('open windows go on where the final ones end, with rows of nothing up to where event time stands', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(eventArbitrary, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 }),
      fc.constantFrom(10n, 20n),
      fc.boolean(),
      fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 6, maxLength: 6 }),
      async (drawn, size, isLate, budgets) => {
        // In order, nothing is late: panes are folded and dropped as soon as their windows are final.
        const sorted = drawn.flat().sort((a, b) => a.at - b.at);
        const batches = isLate ? drawn : drawn.map(({ length }) => sorted.splice(0, length));
        const world = worldOf(size, isLate ? '1 day' : '0 ms');
        const plan = world.view('rows');
        const { state } = world.stores;
        const taken: Event[] = [];
        for (const [index, batch] of batches.entries()) {
          await world.take(batch);
          taken.push(...batch);
          const budget = budgets[index] as number;
          let asked = 0;
          if (budget > 0) await world.finalize('rows', {}, () => asked++ >= budget);
          const { closedUpToMs } = await loadProgress(state, plan.key, 0);
          const { watermarkMs } = await loadSource(plan, 0, state);
          const begunMs = Math.max(watermarkMs, ...taken.map(({ at }) => at * 1000));
          const isOpen = ({ startMs }: { readonly startMs: number }) => startMs >= closedUpToMs && startMs <= begunMs;
          expect(await openRows(world)).toEqual(naive(taken, size).filter(isOpen));
        }
        while ((await world.finalize('rows')).outcome === 'more');
        const { closedUpToMs } = await loadProgress(state, plan.key, 0);
        const final = (await world.rows('rows')).map(plain);
        expect(final).toEqual(naive(taken, size).filter(({ startMs }) => startMs < closedUpToMs));
      },
    ),
    { seed: SEED, numRuns: casesOf(200), endOnFailure: true },
  );
});

test('a window without any events has rows while it is open, and one that has not begun has none', async () => {
  const world = worldOf(10n, '0 ms');
  await world.take([1, 2].map((at) => ({ key: 'a', v: 1, at })));
  // The watermark is at 37, in the window of 00:30; the groups b and c are in the windows of 00:40.
  await world.take([{ key: 'b', v: 5, at: 42 }]);
  await world.finalize('rows');
  const shown = async (limit?: number) =>
    (await openRows(world, limit)).map(({ key, startMs, n, recent }) => `${startMs / 1000} ${key} ${n} ${recent}`);
  expect(await shown()).toEqual(['30 a 0 0', '40 b 1 1']);
  await world.take([{ key: 'c', v: 5, at: 69 }]);
  expect(await shown()).toEqual(['30 a 0 0', '40 b 1 1', '50 b 0 1', '60 b 0 0', '60 c 1 1']);
  expect(await shown(2)).toEqual(['30 a 0 0', '40 b 1 1']);
  await world.finalize('rows');
  expect(await shown()).toEqual(['60 b 0 0', '60 c 1 1']);
  await world.end();
  expect(await shown()).toEqual([]);
});
