import { count, mean, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';
import { finalizeView, type MemoryLimits } from '../../../engine/finalize/finalizer.ts';
import { MEMORY_LIMITS } from '../../../engine/finalize/run.ts';
import { loadProgress } from '../../../engine/state/progress.ts';
import { casesOf } from '../../support/random-cases.ts';
import { SmallWorld } from '../../support/small-world.ts';

const GROUPS = casesOf(10_000, 10);
const WINDOWS = 3;
const events = stream('events', {
  schema: Type.Object({ key: Type.Integer(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const smooth = view('smooth', events)
  .window(tumbling('10 seconds'), { allowedLateness: '1 hour' })
  .groupBy('key')
  .aggregate((e) => ({ n: count(), v: sum(e.v) }))
  .derive((row) => ({ usual: mean(row.v).over({ windows: 3 }) }));
const end = { key: 0, v: 0, at: WINDOWS * 10 };
const late = { key: 471, v: 100, at: 15 };
const LITTLE_MEMORY: MemoryLimits = {
  ...MEMORY_LIMITS,
  stateBytes: 0,
  largeStateBytes: 0,
  pageBytes: 4096,
  batchBytes: 10_000,
};

/** A row of each group in each window. */
function everything(): object[] {
  return Array.from({ length: WINDOWS * GROUPS }, (_, i) => {
    const window = Math.floor(i / GROUPS);
    return { key: i % GROUPS, v: window, at: window * 10 + 5 };
  });
}

/** A world whose windows are final, what it does with a late event, and how many rows that makes it evaluate. */
async function revised(limits: MemoryLimits, batches: readonly (readonly object[])[]) {
  const world = new SmallWorld(pipeline('p', [smooth]));
  const evaluate = jest.spyOn(world.view('smooth').rows, 'values');
  let steps = 0;
  for (const batch of batches) {
    await world.take(batch);
    evaluate.mockClear();
    await finalizeView(world.view('smooth'), 0, world.ports, undefined, limits);
    steps = evaluate.mock.calls.length;
  }
  const { head } = await loadProgress(world.stores.state, world.view('smooth').key, 0);
  const rows = (await world.rows('smooth')).map(({ revision, ...columns }) => columns);
  return { steps, head, rows };
}

describe.each([
  ['at once', MEMORY_LIMITS],
  ['page by page', LITTLE_MEMORY],
])('states that are held %s', (_name, limits) => {
  test('one late event among a thousand groups and more evaluates the rows of its group, and of no other', async () => {
    const onTime = await revised(limits, [[...everything(), late, end].sort(byTime)]);
    expect(onTime.steps).toBe(WINDOWS * GROUPS);
    const { steps, head, rows } = await revised(limits, [[...everything(), end], [late]]);
    expect(head).toMatchObject({ atMs: WINDOWS * 10_000 });
    // Without a head these were the rows of all groups.
    expect(steps).toBe(WINDOWS);
    expect(rows).toEqual(onTime.rows);
  });

  test('a window that follows is evaluated from the head on', async () => {
    const next = Array.from({ length: GROUPS }, (_, key) => ({ key, v: 1, at: WINDOWS * 10 + 1 }));
    const { steps } = await revised(limits, [
      [...everything(), end],
      [...next, { ...end, at: end.at + 10 }],
    ]);
    expect(steps).toBe(GROUPS);
  });
});

function byTime(a: object, b: object): number {
  return (a as { at: number }).at - (b as { at: number }).at;
}
