import { count, pipeline, stream, sum, Timestamp, Type, terminal, tumbling, view } from 'streamgauge';
import type { AlertSink, SentAlert } from '../../engine/ports/alert-sink.ts';
import { AlertSinkError } from '../../engine/ports/errors.ts';
import { LocalAlertPublisher } from '../../runtime/alert-publisher.ts';
import { SmallWorld } from '../support/small-world.ts';

const T0 = Date.UTC(2026, 0, 1) / 1000;
const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const watched = view('watched', events)
  .window(tumbling('10 seconds'))
  .groupBy('key')
  .aggregate((e) => ({ total: sum(e.v) }))
  .alert('high', { when: (row) => row.total.gte(10), severity: 'warning', to: [terminal()] });

async function alerted() {
  const small = new SmallWorld(pipeline('p', [watched]));
  await small.take([
    { key: 'a', v: 12, at: T0 },
    { key: 'a', v: 0, at: T0 + 10 },
  ]);
  await small.finalize('watched');
  const sent: SentAlert[] = [];
  const failures: string[] = [];
  const opened = (sink: AlertSink) =>
    new LocalAlertPublisher(
      small.plan,
      { ...small.stores, clock: small.clock, sinkOf: () => sink, servedAt: null },
      ({ message }) => failures.push(message),
    );
  return { small, sent, failures, opened };
}

test('a receiver that is slow holds nobody up, and the end of the process waits for it', async () => {
  const { sent, opened } = await alerted();
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const publisher = opened({
    send: async (message) => {
      await arrived;
      sent.push(message);
      return 'sent';
    },
  });
  publisher.begin();
  publisher.begin();
  expect(sent).toEqual([]);
  const end = publisher.end();
  arrive();
  await end;
  expect(sent).toHaveLength(1);
});

test('a receiver that is away is tried again after a minute, and what it missed is sent', async () => {
  const { small, sent, failures, opened } = await alerted();
  let isAway = true;
  let tries = 0;
  const publisher = opened({
    send: async (message) => {
      tries++;
      if (isAway) throw new AlertSinkError('It is away.');
      sent.push(message);
      return 'sent';
    },
  });
  const round = async () => {
    publisher.begin();
    await new Promise(setImmediate);
  };
  for (let i = 0; i < 5; i++) await round();
  expect({ tries, failures }).toEqual({ tries: 1, failures: ['It is away.'] });
  isAway = false;
  small.clock.advance(60_000);
  for (let i = 0; i < 5; i++) await round();
  expect(sent).toHaveLength(1);
});

test('any other error comes out of the next call', async () => {
  const { opened } = await alerted();
  const publisher = opened({
    send: async () => {
      throw new Error('A bug.');
    },
  });
  publisher.begin();
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
  expect(() => publisher.begin()).toThrow('A bug.');
});

test('early alerts are told at their interval, while the window is open, and looks end with the events', async () => {
  const early = view('early', events)
    .window(tumbling('1 hour'))
    .groupBy('key')
    .aggregate(() => ({ n: count() }))
    .alert('many', { when: (row) => row.n.gte(2), severity: 'warning', early: '10 seconds', to: [terminal()] });
  const small = new SmallWorld(pipeline('p', [early]));
  const sent: SentAlert[] = [];
  const sink: AlertSink = {
    send: async (message) => {
      sent.push(message);
      return 'sent';
    },
  };
  const publisher = new LocalAlertPublisher(
    small.plan,
    { ...small.stores, clock: small.clock, sinkOf: () => sink, servedAt: null },
    () => {},
  );
  const after = async (ms: number) => {
    small.clock.advance(ms);
    publisher.begin();
    await publisher.end();
    return sent.length;
  };
  await small.take([
    { key: 'a', v: 1, at: T0 },
    { key: 'a', v: 1, at: T0 + 1 },
  ]);
  expect([await after(9999), await after(1)]).toEqual([0, 1]);
  await after(10_000);
  const send = jest.spyOn(small.stores.looks, 'send');
  for (let minute = 0; minute < 3; minute++) await after(60_000);
  expect([sent.length, send.mock.calls.length]).toEqual([1, 0]);
});

test('a message that is lost is sent again within the next minutes', async () => {
  const early = view('early', events)
    .window(tumbling('1 hour'))
    .aggregate(() => ({ n: count() }))
    .alert('many', { when: (row) => row.n.gte(1), severity: 'warning', early: '10 seconds', to: [terminal()] });
  const small = new SmallWorld(pipeline('p', [early]));
  const sent: SentAlert[] = [];
  const publisher = new LocalAlertPublisher(
    small.plan,
    {
      ...small.stores,
      clock: small.clock,
      sinkOf: () => ({
        send: async (message) => {
          sent.push(message);
          return 'sent';
        },
      }),
      servedAt: null,
    },
    () => {},
  );
  await small.take([{ key: 'a', v: 1, at: T0 }]);
  small.clock.advance(60_000);
  await small.stores.looks.remove((await small.stores.looks.due(10)).map(({ id }) => id));
  for (let minute = 0; minute < 2; minute++) {
    small.clock.advance(60_000);
    publisher.begin();
    await publisher.end();
  }
  expect(sent.map(({ kind }) => kind)).toEqual(['opened']);
});
