import { count, global, pipeline, session, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';
import { ShardAggregator } from '../../../engine/ingest/shard-aggregator.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../../engine/plan/plan.ts';
import { SmallWorld } from '../../support/small-world.ts';

/** A view that is deployed, removed, and deployed again: state from before goes on over no hole. */

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const other = view('other', events)
  .window(tumbling('10 seconds'))
  .aggregate(() => ({ n: count() }));
const rolling = view('rolling', events)
  .window(tumbling('10 seconds'))
  .aggregate(() => ({ n: count() }))
  .derive((row) => ({ over: sum(row.n).over({ windows: 3 }) }));
const totals = view('totals', events)
  .window(global({ emitEvery: '10 seconds' }))
  .aggregate(() => ({ n: count() }));
const spells = view('spells', events)
  .window(session({ gap: '15 seconds' }))
  .aggregate(() => ({ n: count() }));

const at = (...times: readonly number[]) => times.map((time) => ({ key: 'a', at: time }));
const hhmm = (value: unknown) => String(value).slice(14, 19);

let world: SmallWorld;
beforeEach(() => {
  world = new SmallWorld(pipeline('p', [other, rolling, totals, spells]));
});

/** One batch taken in by code that knows only one of the views. */
async function takeWithout(times: readonly number[]): Promise<void> {
  const plan = compilePipeline(pipelineDefinition(pipeline('p', [other]), 'the test'));
  const topology = { shards: async () => world.shards, probe: async () => 'caughtUp' as const };
  const ports = { ...world.ports, deadLetters: world.stores.deadLetters, topology };
  const [only] = plan.streams;
  if (only === undefined) throw new Error('The pipeline has a stream.');
  await new ShardAggregator(only, 's1', ports, { generation: 1 }).process(world.records(at(...times)));
}

async function stored(name: string): Promise<Record<string, unknown>[]> {
  const { rows } = await world.stores.results.windows({
    view: world.view(name).key,
    fromMs: 0,
    toMs: 1_000_000,
    limit: 100,
  });
  return rows.map(({ columns, partial }) => ({ ...JSON.parse(columns), partial }));
}

describe('a view that comes back', () => {
  beforeEach(async () => {
    await world.take(at(1, 2, 11, 12, 21));
    await world.finalizeAll();
    await takeWithout([22, 31, 32, 45]);
    await world.take(at(46, 51, 61, 62, 71, 90));
    await world.end();
  });

  test('rolls over no rows from before it was away', async () => {
    const rows = await stored('rolling');
    expect(rows.map(({ window_start, n, over, partial }) => [hhmm(window_start), n, over, partial])).toEqual([
      ['00:00', 2, 2, false],
      ['00:10', 2, 4, false],
      // Begun before it was away, or while it was: what came meanwhile is not in it.
      ['00:20', 1, 5, true],
      ['00:40', 1, 4, true],
      ['00:50', 1, 1, false],
      ['01:00', 2, 3, false],
      ['01:10', 1, 4, false],
      ['01:30', 1, 4, false],
    ]);
  });

  test('says of totals and sessions that they are partial', async () => {
    expect(await stored('totals')).toMatchObject([{ n: 11, partial: true }]);
    const rows = await stored('spells');
    expect(rows.map(({ window_start, partial }) => [hhmm(window_start), partial])).toEqual([
      ['00:01', true],
      // An event within the gap before it may have been missed.
      ['00:46', true],
      ['01:30', false],
    ]);
  });

  test('leaves the other view as it is', async () => {
    expect((await stored('other')).every(({ partial }) => partial === false)).toBe(true);
  });
});
