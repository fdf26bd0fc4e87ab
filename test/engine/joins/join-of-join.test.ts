import {
  asOfJoin,
  count,
  intervalJoin,
  pipeline,
  stream,
  Timestamp,
  Type,
  tumbling,
  view,
} from '../../../engine/index.ts';
import { JoinWorld } from '../../support/join-world.ts';

const streamOf = <const N extends string>(name: N) =>
  stream(name, {
    schema: Type.Object({ user: Type.String(), at: Timestamp('epoch-s') }),
    eventTime: 'at',
    partitionKey: 'user',
    maxLateness: '0 seconds',
  });
const [views, clicks, orders] = [streamOf('views'), streamOf('clicks'), streamOf('orders')];
const clicked = asOfJoin('clicked', clicks, views, { type: 'inner', on: { user: 'user' } });
const users = view('clicked_users', clicked)
  .derive((e) => ({ user: e.clicks.user }))
  .window(tumbling('1 minute'))
  .groupBy('user')
  .aggregate(() => ({ times: count() }));
const bought = view(
  'bought',
  intervalJoin('led_to', users, orders, { type: 'inner', on: { user: 'user' }, between: ['0 minutes', '2 minutes'] }),
)
  .derive((e) => ({ user: e.orders.user }))
  .window(tumbling('1 minute'))
  .groupBy('user')
  .aggregate(() => ({ orders: count() }));

test('a join goes on as soon as the join below it has made its rows, whatever that carries', async () => {
  const world = new JoinWorld(pipeline('p', [users, bought]));
  // Of many keys the first join carries a row: moving its cutoff costs more than a few panes that are gone through again.
  await world.take(
    'views',
    Array.from({ length: 500 }, (_, index) => ({ user: `u${index}`, at: 10 })),
  );
  for (const at of [15, 405]) {
    await world.take('views', [{ user: 'u7', at: at - 1 }]);
    await world.take('clicks', [{ user: 'u7', at }]);
    await world.take('orders', [{ user: 'u7', at: at + 80 }]);
    await world.finalizeAll();
  }
  for (const name of ['views', 'clicks', 'orders']) await world.take(name, [{ user: 'z', at: 1000 }]);
  await world.finalizeAll();
  expect(await world.rows('bought')).toMatchObject([
    { user: 'u7', window_start: '1970-01-01T00:00:00.000Z', orders: 1 },
    { user: 'u7', window_start: '1970-01-01T00:06:00.000Z', orders: 1 },
  ]);
});
