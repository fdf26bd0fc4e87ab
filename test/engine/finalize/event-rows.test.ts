import {
  count,
  intervalJoin,
  pipeline,
  stream,
  sum,
  Timestamp,
  Type,
  terminal,
  tumbling,
  union,
  view,
} from '../../../engine/index.ts';
import { compareText } from '../../../engine/text/compare-text.ts';
import { JoinWorld } from '../../support/join-world.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const orders = stream('orders', {
  schema: Type.Object({
    user: Type.String(),
    amount: Type.Optional(Type.Number()),
    tags: Type.Optional(Type.Array(Type.String())),
    at: Timestamp('epoch-s'),
  }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '30 seconds',
});

interface Order {
  readonly user: string;
  readonly amount?: number;
  readonly tags?: readonly string[];
  readonly at: number;
}

const large = view('large', orders)
  .where((e) => e.amount.gt(10))
  .derive((e) => ({ twice: e.amount.mul(2) }))
  .select(['user', 'twice', 'tags']);

async function run(exported: unknown, batches: readonly (readonly Order[])[], shards = 1): Promise<JoinWorld> {
  const world = new JoinWorld(exported, shards);
  for (const [index, batch] of batches.entries()) {
    await world.take('orders', batch, index % shards);
    await world.finalizeAll();
  }
  await world.end();
  return world;
}

const order = (user: string, amount: number, at: number): Order => ({ user, amount, at });

