import fc from 'fast-check';
import {
  count,
  global,
  max,
  mean,
  pipeline,
  session,
  sliding,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  type View,
  view,
} from 'streamgauge';
import { finalizeView, type MemoryLimits } from '../../../engine/finalize/finalizer.ts';
import { MEMORY_LIMITS } from '../../../engine/finalize/run.ts';
import { casesOf } from '../../support/random-cases.ts';
import { SmallWorld } from '../../support/small-world.ts';

const SEED = 20_261_128;

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '5 seconds',
});
const LATE = { allowedLateness: '40 seconds' } as const;
const columns = (e: { v: Parameters<typeof sum>[0] }) => ({ n: count(), total: sum(e.v) });
const base = view('base', events).window(tumbling('10 seconds'), LATE).groupBy('key').aggregate(columns);
const VIEWS: View[] = [
  base,
  view('whole', events)
    .window(tumbling('10 seconds'), { ...LATE, emit: 'complete' })
    .groupBy('key')
    .aggregate(columns),
  view('overlapping', events)
    .window(sliding({ size: '30 seconds', slide: '10 seconds' }), LATE)
    .aggregate(columns),
  view('rolling', events)
    .window(tumbling('10 seconds'), LATE)
    .groupBy('key')
    .aggregate(columns)
    .derive((row) => ({ usual: mean(row.n).over({ windows: 3 }) })),
  view('sessions', events)
    .window(session({ gap: '8 seconds' }), LATE)
    .groupBy('key')
    .aggregate(columns),
  view('strict', events)
    .window(session({ gap: '8 seconds' }))
    .groupBy('key')
    .aggregate(columns),
  view('totals', events)
    .window(global({ emitEvery: '10 seconds' }))
    .groupBy('key')
    .aggregate(columns),
  view('table', events)
    .window(global({ emitEvery: '10 seconds' }), { emit: 'complete' })
    .groupBy('key')
    .aggregate(columns),
  view('above', base)
    .window(tumbling('30 seconds'))
    .groupBy('key')
    .aggregate((row) => ({ n: sum(row.n), most: max(row.n) })),
  view('few', base)
    .where((row) => row.n.lt(3))
    .window(tumbling('10 seconds'))
    .groupBy('key')
    .aggregate(() => ({ rows: count() })),
  view('sessions_above', base)
    .window(session({ gap: '15 seconds' }))
    .groupBy('key')
    .aggregate((row) => ({ n: sum(row.n) })),
  view('totals_above', base)
    .where((row) => row.n.lt(3))
    .window(global({ emitEvery: '30 seconds' }))
    .groupBy('key')
    .aggregate((row) => ({ n: sum(row.n) })),
];
const ZERO = { emptyWindows: 'zero', keepGroupsFor: 2 } as const;
const zeros = view('zeros', events)
  .window(tumbling('10 seconds'), { ...LATE, ...ZERO })
  .groupBy('key')
  .aggregate(columns)
  .derive((row) => ({ usual: mean(row.n).over({ windows: 3 }) }));
const zerosAbove = view('zeros_above', base)
  .where((row) => row.n.lt(3))
  .window(tumbling('10 seconds'), ZERO)
  .groupBy('key')
  .aggregate((row) => ({ n: sum(row.n) }));
const ofZeros = view('of_zeros', zeros)
  .window(tumbling('30 seconds'))
  .groupBy('key')
  .aggregate(() => ({ rows: count() }));
const gliding = view('gliding', events)
  .window(sliding({ size: '30 seconds', slide: '10 seconds' }), LATE)
  .groupBy('key')
  .aggregate(columns)
  .derive((row) => ({ usual: mean(row.n).over({ windows: 3 }) }));
const rollingAbove = view('rolling_above', base)
  .where((row) => row.n.lt(3))
  .window(tumbling('10 seconds'))
  .groupBy('key')
  .aggregate((row) => ({ n: sum(row.n) }))
  .derive((row) => ({ usual: mean(row.n).over({ windows: 3 }) }));
VIEWS.push(zeros, zerosAbove, ofZeros, gliding, rollingAbove);
const NAMES = VIEWS.map(({ name }) => name);

