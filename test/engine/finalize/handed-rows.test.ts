import {
  asOfJoin,
  calendar,
  count,
  global,
  max,
  mean,
  min,
  pipeline,
  session,
  sliding,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  union,
  view,
} from 'streamgauge';
import { finalizeView } from '../../../engine/finalize/finalizer.ts';
import { casesOf } from '../../support/random-cases.ts';
import { type SeededRandom, seededRandom } from '../../support/seeded-random.ts';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const ev = (key: string, at: number, v = 1) => ({ key, v, at });
const minute = (row: Record<string, unknown>) => Date.parse(String(row.window_start)) / 60_000;

const visits = view('visits', events)
  .window(session({ gap: '10 seconds' }), { allowedLateness: '1 minute' })
  .groupBy('key')
  .aggregate((e) => ({ n: count(), total: sum(e.v) }));
const perMinute = view('visits_1min', visits)
  .derive((row) => ({ seconds: row.last_event_time.msSince(row.first_event_time).div(1000) }))
  .window(tumbling('1 minute'))
  .aggregate((row) => ({ visits: count(), events: sum(row.n), mean_seconds: mean(row.seconds) }));

const spent = view('spent', events)
  .window(global({ emitEvery: '10 seconds' }))
  .groupBy('key')
  .aggregate((e) => ({ n: count(), total: sum(e.v) }));
const spentPerMinute = view('spent_1min', spent)
  .window(tumbling('1 minute'))
  .aggregate((row) => ({ customers: count(), total: sum(row.total), most: max(row.total), since: min(row.as_of) }));