describe('a view of events as they are', () => {
  test('has a row for each event that passes, at its own time, with the columns that it selects', async () => {
    const world = await run(pipeline('p', [large]), [
      [order('ann', 20, 100), order('bob', 5, 101), { ...order('cid', 11, 99), tags: ['new', 'eu'] }],
    ]);
    expect(await world.rows('large')).toEqual([
      {
        event_time: '1970-01-01T00:01:39.000Z',
        row_id: expect.any(String),
        user: 'cid',
        twice: 22,
        tags: ['new', 'eu'],
      },
      { event_time: '1970-01-01T00:01:40.000Z', row_id: expect.any(String), user: 'ann', twice: 40, tags: null },
    ]);
  });

  test('keeps events of equal content apart, and gives the same rows for any batches and shards', async () => {
    const random = seededRandom(5);
    const events = Array.from({ length: 60 }, (): Order => {
      return order(random.chance(0.5) ? 'ann' : 'bob', random.chance(0.5) ? 20 : 30, 100 + random.whole(10));
    });
    const exported = pipeline('p', [large]);
    const rowsOf = async (batches: readonly (readonly Order[])[], shards: number) => {
      const rows = await (await run(exported, batches, shards)).rows('large');
      return rows.map((row) => JSON.stringify(row)).sort(compareText);
    };
    const expected = await rowsOf([events], 1);
    expect(expected).toHaveLength(60);
    expect(new Set(expected).size).toBe(60);
    const inThrees = Array.from({ length: 20 }, (_, i) => events.slice(3 * i, 3 * i + 3));
    expect(await rowsOf(inThrees, 1)).toEqual(expected);
    expect(await rowsOf([...inThrees].reverse(), 3)).toEqual(expected);
  });

  test('is divided by content into buckets, with the same rows', async () => {
    const divided = view('large', orders).select(['user', 'amount'], { buckets: 4 });
    const whole = view('large', orders).select(['user', 'amount']);
    const events = Array.from({ length: 30 }, (_, i) => order(`u${i % 7}`, i % 3, 100 + (i % 5)));
    const [one, four] = await Promise.all(
      [whole, divided].map(async (each) => (await run(pipeline('p', [each]), [events])).rows('large')),
    );
    const texts = (rows: readonly object[] | undefined) => (rows ?? []).map((row) => JSON.stringify(row)).sort();
    expect(texts(four)).toEqual(texts(one));
    expect(four).toHaveLength(30);
  });

  test('writes a row once the watermark has passed its pane, and takes what comes later as late', async () => {
    const world = new JoinWorld(pipeline('p', [large]));
    await world.take('orders', [order('ann', 20, 100)]);
    await world.take('orders', [order('bob', 20, 139)]);
    await world.finalizeAll();
    expect(await world.rows('large')).toEqual([]);
    await world.take('orders', [order('bob', 20, 140)]);
    await world.finalizeAll();
    expect(await world.rows('large')).toMatchObject([{ user: 'ann' }]);
    await world.take('orders', [order('late', 20, 109)]);
    await world.end();
    expect(await world.counters('orders')).toMatchObject({ accepted: 3, late: 1 });
  });

  test('adds the rows of late events that it allows, and changes none', async () => {
    const lenient = view('large', orders).select(['user'], { allowedLateness: '1 minute' });
    const late = order('ann', 20, 100);
    const world = new JoinWorld(pipeline('p', [lenient]));
    await world.take('orders', [order('ann', 20, 100), order('bob', 20, 101)]);
    await world.take('orders', [order('cid', 20, 150)]);
    await world.finalizeAll();
    const before = await world.rows('large');
    expect(before).toMatchObject([{ user: 'ann' }, { user: 'bob' }]);
    await world.take('orders', [late]);
    await world.finalizeAll();
    const after = await world.rows('large');
    expect(after).toHaveLength(3);
    expect(after).toEqual(expect.arrayContaining(before));
    await world.take('orders', [order('dan', 20, 59), order('eve', 20, 61)]);
    await world.end();
    expect((await world.rows('large')).map(({ user }) => user).sort()).toEqual(['ann', 'ann', 'bob', 'cid', 'eve']);
  });

  test('is the source of other views, which take each row at its own time', async () => {
    const totals = view('totals', large)
      .window(tumbling('1 minute'))
      .groupBy('user')
      .aggregate((e) => ({ orders: count(), twice: sum(e.twice) }));
    const again = view('again', large)
      .where((e) => e.twice.gt(50))
      .select((e) => ({ who: e.user, when: e.event_time }));
    const world = await run(pipeline('p', [large, totals, again]), [
      [order('ann', 20, 100), order('ann', 20, 100), order('ann', 30, 130)],
    ]);
    expect(await world.rows('totals')).toMatchObject([
      { window_start: '1970-01-01T00:01:00.000Z', user: 'ann', orders: 2, twice: 80 },
      { window_start: '1970-01-01T00:02:00.000Z', user: 'ann', orders: 1, twice: 60 },
    ]);
    expect(await world.rows('again')).toMatchObject([{ who: 'ann', when: '1970-01-01T00:02:10.000Z' }]);
  });

  test("takes another view's rows when they change no more", async () => {
    const minutes = view('minutes', orders)
      .window(tumbling('1 minute'), { allowedLateness: '1 minute' })
      .groupBy('user')
      .aggregate(() => ({ orders: count() }));
    const busy = view('busy', minutes)
      .where((row) => row.orders.gt(1))
      .select(['user', 'orders']);
    const world = new JoinWorld(pipeline('p', [minutes, busy]));
    await world.take('orders', [order('ann', 1, 70), order('bob', 1, 160)]);
    await world.finalizeAll();
    expect(await world.rows('minutes')).toMatchObject([{ user: 'ann', orders: 1 }]);
    await world.take('orders', [order('ann', 1, 80)]);
    await world.finalizeAll();
    expect(await world.rows('minutes')).toMatchObject([{ user: 'ann', orders: 2 }]);
    expect(await world.rows('busy')).toEqual([]);
    await world.end();
    expect(await world.rows('busy')).toMatchObject([
      { event_time: '1970-01-01T00:01:59.999Z', user: 'ann', orders: 2 },
    ]);
  });

  test('cuts what it hands down, however many events are of one pane', async () => {
    const note = 'x'.repeat(400);
    const events = Array.from({ length: 1000 }, (_, i) => order(`${note}${i % 9}`, 20, 100));
    const totals = view('totals', large)
      .window(tumbling('1 minute'))
      .aggregate(() => ({ orders: count() }));
    const again = view('again', large).select(['user']);
    const world = await run(pipeline('p', [large, totals, again]), [events.slice(0, 500), events.slice(500)]);
    expect(await world.rows('totals')).toMatchObject([{ orders: 1000 }]);
    expect(await world.rows('again')).toHaveLength(1000);
  });
});

