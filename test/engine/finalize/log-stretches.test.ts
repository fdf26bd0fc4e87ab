import {
  asOfJoin,
  intervalJoin,
  pattern,
  pipeline,
  type Source,
  stream,
  Timestamp,
  Type,
  view,
} from '../../../engine/index.ts';
import { Random } from '../../oracle/random-events.ts';
import { JoinWorld } from '../../support/join-world.ts';

const options = {
  schema: Type.Object({ id: Type.Integer(), key: Type.Optional(Type.String()), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '30 seconds',
} as const;
const lefts = stream('lefts', options);
const rights = stream('rights', options);
const on = { key: 'key' } as const;

type Joined = Source<string, { lefts: { id: number | null }; rights: { id: number | null }; truncated: boolean }>;
const rowsOf = (name: string, joined: unknown) =>
  view(name, joined as Joined).select((e) => ({ left: e.lefts.id, right: e.rights.id, truncated: e.truncated }));
const pairs = intervalJoin('pairs', lefts, rights, {
  type: 'full',
  on,
  between: ['-5 seconds', '15 seconds'],
  maxPerKey: 9,
});
const latest = asOfJoin('latest', lefts, rights, { on, tolerance: '1 minute', maxPerKey: 9 });
const three = pattern('three', lefts, { partitionBy: 'key' })
  .begin('first', (e) => e.id.lt(10))
  .followedByAny('second', (e) => e.id.gt(30))
  .within('30 seconds')
  .select(({ first, second }) => ({ left: first.id, right: second.id }));
const matched = view('matched', three).select((e) => ({ left: e.left, right: e.right, truncated: e.truncated }));
const exported = pipeline('p', [rowsOf('pairs_rows', pairs), rowsOf('latest_rows', latest), matched]);

/** Five minutes of two sides: a hot key with many events in some panes, quiet keys, and none. */
function eventsOf(seed: number, count: number) {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, id) => {
    const isBurst = id % 120 < 40;
    const at = Date.UTC(2026, 0, 1) + Math.floor((id * 300_000) / count) + random.below(8000);
    const key = isBurst && random.below(10) < 8 ? 'hot' : ['a', 'b', 'c', undefined][random.below(4)];
    return { id: id % 50, ...(key !== undefined && { key }), at };
  });
}

async function run(seed: number, finalizesEach: number | null) {
  const world = new JoinWorld(exported);
  const [left, right] = [eventsOf(seed, 500), eventsOf(seed + 1, 500)];
  for (let from = 0; from < left.length; from += 30) {
    await world.take('lefts', left.slice(from, from + 30));
    await world.take('rights', right.slice(from, from + 30));
    if (finalizesEach !== null && (from / 30) % finalizesEach === 0) await world.finalizeAll();
  }
  await world.end();
  const rows = await Promise.all(['pairs_rows', 'latest_rows', 'matched'].map((name) => world.rows(name)));
  return rows.map((ofView) => ofView.map((row) => JSON.stringify(row)).sort());
}

test('panes that are gone through at once give the rows of panes one by one', async () => {
  const seed = 1;
  const onceBehind = await run(seed, null);
  expect(onceBehind.every((rows) => rows.length > 20)).toBe(true);
  expect(onceBehind.flat().some((row) => row.includes('"truncated":true'))).toBe(true);
  expect(onceBehind.flat().some((row) => row.includes('"truncated":false'))).toBe(true);
  expect(await run(seed, 1)).toEqual(onceBehind);
});
