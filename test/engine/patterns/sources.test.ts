// biome-ignore-all lint/suspicious/noExplicitAny: matches and views of several types
import {
  asOfJoin,
  count,
  global,
  intervalJoin,
  pattern,
  pipeline,
  session,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  union,
  view,
} from '../../../engine/index.ts';
import { JoinWorld } from '../../support/join-world.ts';

const schema = Type.Object({ id: Type.String(), user: Type.String(), n: Type.Integer(), at: Timestamp('epoch-s') });
const streamOf = <const N extends string>(name: N) =>
  stream(name, { schema, eventTime: 'at', partitionKey: 'user', maxLateness: '10 seconds' });
const looks = streamOf('looks');
const buys = streamOf('buys');
const event = (id: string, at: number, n = 1, user = 'ann') => ({ id, user, n, at });

/** A pattern's rows as `start-end: reason`. */
async function found(world: JoinWorld): Promise<string[]> {
  const rows = await world.rows('rows');
  return rows.map(({ from, to, reason }) => `${from}-${to}: ${reason}`);
}

const rowsOf = (matches: any) =>
  view('rows', matches).select((match: any) => ({ from: match.from, to: match.to, reason: match.reason }));

describe('a pattern over rows of a view', () => {
  const perMinute = view('per_minute', looks)
    .window(tumbling('1 minute'), { allowedLateness: '2 minutes' })
    .groupBy('user')
    .aggregate((e) => ({ looks: count(), total: sum(e.n) }));
  const rising = pattern('rising', perMinute, { partitionBy: 'user' })
    .begin('low', (row) => row.total.lt(10))
    .next('higher', (row, { low }) => row.total.gt(low.total))
    .within('5 minutes')
    .select(({ low, higher }) => ({ from: low.total, to: higher.total }));
  const exported = pipeline('p', [perMinute, rowsOf(rising)]);

  test('takes each row once, as it is when it changes no more, at the last instant of its window', async () => {
    const world = new JoinWorld(exported);
    await world.take('looks', [event('a', 10, 1), event('b', 70, 5), event('c', 130, 2)]);
    await world.finalizeAll();
    // Late and allowed: the first row is 8, and the second one no longer rises above it.
    await world.take('looks', [event('late', 20, 7)]);
    await world.finalizeAll();
    await world.take('looks', [event('z', 190, 30)]);
    await world.end();
    expect(await found(world)).toEqual(['2-30: low, then higher, within 1 minute']);
    const [row] = await world.rows('rows');
    expect(row?.event_time).toBe('1970-01-01T00:03:59.999Z');
  });

  test('a row of another group is of another key', async () => {
    const world = new JoinWorld(exported);
    await world.take('looks', [event('a', 10, 1), event('b', 70, 5, 'bob'), event('c', 130, 9)]);
    await world.end();
    expect(await found(world)).toEqual(['1-9: low, then higher, within 2 minutes']);
  });
});

describe('a pattern over a join', () => {
  test('finds one joined row after another, by a field of one side', async () => {
    const led = intervalJoin('led', looks, buys, {
      type: 'inner',
      on: { user: 'user' },
      between: ['0 seconds', '10 seconds'],
    });
    const twice = pattern('twice', led, { partitionBy: 'looks.user' })
      .begin('first', (e) => e.buys.n.gte(5))
      .followedBy('second', (e, { first }) => e.buys.n.gt(first.buys.n))
      .within('1 minute')
      .select(({ first, second }) => ({ from: first.looks.id, to: second.buys.id }));
    const world = new JoinWorld(pipeline('p', [rowsOf(twice)]));
    await world.take('looks', [event('l1', 100), event('l2', 120), event('l3', 130)]);
    await world.take('buys', [event('b1', 105, 5), event('b2', 125, 4), event('b3', 135, 6)]);
    await world.end();
    expect(await found(world)).toEqual(['l1-b3: first, then second, within 30 seconds']);
  });

  test('sees what an as-of join did not find: null is less than nothing', async () => {
    const last = asOfJoin('last', buys, looks, { on: { user: 'user' } });
    const unseen = pattern('unseen', last, { partitionBy: 'buys.user' })
      .begin('blind', (e) => e.looks.isNull())
      .next('seen', (e) => e.looks.isNull().not())
      .within('1 hour')
      .select(({ blind, seen }) => ({ from: blind.buys.id, to: seen.looks.id }));
    const world = new JoinWorld(pipeline('p', [rowsOf(unseen)]));
    await world.take('buys', [event('b1', 100), event('b2', 200), event('b3', 300)]);
    await world.take('looks', [event('l1', 250)]);
    await world.end();
    expect(await found(world)).toEqual(['b2-l1: blind, then seen, within 100 seconds']);
  });
});