describe('rows of a join', () => {
  const refunds = stream('refunds', {
    schema: Type.Object({ buyer: Type.String(), why: Type.Optional(Type.String()), at: Timestamp('epoch-s') }),
    eventTime: 'at',
    partitionKey: 'buyer',
    maxLateness: '30 seconds',
  });
  const refunded = intervalJoin('refunded', orders, refunds, {
    type: 'left',
    on: { user: 'buyer' },
    between: ['0 seconds', '1 minute'],
  });

  test('say whether they have the other side, whatever is null in it, and keep lists', async () => {
    const rows = view('rows', refunded).select((e) => ({
      user: e.orders.user,
      tags: e.orders.tags,
      kept: e.refunds.isNull(),
      why: e.refunds.why,
    }));
    const world = new JoinWorld(pipeline('p', [rows]));
    await world.take('orders', [{ ...order('ann', 1, 100), tags: ['a', 'b'] }, order('bob', 1, 100)]);
    await world.take('refunds', [{ buyer: 'ann', at: 130 }]);
    await world.end();
    expect((await world.rows('rows')).sort((a, b) => compareText(String(a.user), String(b.user)))).toMatchObject([
      { user: 'ann', tags: ['a', 'b'], kept: false, why: null },
      { user: 'bob', tags: null, kept: true, why: null },
    ]);
  });

  test('refuse to be asked for a side that is always there', () => {
    const untyped = (e: unknown) => ({ kept: (e as { orders: { isNull(): never } }).orders.isNull() });
    expect(() => view('rows', refunded).select(untyped)).toThrow("isNull() does not look at 'orders'");
  });
});

describe('a union of views', () => {
  const minutes = (name: 'first' | 'second', above: number) =>
    view(name, orders)
      .where((e) => e.amount.gt(above))
      .window(tumbling('1 minute'), { allowedLateness: '30 seconds' })
      .groupBy('user')
      .aggregate((e) => ({ total: sum(e.amount) }));
  const [first, second] = [minutes('first', 0), minutes('second', 10)];
  const both = union<'both', { user: string; total: number | null }>('both', [first, second]);

  test('gives the rows of all when they change no more', async () => {
    const rows = view('rows', both).select(['user', 'total']);
    const hours = view('hours', both)
      .window(tumbling('1 hour'))
      .groupBy('user')
      .aggregate((e) => ({ n: count(), total: sum(e.total) }));
    const world = await run(pipeline('p', [first, second, rows, hours]), [
      [order('ann', 5, 70), order('ann', 20, 75)],
      [order('ann', 7, 130)],
    ]);
    const found = (await world.rows('rows')).map(({ user, total }) => [user, total]);
    expect(found.sort()).toEqual([
      ['ann', 20],
      ['ann', 25],
      ['ann', 7],
    ]);
    expect(await world.rows('hours')).toMatchObject([{ user: 'ann', n: 3, total: 52 }]);
  });

  test('goes together with streams', async () => {
    const mixed = union<'mixed', { user: string }>('mixed', [orders, first]);
    const hours = view('hours', mixed)
      .window(tumbling('1 hour'))
      .groupBy('user')
      .aggregate(() => ({ n: count() }));
    const world = await run(pipeline('p', [first, hours]), [[order('ann', 5, 70), order('ann', 20, 75)]]);
    expect(await world.rows('hours')).toMatchObject([{ user: 'ann', n: 3 }]);
  });
});

describe('select()', () => {
  test('has no alerts of its own', () => {
    expect(() => large.alert('any', { when: (row) => row.twice.gt(1), severity: 'info', to: [terminal()] })).toThrow(
      'this view has a row for each event. Count its rows',
    );
  });

  test.each([
    ['groups', () => view('v', orders).groupBy('user'), ['user'], 'Leave groupBy() out'],
    ['no columns', () => view('v', orders), [], 'selects no columns'],
    ['a field that is not there', () => view('v', orders), ['usr'], "no field 'usr'"],
    ['a field twice', () => view('v', orders), ['user', 'user'], 'named twice'],
    ["a row's own column", () => view('v', orders), () => ({ row_id: 1 }), "'row_id' is already a column"],
  ])('refuses %s', (_, draft, columns, message) => {
    expect(() => (draft() as { select(given: unknown): void }).select(columns)).toThrow(message);
  });
});