describe('sessions as the source of a view', () => {
  test('count in the window of their last instant, the last event plus the gap', async () => {
    const world = new SmallWorld(pipeline('p', [visits, perMinute]));
    // Ends at 0:50 + 10 s, which is just not in the first minute; its last instant is.
    await world.take([ev('a', 10), ev('a', 18), ev('b', 50), ev('c', 51), ev('a', 100)]);
    await world.end();
    expect(
      (await world.rows('visits_1min')).map((row) => [minute(row), row.visits, row.events, row.mean_seconds]),
    ).toEqual([
      [0, 2, 3, 4],
      [1, 2, 2, 0],
    ]);
  });

  test('are taken once late events can reach them no more, so that nothing above them is revised', async () => {
    const world = new SmallWorld(pipeline('p', [visits, perMinute]));
    await world.take([ev('a', 0), ev('a', 15), ev('z', 65)]);
    await world.finalizeAll();
    expect(await world.rows('visits')).toHaveLength(2);
    expect(await world.rows('visits_1min')).toEqual([]);
    // Joins both.
    await world.take([ev('a', 8)]);
    await world.finalizeAll();
    expect((await world.rows('visits')).map(({ n, revision }) => [n, revision])).toEqual([[3, 2]]);
    await world.take([ev('z', 135)]);
    await world.finalizeAll();
    expect(await world.rows('visits_1min')).toMatchObject([{ visits: 1, events: 3, mean_seconds: 15, revision: 1 }]);
    await world.end();
    expect((await world.rows('visits_1min')).map((row) => [minute(row), row.visits, row.revision])).toEqual([
      [0, 1, 1],
      [1, 1, 1],
      [2, 1, 1],
    ]);
  });

  test('that having() leaves out are not handed down', async () => {
    const long = visits.having((row) => row.n.gte(2));
    const world = new SmallWorld(
      pipeline('p', [
        long,
        view('longer', long)
          .window(tumbling('1 minute'))
          .aggregate(() => ({ n: count() })),
      ]),
    );
    await world.take([ev('a', 0), ev('a', 5), ev('b', 5)]);
    await world.end();
    expect(await world.rows('longer')).toMatchObject([{ n: 1 }]);
  });

  test('can be the source of every kind of window, and of events as they are', async () => {
    const world = new SmallWorld(
      pipeline('p', [
        visits,
        view('slides', visits)
          .window(sliding({ size: '2 minutes', slide: '1 minute' }))
          .aggregate(() => ({ n: count() })),
        view('bouts', visits)
          .window(session({ gap: '30 seconds' }))
          .groupBy('key')
          .aggregate(() => ({ visits: count() })),
        view('ever', visits)
          .window(global({ emitEvery: '1 minute' }))
          .aggregate(() => ({ n: count() })),
        view('days', visits)
          .window(calendar('day', { timeZone: 'Europe/Paris' }))
          .aggregate(() => ({ n: count() })),
        view('each', visits)
          .where((row) => row.n.gt(1))
          .select(['key', 'n']),
      ]),
    );
    await world.take([ev('a', 0), ev('a', 5), ev('a', 20), ev('b', 100)]);
    await world.end();
    expect((await world.rows('slides')).map(({ n }) => n)).toEqual([2, 3, 1]);
    expect((await world.rows('bouts')).map(({ key, visits: n }) => [key, n])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect((await world.rows('ever')).map(({ n }) => n)).toEqual([3]);
    expect((await world.rows('days')).map(({ n }) => n)).toEqual([3]);
    expect((await world.rows('each')).map(({ key, n, event_time }) => [key, n, event_time])).toEqual([
      ['a', 2, '1970-01-01T00:00:14.999Z'],
    ]);
  });
});

describe('totals as the source of a view', () => {
  test('count once in each window in which they changed, as of its end, however often they were replaced', async () => {
    const world = new SmallWorld(pipeline('p', [spent, spentPerMinute]));
    for (const batch of [
      [ev('a', 1, 5)],
      [ev('a', 15, 2), ev('b', 16, 1)],
      [ev('a', 55, 3)],
      [ev('b', 65, 10)],
      [ev('c', 200, 4), ev('a', 210, 1)],
    ]) {
      await world.take(batch);
      await world.finalizeAll();
    }
    await world.end();
    expect(
      (await world.rows('spent_1min')).map((row) => [minute(row), row.customers, row.total, row.most, row.revision]),
    ).toEqual([
      [0, 2, 11, 10, 1],
      [1, 1, 11, 11, 1],
      [3, 2, 15, 11, 1],
    ]);
  });

  test("that change in long intervals count in the window of the interval's last instant", async () => {
    const slow = view('slow', events)
      .window(global({ emitEvery: '7 minutes' }))
      .groupBy('key')
      .aggregate(() => ({ n: count() }));
    const world = new SmallWorld(
      pipeline('p', [
        slow,
        view('slow_2min', slow)
          .window(tumbling('2 minutes'))
          .aggregate((row) => ({ n: sum(row.n) })),
      ]),
    );
    await world.take([ev('a', 1), ev('a', 419), ev('a', 421)]);
    await world.end();
    expect((await world.rows('slow_2min')).map((row) => [minute(row), row.n])).toEqual([
      [6, 2],
      [12, 3],
    ]);
  });

  test('of a view that is revised are taken when they change no more', async () => {
    const tens = view('tens', events)
      .window(tumbling('10 seconds'), { allowedLateness: '1 minute' })
      .groupBy('key')
      .aggregate((e) => ({ total: sum(e.v) }));
    const all = view('all', tens)
      .window(global({ emitEvery: '10 seconds' }))
      .groupBy('key')
      .aggregate((row) => ({ total: sum(row.total) }));
    const above = view('above', all)
      .window(tumbling('1 minute'))
      .aggregate((row) => ({ n: count(), total: sum(row.total) }));
    const world = new SmallWorld(pipeline('p', [tens, all, above]));
    await world.take([ev('a', 1, 1), ev('a', 31, 1), ev('a', 75, 1)]);
    await world.finalizeAll();
    expect(await world.rows('above')).toEqual([]);
    await world.take([ev('a', 32, 10), ev('b', 33, 100)]);
    await world.finalizeAll();
    await world.take([ev('z', 150, 0)]);
    await world.finalizeAll();
    expect(await world.rows('above')).toMatchObject([{ n: 2, total: 112, revision: 1 }]);
    await world.end();
    expect((await world.rows('above')).map((row) => [minute(row), row.n, row.total, row.revision])).toEqual([
      [0, 2, 112, 1],
      [1, 1, 13, 1],
      [2, 1, 0, 1],
    ]);
  });

  test('are handed down by the day of a zone, too', async () => {
    const days = view('days', spent)
      .window(calendar('day', { timeZone: 'America/New_York' }))
      .aggregate((row) => ({ total: sum(row.total) }));
    const world = new SmallWorld(pipeline('p', [spent, days]));
    const at = (text: string) => Date.parse(text) / 1000;
    // 23 hours: from 5:00 to 4:00 UTC.
    await world.take([
      ev('a', at('2019-03-10T04:59:59Z')),
      ev('a', at('2019-03-10T05:00:00Z')),
      ev('a', at('2019-03-11T03:59:59Z')),
      ev('a', at('2019-03-11T04:00:00Z')),
    ]);
    await world.end();
    expect((await world.rows('days')).map(({ window_start: start, total }) => [start, total])).toEqual([
      ['2019-03-09T05:00:00.000Z', 1],
      ['2019-03-10T05:00:00.000Z', 3],
      ['2019-03-11T04:00:00.000Z', 4],
    ]);
  });
});

/** Events in the order in which they come: late by less than what is allowed. */
function randomEvents(random: SeededRandom): { key: string; v: number; at: number }[] {
  let nowS = 1000;
  return Array.from({ length: 60 }, () => {
    nowS += random.whole(4) === 0 ? random.whole(200) : random.whole(8);
    return ev('abc'.charAt(random.whole(3)), nowS - (random.whole(4) === 0 ? random.whole(50) : 0), random.whole(9));
  });
}

const CASES = casesOf(40, 20);

test.each(Array.from({ length: CASES }, (_, seed) => seed))(
  'passes at any time that pause anywhere: seed %i',
  async (seed) => {
    const random = seededRandom(seed);
    const inOrder = view('spent', events)
      .window(global({ emitEvery: '10 seconds' }))
      .groupBy('key')
      .aggregate((e) => ({ total: sum(e.v) }));
    const above = view('spent_1min', inOrder)
      .window(tumbling('1 minute'))
      .groupBy('key')
      .aggregate((row) => ({ n: count(), total: sum(row.total) }));
    const buckets = random.chance(0.5) ? 1 : 3;
    const sessions = view('visits', events)
      .window(session({ gap: '10 seconds' }), { allowedLateness: '1 minute', buckets })
      .groupBy('key')
      .aggregate((e) => ({ n: count(), total: sum(e.v) }));
    const ofSessions = view('visits_1min', sessions)
      .window(tumbling('1 minute'))
      .groupBy('key')
      .aggregate((row) => ({ visits: count(), n: sum(row.n), total: sum(row.total) }));
    const world = new SmallWorld(pipeline('p', [sessions, ofSessions, inOrder, above]));
    const all = randomEvents(random);
    const placed: { key: string; v: number; at: number; countsAt: number }[] = [];
    let watermark = Number.NEGATIVE_INFINITY;
    for (let from = 0; from < all.length; ) {
      const batch = all.slice(from, from + 1 + random.whole(8));
      from += batch.length;
      // An event older than the watermark of its batch counts in the interval where that stands.
      for (const event of batch) placed.push({ ...event, countsAt: Math.max(event.at, watermark) });
      watermark = Math.max(watermark, ...batch.map(({ at }) => at));
      await world.take(batch);
      if (random.whole(3) > 0) continue;
      for (const { name, definition } of world.plan.views) {
        for (let bucket = 0; bucket < definition.buckets; bucket++) {
          let left = random.whole(4);
          await world.finalize(name, {}, () => left-- <= 0, bucket);
        }
      }
    }
    await world.endEvents();
    for (const { name, definition } of world.plan.views) {
      for (let bucket = 0; bucket < definition.buckets; bucket++) {
        while ((await world.finalize(name, {}, () => random.whole(2) === 0, bucket)).outcome === 'more');
      }
    }
    const stored = (name: string, column: string) =>
      world.rows(name).then((rows) => rows.map((row) => [minute(row), row.key, row[column], row.total, row.revision]));
    expect(await stored('visits_1min', 'visits')).toEqual(visitsByMinute(all));
    expect(await stored('spent_1min', 'n')).toEqual(totalsByMinute(placed));
  },
);

type Cell = readonly [minute: number, key: string, n: number, total: number, revision: 1];
const sorted = (cells: readonly Cell[]) => [...cells].sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1));

