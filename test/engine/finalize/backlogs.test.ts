import { count, global, mean, pipeline, session, sliding, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { type FinalizeResult, finalizeView } from '../../../engine/finalize/finalizer.ts';
import type { ResultStore } from '../../../engine/ports/result-store.ts';
import { loadProgress } from '../../../engine/state/progress.ts';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const counts = () => ({ n: count() });
const VIEWS = {
  tumbling: view('tumbling', events).window(tumbling('10 seconds')).groupBy('key').aggregate(counts),
  sessions: view('sessions', events)
    .window(session({ gap: '10 seconds' }), { allowedLateness: '1 minute' })
    .groupBy('key')
    .aggregate(counts),
  rolling: view('rolling', events)
    .window(tumbling('10 seconds'))
    .groupBy('key')
    .aggregate(counts)
    .derive((row) => ({ usual: mean(row.n).over({ windows: 3 }) })),
  totals: view('totals', events)
    .window(global({ emitEvery: '10 seconds' }))
    .groupBy('key')
    .aggregate(counts),
  overlapping: view('overlapping', events)
    .window(sliding({ size: '1 hour', slide: '1 minute' }), { allowedLateness: '2 hours' })
    .aggregate(counts),
};

/** Calls a finalizer until it is done, each with room for so many rows; tells how many calls that took. */
async function callsUntilDone(world: SmallWorld, name: string, rowsPerCall: number): Promise<number> {
  for (let calls = 1; calls <= 40; calls++) {
    const { outcome } = await boundedCall(world, name, rowsPerCall);
    if (outcome !== 'more') return calls;
  }
  throw new Error(`View '${name}' is not done after 40 calls.`);
}

async function boundedCall(world: SmallWorld, name: string, rowsPerCall: number): Promise<FinalizeResult> {
  let rows = 0;
  const { results } = world.stores;
  const counting: ResultStore = {
    get: (keys) => results.get(keys),
    windows: (query) => results.windows(query),
    latest: (...where) => results.latest(...where),
    put: (writes) => {
      rows += writes.length;
      return results.put(writes);
    },
  };
  return finalizeView(world.view(name), 0, { ...world.ports, results: counting }, () => rows >= rowsPerCall);
}

/** 5,000 groups, of which each has one event, all within the same 100 seconds. */
const backlog = Array.from({ length: 5000 }, (_, i) => ({ key: `k${i}`, at: i % 100 }));

describe('a backlog of 5,000 rows, with room for 2,000 a call', () => {
  test.each(['tumbling', 'sessions', 'rolling', 'totals'] as const)('is done in four calls: %s', async (name) => {
    const world = new SmallWorld(pipeline('p', [VIEWS[name]]));
    await world.take(backlog);
    await world.take([{ key: 'last', at: 10_000 }]);
    expect(await callsUntilDone(world, name, 2000)).toBeLessThanOrEqual(4);
    const rows = await world.stores.results.windows({
      view: world.view(name).key,
      fromMs: 0,
      toMs: 10_000_000,
      limit: 10_000,
    });
    expect(rows.rows).toHaveLength(5000);
    expect(rows.rows.every(({ revision }) => revision === 1)).toBe(true);
  });
});

describe('late events in sliding windows', () => {
  const MINUTE = 60;
  let world: SmallWorld;

  /** A call with time for so many windows. */
  const call = (windows: number) => {
    let asked = 0;
    return finalizeView(world.view('overlapping'), 0, world.ports, () => asked++ >= windows);
  };

  /** Four hours of an event a minute, all windows final. */
  beforeEach(async () => {
    world = new SmallWorld(pipeline('p', [VIEWS.overlapping]));
    await world.take(Array.from({ length: 240 }, (_, i) => ({ key: 'a', at: i * MINUTE })));
    await world.finalize('overlapping');
  });

  test('end, though one batch of them takes more windows than a call has time for', async () => {
    await world.take(Array.from({ length: 10 }, (_, i) => ({ key: 'a', at: (125 + i * 10) * MINUTE })));
    let [calls, windows] = [0, 0];
    for (let outcome = 'more'; outcome === 'more' && calls < 40; calls++) {
      const result = await call(50);
      outcome = result.outcome;
      windows += result.panes;
    }
    // 114 final windows hold the late events, from minute 66 to minute 179; each is looked at once.
    expect([calls, windows]).toEqual([3, 114]);
    const rows = await world.rows('overlapping');
    const of = (minute: number) =>
      rows.find(({ window_start }) => Date.parse(String(window_start)) === minute * 60_000);
    expect(of(65)).toMatchObject({ n: 60, revision: 1 });
    expect(of(66)).toMatchObject({ n: 61, revision: 2 });
    expect(of(125)).toMatchObject({ n: 66, revision: 2 });
  });

  test('end while new ones come before every call', async () => {
    for (let round = 0; round < 30; round++) {
      await world.take([{ key: 'a', at: (130 + round) * MINUTE }]);
      await call(20);
    }
    // What came first has been dealt with, though something was left to do at every moment.
    const rows = await world.rows('overlapping');
    const late = rows.filter(({ revision }) => Number(revision) > 1);
    expect(late.length).toBeGreaterThan(60);
    const markers = await world.stores.state.query({ partition: `marker#${world.view('overlapping').key}#0` });
    expect(markers.length).toBeLessThan(30);
  });

  test('do not keep windows from closing, though some come before every call', async () => {
    for (let round = 0; round < 30; round++) {
      await world.take([
        { key: 'a', at: (130 + round) * MINUTE },
        { key: 'a', at: (240 + round) * MINUTE },
      ]);
      await call(100);
    }
    const { closedUpToMs } = await loadProgress(world.stores.state, world.view('overlapping').key, 0);
    // The first window that is open when the watermark is at minute 269, less what one pass is behind.
    expect(closedUpToMs).toBeGreaterThan((210 - 10) * 60_000);
  });
});

/** Calls with time for one step each, as the queue's messages come; tells how many there were. */
async function callsOfOneStep(world: SmallWorld, name: string): Promise<number> {
  for (let calls = 1; calls <= 40; calls++) {
    const { outcome } = await finalizeView(world.view(name), 0, world.ports, () => true);
    if (outcome !== 'more') return calls;
  }
  throw new Error(`View '${name}' is not done after 40 calls of one step.`);
}

describe('counts of late events, with time for one step a call', () => {
  const HOUR = 3600;
  const seconds = (...times: number[]) => times.map((at) => ({ key: 'a', at }));

  test('come to their rows, though each pass takes more steps than a call', async () => {
    const views = [
      view('rolling', events)
        .window(tumbling('10 seconds'), { allowedLateness: '30 seconds' })
        .groupBy('key')
        .aggregate(counts)
        .derive((row) => ({ usual: mean(row.n).over({ windows: 3 }) })),
    ];
    const world = new SmallWorld(pipeline('p', views));
    await world.take(seconds(1, 11, 21, 31, 41, 51, 61));
    await callsOfOneStep(world, 'rolling');
    // Too late for the window of 0 s, and ready to be counted: that window is settled.
    await world.take(seconds(2));
    expect(await callsOfOneStep(world, 'rolling')).toBeLessThan(10);
    expect((await world.rows('rolling'))[0]).toMatchObject({ n: 1, lateEvents: 1 });
  });

  test('wait for a session that is still open, and no call follows the other meanwhile', async () => {
    const world = new SmallWorld(pipeline('p', [VIEWS.sessions]));
    // One session that goes on, and an event that is late for it.
    await world.take(seconds(...Array.from({ length: 40 }, (_, i) => HOUR + i * 9)));
    await callsOfOneStep(world, 'sessions');
    await world.take(seconds(HOUR + 100));
    expect(await callsOfOneStep(world, 'sessions')).toBeLessThan(10);
    await world.take([{ key: 'b', at: 2 * HOUR }]);
    await callsOfOneStep(world, 'sessions');
    expect((await world.rows('sessions'))[0]).toMatchObject({ n: 40, lateEvents: 1 });
  });
});