describe('a pattern over a union', () => {
  test('finds what happens in one stream after another, in the order of time', async () => {
    const both = union('both', [looks, buys]);
    const bought = pattern('bought', both, { partitionBy: 'user' })
      .begin('small', (e) => e.n.lt(5))
      .followedBy('large', (e) => e.n.gte(5))
      .within('1 minute')
      .select(({ small, large }) => ({ from: small.id, to: large.id }));
    const world = new JoinWorld(pipeline('p', [rowsOf(bought)]));
    await world.take('buys', [event('b1', 99, 7), event('b2', 110, 7), event('b3', 300, 7)]);
    await world.take('looks', [event('l1', 100, 1), event('l2', 200, 1)]);
    await world.end();
    expect(await found(world)).toEqual(['l1-b2: small, then large, within 10 seconds']);
  });

  test('of views takes their rows once they change no more', async () => {
    const of = (name: 'looked' | 'bought', source: typeof looks) =>
      view(name, source as never)
        .window(tumbling('1 minute'))
        .groupBy('user' as never)
        .aggregate((e: any) => ({ total: sum(e.n) }));
    const [looked, bought] = [of('looked', looks), of('bought', buys as never)];
    const both = union('both', [looked, bought] as any) as any;
    const jump = (pattern('jump', both, { partitionBy: 'user' as never }) as any)
      .begin('low', (row: any) => row.total.lt(10))
      .followedBy('high', (row: any) => row.total.gte(10))
      .within('3 minutes')
      .select(({ low, high }: any) => ({ from: low.total, to: high.total }));
    const world = new JoinWorld(pipeline('p', [looked, bought, rowsOf(jump)] as never));
    await world.take('looks', [event('a', 10, 1), event('b', 20, 2)]);
    await world.take('buys', [event('c', 70, 20)]);
    await world.end();
    expect(await found(world)).toEqual(['3-20: low, then high, within 1 minute']);
  });
});

describe('a pattern over a pattern', () => {
  test('finds one match after another: a group that repeats', async () => {
    const pair = pattern('pair', looks, { partitionBy: 'user' })
      .begin('one', (e) => e.n.eq(1))
      .followedBy('two', (e) => e.n.eq(2))
      .within('1 minute')
      .select(({ one, two }) => ({ from: one.id, to: two.id }));
    const twice = pattern('pairs', pair, { partitionBy: 'user' })
      .begin('first')
      .next('second')
      .within('5 minutes')
      .select(({ first, second }) => ({ from: first.from, to: second.to }));
    const world = new JoinWorld(pipeline('p', [rowsOf(twice)]));
    await world.take('looks', [
      event('a', 1, 1),
      event('b', 2, 2),
      event('c', 3, 1),
      event('d', 4, 2),
      event('e', 5, 2),
    ]);
    await world.end();
    expect(await found(world)).toEqual(['a-d: first, then second, within 2 seconds']);
  });
});

describe('what is no source of a pattern is refused at load', () => {
  const sessions = view('sessions', looks)
    .window(session({ gap: '1 minute' }))
    .groupBy('user')
    .aggregate(() => ({ looks: count() }));
  const totals = view('totals', looks)
    .window(global({ emitEvery: '1 minute' }))
    .groupBy('user')
    .aggregate(() => ({ looks: count() }));

  test('totals, for they are replaced', () => {
    expect(() => pattern('p', totals, { partitionBy: 'user' })).toThrow(
      "pattern 'p': its source is view 'totals' with global windows, and its rows are replaced as events come.",
    );
  });

  test('but sessions are taken', () => {
    expect(() => pattern('p', sessions, { partitionBy: 'user' })).not.toThrow();
  });

  test('a key that the source has not', () => {
    const both = union('both', [looks, buys]);
    expect(() => pattern('p', both, { partitionBy: 'card' as never })).toThrow("partitionBy names 'card'");
  });
});