function visitsByMinute(all: readonly { key: string; v: number; at: number }[]): Cell[] {
  const cells = new Map<string, [number, string, number, number, 1]>();
  for (const key of ['a', 'b', 'c']) {
    const own = all.filter((event) => event.key === key).sort((a, b) => a.at - b.at);
    for (let from = 0; from < own.length; ) {
      let to = from + 1;
      while (to < own.length && (own[to] as { at: number }).at - (own[to - 1] as { at: number }).at <= 10) to++;
      const lastInstantMs = ((own[to - 1] as { at: number }).at + 10) * 1000 - 1;
      const at = Math.floor(lastInstantMs / 60_000);
      const cell = cells.get(`${at} ${key}`) ?? [at, key, 0, 0, 1];
      cell[2]++;
      for (const { v } of own.slice(from, to)) cell[3] += v;
      cells.set(`${at} ${key}`, cell);
      from = to;
    }
  }
  return sorted([...cells.values()]);
}

function totalsByMinute(placed: readonly { key: string; v: number; countsAt: number }[]): Cell[] {
  const minuteOf = (countsAt: number) => Math.floor((Math.floor(countsAt / 10) * 10 + 9) / 60);
  const cells = new Set(placed.map(({ key, countsAt }) => `${minuteOf(countsAt)} ${key}`));
  return sorted(
    [...cells].map((cell): Cell => {
      const [at, key] = [Number(cell.split(' ')[0]), cell.split(' ')[1] as string];
      const upTo = placed.filter((event) => event.key === key && minuteOf(event.countsAt) <= at);
      return [at, key, 1, upTo.reduce((total, { v }) => total + v, 0), 1];
    }),
  );
}

