import {
  count,
  pipeline,
  session,
  sliding,
  stream,
  Timestamp,
  Type,
  tumbling,
  view,
  windowJoin,
} from '../../../engine/index.ts';
import { JoinWorld } from '../../support/join-world.ts';

const requests = stream('requests', {
  schema: Type.Object({ host: Type.String(), status: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'host',
  maxLateness: '0 seconds',
});
const options = { allowedLateness: '1 minute' } as const;
const all = view('all_requests', requests)
  .window(tumbling('1 minute'), options)
  .groupBy('host')
  .aggregate(() => ({ requests: count() }));
const errors = view('errors', requests)
  .where((e) => e.status.gte(500))
  .window(tumbling('1 minute'), options)
  .groupBy('host')
  .aggregate(() => ({ errors: count() }));
const shares = view('shares', windowJoin('both', all, errors, { type: 'left', on: { host: 'host' } }))
  .derive((e) => ({ host: e.all_requests.host, requests: e.all_requests.requests, failed: e.errors.errors }))
  .window(tumbling('1 minute'))
  .groupBy('host', 'requests', 'failed')
  .aggregate(() => ({ rows: count() }));

test('rows of one window and key are joined, as they are once they change no more', async () => {
  const world = new JoinWorld(pipeline('p', [all, errors, shares]));
  const events = [
    { host: 'a', status: 200, at: 1 },
    { host: 'a', status: 500, at: 2 },
    { host: 'b', status: 200, at: 3 },
    { host: 'a', status: 200, at: 65 },
    // Late, and within what is allowed.
    { host: 'b', status: 503, at: 4 },
    { host: 'z', status: 200, at: 400 },
  ];
  for (const event of events) {
    await world.take('requests', [event]);
    await world.finalizeAll();
  }
  await world.end();
  const rows = await world.rows('shares');
  expect(rows.map(({ window_start, host, requests: n, failed: bad }) => [window_start, host, n, bad])).toEqual([
    ['1970-01-01T00:00:00.000Z', 'a', 2, 1],
    ['1970-01-01T00:00:00.000Z', 'b', 2, 1],
    ['1970-01-01T00:01:00.000Z', 'a', 1, null],
    ['1970-01-01T00:06:00.000Z', 'z', 1, null],
  ]);
});

test('views of other windows, and streams, are refused', () => {
  const other = view('other', requests)
    .window(sliding({ size: '1 minute', slide: '30 seconds' }))
    .groupBy('host')
    .aggregate(() => ({ errors: count() }));
  const join = (right: unknown) => () =>
    windowJoin('both', all, right as typeof other, { type: 'inner', on: { host: 'host' } });
  expect(join(other)).toThrow('the windows of the two views are not the same');
  expect(join(requests)).toThrow("'requests' is no view, and has no windows");
  const visits = (name: string) =>
    view(name, requests)
      .window(session({ gap: '1 minute' }))
      .groupBy('host')
      .aggregate(() => ({ n: count() }));
  const ofSessions = () =>
    windowJoin('both', visits('visits'), visits('others'), { type: 'inner', on: { host: 'host' } });
  expect(ofSessions).toThrow("'visits' has session windows, and each group makes its own");
});
