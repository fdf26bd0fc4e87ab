import { finalizeView } from '../../../engine/finalize/finalizer.ts';
import { asOfJoin, intervalJoin, pipeline, stream, Timestamp, Type, view } from '../../../engine/index.ts';
import type { ViewPlan } from '../../../engine/plan/plan.ts';
import { JoinWorld } from '../../support/join-world.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const options = {
  schema: Type.Object({ id: Type.Integer(), key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '30 seconds',
} as const;
const lefts = stream('lefts', options);
const rights = stream('rights', options);

/** Of one key many right events at instants 0 to 4 s of a pane; another key has few. */
function rightEvents(count: number) {
  const events = Array.from({ length: count }, (_, id) => ({ id, key: 'hot', at: 100 + (id % 5) }));
  return [...events, { id: -1, key: 'cool', at: 101 }];
}
const LEFTS = [
  { id: 1, key: 'hot', at: 100 },
  { id: 2, key: 'hot', at: 104 },
  { id: 3, key: 'cool', at: 100 },
  { id: 4, key: 'none', at: 100 },
];

const joined = intervalJoin('pairs', lefts, rights, {
  type: 'left',
  on: { key: 'key' },
  between: ['0 seconds', '2 seconds'],
  maxPerKey: 7,
});
const pairs = view('rows', joined).select((e) => ({ left: e.lefts.id, right: e.rights.id, truncated: e.truncated }));

async function rowsOf(events: readonly object[], batch: number) {
  const world = new JoinWorld(pipeline('p', [pairs]));
  await world.take('lefts', LEFTS);
  for (let from = 0; from < events.length; from += batch) await world.take('rights', events.slice(from, from + batch));
  await world.end();
  return (await world.rows('rows')).map(({ left, right, truncated }) => [left, right, truncated]).sort();
}

describe('a key with more events than are joined', () => {
  test('is joined with the first by time and content, says so, and leaves other keys alone', async () => {
    // The first 7 by time and content: 0, 5 and so on to 30, all at 100 s.
    const expected = [
      ...[0, 5, 10, 15, 20, 25, 30].map((right) => [1, right, true]),
      [2, null, true],
      [3, -1, false],
      [4, null, false],
    ].sort();
    const events = rightEvents(60);
    expect(await rowsOf(events, 100)).toEqual(expected);
    const random = seededRandom(3);
    const shuffled = events
      .map((event) => [random.next(), event] as const)
      .sort(([a], [b]) => a - b)
      .map(([, event]) => event);
    expect(await rowsOf(shuffled, 9)).toEqual(expected);
  });

  test.each([100, 9])('says how many events it left out, each once, in batches of %d', async (batch) => {
    const world = new JoinWorld(pipeline('p', [pairs]));
    const [log] = world.plan.finalized as [ViewPlan];
    let dropped = 0;
    const finalize = async () => {
      dropped += (await finalizeView(log, 0, world.ports)).droppedEvents;
    };
    await world.take('lefts', LEFTS);
    const events = rightEvents(60);
    for (let from = 0; from < events.length; from += batch) {
      await world.take('rights', events.slice(from, from + batch));
      await finalize();
    }
    for (const at of [160, 220]) {
      await world.take('lefts', [{ id: 9, key: 'later', at }]);
      await world.take('rights', [{ id: 9, key: 'later', at }]);
      await finalize();
      await finalize();
    }
    expect(dropped).toBe(60 - 7);
  });

  test('says nothing where there are not as many', async () => {
    expect((await rowsOf(rightEvents(6), 100)).every(([, , truncated]) => truncated === false)).toBe(true);
  });

  test('says so in an as-of join too', async () => {
    const latest = asOfJoin('latest', lefts, rights, { on: { key: 'key' }, maxPerKey: 7 });
    const rows = view('rows', latest).select((e) => ({ left: e.lefts.id, truncated: e.truncated }));
    const world = new JoinWorld(pipeline('p', [rows]));
    await world.take('lefts', LEFTS);
    await world.take('rights', rightEvents(60));
    await world.end();
    expect((await world.rows('rows')).map(({ left, truncated }) => [left, truncated]).sort()).toEqual([
      [1, true],
      [2, true],
      [3, false],
      [4, false],
    ]);
  });

  test('is refused to be none', () => {
    expect(() => asOfJoin('latest', lefts, rights, { on: { key: 'key' }, maxPerKey: 0 })).toThrow(
      "join 'latest': maxPerKey is 0",
    );
  });
});