test('sessions are a side of joins and part of unions, each once', async () => {
  const others = view('others', events)
    .where((e) => e.v.gt(1))
    .window(session({ gap: '20 seconds' }))
    .groupBy('key')
    .aggregate(() => ({ n: count() }));
  const both = view('both', union('all', [visits, others]))
    .window(tumbling('10 minutes'))
    .aggregate((row) => ({ sessions: count(), events: sum(row.n) }));
  const before = view('before', asOfJoin('last_visit', events, visits, { on: { key: 'key' } }))
    .window(tumbling('10 minutes'))
    .aggregate((row) => ({ events: count(), known: count(row.visits.n), size: sum(row.visits.n) }));
  const world = new SmallWorld(pipeline('p', [visits, others, both, before]));
  await world.take([ev('a', 0), ev('a', 5, 2), ev('a', 20), ev('a', 21, 2), ev('b', 300)]);
  await world.finalizeAll();
  await world.endEvents();
  for (const { key, definition } of world.plan.finalized) {
    for (let bucket = 0; bucket < definition.buckets; bucket++) {
      const view = world.plan.finalized.find((each) => each.key === key) as (typeof world.plan.finalized)[number];
      await finalizeView(view, bucket, world.ports);
    }
  }
  // Visits of a end at 15 and 31 and that of b at 310, and its others at 41: four sessions.
  expect(await world.rows('both')).toMatchObject([{ sessions: 4, events: 2 + 2 + 1 + 2 }]);
  // At 20 and 21 a had a visit of two events behind it.
  expect(await world.rows('before')).toMatchObject([{ events: 5, known: 2, size: 4 }]);
});
