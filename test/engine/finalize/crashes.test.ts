import { type FinalizePorts, finalizeView } from '../../../engine/finalize/finalizer.ts';
import { type AggregatePorts, ShardAggregator } from '../../../engine/ingest/shard-aggregator.ts';
import type { SideOutput } from '../../../engine/ports/dead-letter-sink.ts';
import { sweepStream } from '../../../engine/sweep/sweep.ts';
import { click, MINUTE_MS, record, recordsOf } from '../../support/clicks.ts';
import { Crash, CrashPoint } from '../../support/crash.ts';
import { viewNamed } from '../../support/pipeline-kit.ts';
import { type PlainRow, World } from '../../support/world.ts';

type Ports = AggregatePorts & FinalizePorts;

/** Ports of a process that dies at a call to any of them. */
function dyingPorts(
  { state, pages, results, queue, deadLetters, topology, clock, pause }: Ports,
  point: CrashPoint,
): Ports {
  return {
    state: point.wrap(state),
    pages: point.wrap(pages),
    results: point.wrap(results),
    queue: point.wrap(queue),
    deadLetters: point.wrap(deadLetters),
    topology: point.wrap(topology),
    clock,
    pause,
  };
}

interface Outcome {
  readonly rows: readonly PlainRow[];
  readonly counters: unknown;
  readonly sides: readonly SideOutput[];
  readonly wakes: number;
  readonly rowsAtEnd: readonly PlainRow[];
  readonly segmentsAtEnd: number;
}

/** Rows, counts and wakes once all is quiet, and what is left when the stream has ended. */
async function comeToRest(world: World): Promise<Outcome> {
  for (let minute = 0; minute < 3; minute++) {
    world.clock.advance(MINUTE_MS);
    await world.sweep();
    await world.finalizeAll();
  }
  await world.wakes();
  world.clock.advance(MINUTE_MS);
  await world.sweep();
  const quiet = {
    rows: await world.rows(),
    counters: await world.counters(),
    sides: await world.sides(),
    wakes: (await world.wakes()).length,
  };
  await world.end();
  return { ...quiet, rowsAtEnd: await world.rows(), segmentsAtEnd: (await world.segments()).length };
}

/**
 * Runs a step once whole, then with a crash at each of its calls to a port, before and after the call takes effect; each
 * time the step is run again afterwards. Everything must come to the same.
 */
async function crashEverywhere(
  prepare: () => Promise<World>,
  step: (world: World, ports: Ports) => Promise<unknown>,
): Promise<number> {
  const whole = await prepare();
  const counting = new CrashPoint();
  await step(whole, dyingPorts(whole.ports, counting));
  const expected = await comeToRest(whole);
  for (let call = 1; call <= counting.calls; call++) {
    for (const effect of ['before', 'after'] as const) {
      const world = await prepare();
      const point = new CrashPoint(call, effect);
      await expect(step(world, dyingPorts(world.ports, point))).rejects.toThrow(Crash);
      await step(world, world.ports);
      expect({ call, effect, ...(await comeToRest(world)) }).toEqual({ call, effect, ...expected });
    }
  }
  return counting.calls;
}

const EARLIER = ['10:01', '10:02', '10:06'].map((time) => click(time));
/** Two late events within the allowed lateness, one beyond it, a dead letter, and a window that closes. */
const BATCH = [
  record(4, [click('10:03'), click('10:07', '/b'), click('09:00')], { pack: 'gzip' }),
  record(5, 'no json'),
  ...recordsOf([click('10:11', '/c'), click('10:13')], 6),
];

async function final1005(): Promise<World> {
  const world = new World();
  await world.take(recordsOf([...EARLIER, click('10:10')], 0));
  await world.finalizeAll();
  return world;
}

describe('a process that dies at any call and is started again', () => {
  test('takes in a batch once, and its side outputs once', async () => {
    const calls = await crashEverywhere(final1005, (world, ports) =>
      new ShardAggregator(world.stream, 's1', ports, { generation: 1 }).process(BATCH),
    );
    expect(calls).toBeGreaterThanOrEqual(5);
  });

  test('takes in a batch in several commit chunks, each once', async () => {
    const prepare = async () => {
      const world = await final1005();
      world.state.limits = { items: 4 };
      return world;
    };
    const calls = await crashEverywhere(prepare, (world, ports) =>
      new ShardAggregator(world.stream, 's1', ports, { generation: 1 }).process(BATCH),
    );
    expect(calls).toBeGreaterThan(8);
  });

  test('finalizes new windows with revision 1', async () => {
    const prepare = async () => {
      const world = new World({ shards: ['s1', 's2'] });
      await world.take(recordsOf([...EARLIER, click('10:30')]), 's1');
      await world.take(recordsOf([click('10:04', '/b'), click('10:26')]), 's2');
      return world;
    };
    const step = (world: World, ports: Ports) => finalizeView(viewNamed(world.stream, 'pages'), 0, ports);
    expect(await crashEverywhere(prepare, step)).toBeGreaterThan(10);
    const world = await prepare();
    await step(world, world.ports);
    expect((await world.rows()).every(({ revision }) => revision === 1)).toBe(true);
  });

  test('revises windows once, and drops what is over', async () => {
    const prepare = async () => {
      const world = await final1005();
      await world.take(BATCH);
      await world.take(recordsOf([click('10:18:30'), click('10:12')], 8));
      return world;
    };
    const calls = await crashEverywhere(prepare, (world, ports) =>
      finalizeView(viewNamed(world.stream, 'pages'), 0, ports),
    );
    expect(calls).toBeGreaterThan(10);
  });

  test('finalizes in slices of time', async () => {
    const prepare = async () => {
      const world = await final1005();
      await world.take(BATCH);
      await world.take(recordsOf([click('10:31')], 8));
      return world;
    };
    const calls = await crashEverywhere(prepare, async (world, ports) => {
      const view = viewNamed(world.stream, 'pages');
      let outcome = 'more';
      for (let slice = 0; outcome === 'more' && slice < 20; slice++) {
        let asked = 0;
        outcome = (await finalizeView(view, 0, ports, () => ++asked > 2)).outcome;
      }
    });
    expect(calls).toBeGreaterThan(20);
  });

  test('sweeps: registers, raises, retires and wakes', async () => {
    const prepare = async () => {
      const world = new World({ shards: ['s1', 's2', 's3'] });
      const events = recordsOf([...EARLIER, click('10:30')]);
      world.log.append('s1', ...events);
      await world.take(events, 's1');
      world.log.split('s2', 's4', 's5');
      return world;
    };
    const calls = await crashEverywhere(prepare, (world, ports) => sweepStream(world.stream, ports));
    expect(calls).toBeGreaterThan(10);
  });
});
