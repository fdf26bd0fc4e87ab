import {
  asOfJoin,
  count,
  type Instant,
  intervalJoin,
  max,
  pipeline,
  type Source,
  session,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  union,
  view,
} from '../../engine/index.ts';
import { JOIN_TYPES } from '../../engine/ir/join-definition.ts';
import type { SeededRandom } from '../support/seeded-random.ts';

const START_S = Date.UTC(2026, 0, 1) / 1000;

const clicks = stream('clicks', {
  schema: Type.Object({
    id: Type.Integer(),
    user: Type.Optional(Type.String()),
    page: Type.Object({ path: Type.String(), ms: Type.Optional(Type.Number()) }),
    tags: Type.Optional(Type.Array(Type.Integer())),
    at: Timestamp('epoch-s'),
  }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '1 day',
});
const orders = stream('orders', {
  schema: Type.Object({
    id: Type.Integer(),
    buyer: Type.Optional(Type.String()),
    amount: Type.Optional(Type.Number()),
    at: Timestamp('epoch-s'),
  }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '1 day',
});

interface Click {
  readonly id: number;
  readonly tags: readonly number[] | null;
  readonly page: { readonly path: string; readonly ms: number | null };
}

/** A join of clicks and orders with random settings, looked at row by row, in windows, and in sessions. */
export function randomJoin({ whole, chance }: SeededRandom) {
  const on = { user: 'buyer' } as const;
  const from = whole(1200) - 600;
  const between = [`${from} seconds`, `${from + whole(900)} seconds`] as unknown as readonly ['1 minute', '1 minute'];
  const isInterval = chance(0.5);
  const type = JOIN_TYPES[whole(isInterval ? 4 : 2)] ?? 'inner';
  const joined = isInterval
    ? intervalJoin('joined', clicks, orders, { type, on, between })
    : asOfJoin('joined', clicks, orders, {
        type: type === 'left' ? 'left' : 'inner',
        on,
        allowExactMatches: chance(0.5),
        ...(chance(0.5) && { tolerance: `${whole(900)} seconds` as unknown as '1 minute' }),
      });
  // Whatever the type, either side may be null for the compiler.
  const source = joined as unknown as Source<
    'joined',
    { clicks: Click | null; orders: { id: number; amount: number | null } | null }
  >;
  const rows = view('matches', source)
    .derive((e) => ({ click: e.clicks.id, order: e.orders.id, wait: e.clicks.page.ms.add(e.orders.amount) }))
    .window(tumbling('10 minutes'))
    .groupBy('click', 'order')
    .aggregate((e) => ({ times: count(), wait: max(e.wait) }));
  const paths = view('paths', source)
    .where((e) => e.orders.amount.isNull().or(e.orders.amount.gt(3)))
    .derive((e) => ({ path: e.clicks.page.path }))
    .window(session({ gap: '5 minutes' }))
    .groupBy('path')
    .aggregate((e) => ({ matches: count(), revenue: sum(e.orders.amount) }))
    .derive((row) => ({ isBusy: row.matches.gt(3) }))
    .having((row) => row.matches.gt(1).and(row.revenue.gt(5).not().coalesce(true).or(row.isBusy)));
  const all = union<'everything', { id: number; at: Instant }>('everything', [clicks, orders] as never);
  const ids = view('ids', all)
    .where((e) => e.id.lt(30))
    .window(tumbling('10 minutes'))
    .groupBy('id')
    .aggregate((e) => ({ times: count(), latest: max(e.at) }));
  const pairs = view('pairs', source)
    .where((e) => e.clicks.id.isNull().or(e.clicks.id.lt(40)))
    .select((e) => ({
      click: e.clicks.id,
      path: e.clicks.page.path,
      amount: e.orders.amount,
      isOld: e.orders.id.gt(30),
      tags: e.clicks.tags,
      ...(type !== 'inner' && { unmatched: (type === 'right' ? e.clicks : e.orders).isNull() }),
    }));
  const hops = view('hops', source)
    .derive((e) => ({ path: e.clicks.page.path }))
    .window(tumbling('10 minutes'))
    .groupBy('path')
    .aggregate(() => ({ matches: count() }));
  const views = union<'views', { path: string | null }>('views', [pairs, hops] as never);
  const either = view('either', views)
    .derive((e) => ({ hasPath: e.path.isNull().not() }))
    .window(tumbling('20 minutes'))
    .groupBy('path', 'hasPath')
    .aggregate(() => ({ times: count() }));
  const seen = view('seen', ids)
    .where((row) => row.times.gt(1))
    .select(['id', 'times', 'latest']);
  return pipeline('joins', [rows, paths, ids, pairs, hops, either, seen]);
}

/** Lines of both streams, over an hour and a half. Several happen at one instant, and some have no key. */
export function joinLines({ whole, chance }: SeededRandom, events: number) {
  const at = () => START_S + whole(5400);
  const key = () => (chance(0.1) ? {} : { key: 'abcd'[whole(4)] as string });
  const tagsOf = () => (chance(0.3) ? { tags: [whole(3), whole(3)] } : {});
  const clickLines = Array.from({ length: events }, (_, id) => {
    const { key: user } = key();
    const ms = chance(0.2) ? null : whole(40) / 4;
    return JSON.stringify({ id, ...(user && { user }), page: { path: `/${whole(3)}`, ms }, ...tagsOf(), at: at() });
  });
  const orderLines = Array.from({ length: events }, (_, id) => {
    const { key: buyer } = key();
    return JSON.stringify({ id, ...(buyer && { buyer }), ...(chance(0.8) && { amount: whole(40) / 4 }), at: at() });
  });
  return { clicks: clickLines, orders: orderLines };
}
