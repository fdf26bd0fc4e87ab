import { count, max, pattern, type RowOf, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { same } from './equal.ts';

// What patterns infer, and what they refuse. None of this runs.

const events = stream('events', {
  schema: Type.Object({
    user: Type.Optional(Type.String()),
    page: Type.String(),
    amount: Type.Number(),
    device: Type.Object({ os: Type.String() }),
    at: Timestamp('iso8601'),
  }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '1 minute',
});
const start = pattern('p', events, { partitionBy: 'user' });

const built = start
  .begin('looks', (e, { looks }) => e.amount.gt(looks.previous.amount).or(looks.count().eq(0)))
  .times(3)
  .followedBy('click', (e, { looks }) => e.page.eq(looks.first.page))
  .optional()
  .next('buy', (e, { looks, click }) => e.amount.gt(looks.sum((look) => look.amount)).and(e.page.eq(click.page)))
  .notFollowedBy('again', (e, { buy }) => e.page.eq(buy.page))
  .within('5 minutes')
  .skip({ toLast: 'buy' });
const matches = built.select(({ looks, click, buy }) => ({
  page: buy.page,
  os: looks.last.device.os,
  clicked: click.page,
  mean: looks.mean((look) => look.amount),
  total: looks.sum((look) => look.amount),
}));
const rows = view('rows', matches)
  .window(tumbling('1 hour'))
  .groupBy('user', 'page', 'os', 'clicked')
  .aggregate((match) => ({ n: count(), mean: max(match.mean), total: max(match.total), took: max(match.duration_ms) }));
type Rows = RowOf<typeof rows>;
same<
  Pick<Rows, 'user' | 'page' | 'os' | 'clicked'>,
  { user: string; page: string; os: string; clicked: string | null }
>(true);
same<Pick<Rows, 'n' | 'mean' | 'total' | 'took'>, { n: number; mean: number | null; total: number; took: number }>(
  true,
);

const timeouts = view(
  'timeouts',
  built.selectTimeouts(({ buy }) => ({ bought: buy.page })),
)
  .window(tumbling('1 hour'))
  .groupBy('bought', 'reason')
  .aggregate(() => ({ n: count() }));
same<Pick<RowOf<typeof timeouts>, 'bought' | 'reason'>, { bought: string | null; reason: string }>(true);

const text = start
  .sequence('a{2,} -> !b => c?', {
    a: (e, { a }) => e.amount.gt(a.previous.amount),
    b: (e) => e.amount.gt(1),
    c: (e, { a }) => e.amount.gt(a.first.amount),
  })
  .within('1 minute')
  .select(({ a, c }) => ({ n: a.count(), page: c.page }));
const ofText = view('of_text', text)
  .window(tumbling('1 hour'))
  .groupBy('page')
  .aggregate((match) => ({ n: max(match.n) }));
same<Pick<RowOf<typeof ofText>, 'n' | 'page'>, { n: number; page: string | null }>(true);

const nested = view(
  'nested',
  pattern('n', events, { partitionBy: ['device.os', 'page'] })
    .begin('a')
    .select(),
)
  .window(tumbling('1 hour'))
  .groupBy('os', 'page')
  .aggregate(() => ({ n: count() }));
same<Pick<RowOf<typeof nested>, 'os' | 'page'>, { os: string; page: string }>(true);

// @ts-expect-error there is no such field
pattern('p', events, { partitionBy: 'usr' });
// @ts-expect-error an object is no key
pattern('p', events, { partitionBy: 'device' });
// @ts-expect-error the step is already used
start.begin('a').next('a');
// @ts-expect-error there is no such step yet
start.begin('a').next('b', (e, { c }) => e.amount.gt(c.amount));
// @ts-expect-error a step of one event has its fields, and no first one
start.begin('a').next('b', (e, { a }) => e.amount.gt(a.first.amount));
// @ts-expect-error the event at hand is the last of its own step
start.begin('a', (e, { a }) => e.amount.gt(a.last.amount));
const twice = start.begin('a').times(2);
// @ts-expect-error a text is no number
twice.next('b', (e, { a }) => e.amount.gt(a.sum((x) => x.page)));
// @ts-expect-error a number is no condition
start.begin('a', (e) => e.amount);
// @ts-expect-error no duration
start.begin('a').within('5 min');
// @ts-expect-error there is no such step
start.begin('a').next('b').skip({ toFirst: 'c' });
// @ts-expect-error every match has such a column
start.begin('a').select(({ a }) => ({ reason: a.page }));
// @ts-expect-error the key is a column already
start.begin('a').select(({ a }) => ({ user: a.page }));
// @ts-expect-error a step of the text has no condition
start.sequence('a -> b', { a: (e) => e.amount.gt(1) });
// @ts-expect-error a pattern that is not complete is no source
view('v', start.begin('a'));