/** So that states of four groups are gone through page by page, a few windows at a time. */
const littleMemory = (chunkRows: number): MemoryLimits => ({
  stateBytes: 0,
  largeStateBytes: 0,
  pageBytes: 32,
  batchBytes: 1,
  chunkRows,
});

const batchArbitrary = fc.array(
  fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), v: fc.nat({ max: 5 }), at: fc.integer({ min: 0, max: 60 }) }),
  { minLength: 1, maxLength: 8 },
);
const caseArbitrary = fc.record({
  /** Event times are counted from where the batch begins, and each begins some seconds after the one before. */
  batches: fc.array(fc.record({ step: fc.integer({ min: 0, max: 45 }), events: batchArbitrary }), { maxLength: 6 }),
  /** Steps that a call has time for. */
  budgets: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 7 }),
  /** Calls of each view between two batches. */
  calls: fc.integer({ min: 0, max: 3 }),
  limits: fc.constantFrom(MEMORY_LIMITS, littleMemory(1), littleMemory(6), littleMemory(1000)),
});

interface Calls {
  readonly budgets: readonly number[];
  readonly limits: MemoryLimits;
}

interface Work {
  calls: number;
  windows: number;
}

/** Calls a view's finalizer with the budgets in turn, at most so many times; tells whether it came to its end. */
async function drain(world: SmallWorld, name: string, { budgets, limits }: Calls, limit: number, work: Work) {
  for (let call = 0; call < limit; call++) {
    const budget = budgets[work.calls++ % budgets.length] as number;
    let asked = 0;
    const { outcome, panes } = await finalizeView(world.view(name), 0, world.ports, () => asked++ >= budget, limits);
    work.windows += panes;
    if (outcome !== 'more') return true;
  }
  return false;
}

async function rowsOf(world: SmallWorld) {
  const rows: Record<string, unknown> = {};
  for (const name of NAMES) {
    // Which revision a row is in depends on how often somebody looked.
    rows[name] = (await world.rows(name)).map(({ revision: _, ...row }) => row);
  }
  return rows;
}

/** Everything that a view's finalizer left in the state, but for progress. */
async function leftovers(world: SmallWorld): Promise<string[]> {
  const found: string[] = [];
  for (const name of NAMES) {
    const { key, source } = world.view(name);
    const origin = source.kind === 'view' ? `${source.view.key}:0` : 's1';
    for (const partition of [`segment#${key}#0#${origin}`, `marker#${key}#0`, `late#${key}#0`, `ledger#${key}#0`]) {
      for (const item of await world.stores.state.query({ partition })) found.push(`${partition} ${item.key.sort}`);
    }
  }
  return found;
}

test('a pass gives the rows of one unbounded call, whatever the budgets and the memory, in at most twice its work', async () => {
  await fc.assert(
    fc.asyncProperty(caseArbitrary, async ({ batches, calls, ...own }) => {
      const bounded = new SmallWorld(pipeline('p', VIEWS));
      const whole = new SmallWorld(pipeline('p', VIEWS));
      const work: Work = { calls: 0, windows: 0 };
      let wholeWindows = 0;
      let startAt = 0;
      for (const { step, events: batch } of batches) {
        startAt += step;
        for (const world of [bounded, whole])
          await world.take(batch.map((event) => ({ ...event, at: startAt + event.at })));
        for (const name of NAMES) await drain(bounded, name, own, calls, work);
      }
      for (const world of [bounded, whole]) await world.endEvents();
      for (const name of NAMES) {
        work.windows = 0;
        expect(await drain(bounded, name, own, 500, work)).toBe(true);
        wholeWindows = (await whole.finalize(name)).panes;
        // Without calls before the end both have the same to do. Page by page, a call reads the chunk again that it is in.
        if (calls === 0 && own.limits === MEMORY_LIMITS) expect(work.windows).toBeLessThanOrEqual(2 * wholeWindows);
      }
      expect(await rowsOf(bounded)).toEqual(await rowsOf(whole));
      expect(await leftovers(bounded)).toEqual([]);
    }),
    { seed: SEED, numRuns: casesOf(160), endOnFailure: true },
  );
});
