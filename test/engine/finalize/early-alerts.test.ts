import fc from 'fast-check';
import { count, pipeline, sliding, stream, sum, Timestamp, Type, terminal, tumbling, view } from 'streamgauge';
import { MemoryAlertSink } from '../../../adapters/memory/alert-sink.ts';
import type { PublishPorts } from '../../../engine/alerts/channel-run.ts';
import { noteEarlyIncidents } from '../../../engine/finalize/early-alerts.ts';
import { publishAlerts } from '../../../engine/finalize/publish-alerts.ts';
import type { SentAlert } from '../../../engine/ports/alert-sink.ts';
import { AlertSinkError } from '../../../engine/ports/errors.ts';
import { believed } from '../../support/announced.ts';
import { Crash, CrashPoint } from '../../support/crash.ts';
import { casesOf } from '../../support/random-cases.ts';
import { SmallWorld } from '../../support/small-world.ts';

const T0 = Date.UTC(2026, 0, 1) / 1000;
const at = (seconds: number) => new Date((T0 + seconds) * 1000).toISOString();
const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer({ minimum: 0 }), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const event = (seconds: number, v: number, key = 'a') => ({ key, v, at: T0 + seconds });
const severity = {
  critical: (row: { total: { gte(n: number): never } }) => row.total.gte(100),
  otherwise: 'warning',
} as const;
const watched = view('watched', events)
  .window(tumbling('10 seconds'), { allowedLateness: '20 seconds' })
  .groupBy('key')
  .aggregate((e) => ({ total: sum(e.v), n: count() }))
  .alert('high', {
    when: (row) => row.total.gte(10),
    severity: severity as never,
    early: '1 second',
    groupAbove: 2,
    to: [terminal()],
  });

class Early {
  readonly small: SmallWorld;
  readonly sink = new MemoryAlertSink();
  isAway = false;

  constructor(exported: unknown = watched) {
    this.small = new SmallWorld(pipeline('p', [exported as never]));
  }

  get ports(): PublishPorts {
    const send = async (message: SentAlert) => {
      if (this.isAway) throw new AlertSinkError('It is away.');
      return this.sink.send(message);
    };
    return { ...this.small.stores, clock: this.small.clock, sinkOf: () => ({ send }), servedAt: null };
  }

  async look(ports: PublishPorts = this.ports): Promise<void> {
    await noteEarlyIncidents(this.small.view('watched'), 0, ports);
    await publishAlerts(this.small.plan, ports);
  }

  get told(): string[] {
    return this.sink.sent.map(
      ({ id, sequence, kind, severity: grave }) => `${id.split('/').at(-1)}.${sequence} ${kind} ${grave}`,
    );
  }

  async notes(): Promise<number> {
    const [item] = await this.small.stores.state.query({ partition: `early#${this.small.view('watched').key}` });
    return (JSON.parse(String(item?.data ?? '{"notes":[]}')) as { notes: unknown[] }).notes.length;
  }
}

test('an incident is announced while its window is open, and goes on under that id once it is final', async () => {
  const early = new Early();
  await early.small.take([event(1, 5), event(2, 6)]);
  await early.look();
  await early.look();
  expect(early.told).toEqual(['e1.1 opened warning']);
  expect(early.sink.sent[0]).toMatchObject({
    window_start: at(0),
    window_end: at(10),
    reason: 'total ≥ 10: total is 11',
  });
  await early.small.take([event(3, 200), event(11, 20), event(21, 0), event(31, 0)]);
  await early.small.finalize('watched');
  await early.look();
  expect(early.told).toEqual(['e1.1 opened warning', 'e1.2 escalated critical', 'e1.3 resolved critical']);
  expect(believed(early.sink.sent)).toEqual([
    { alert: 'high', group: '{"key":"a"}', from: at(0), to: at(20), severity: 'critical' },
  ]);
  await early.look();
  expect(await early.notes()).toBe(0);
});

test('what goes on from final windows is not announced again, and a late event moves its beginning', async () => {
  const early = new Early();
  await early.small.take([event(1, 12), event(11, 12)]);
  await early.small.finalize('watched');
  await early.look();
  expect(early.told).toEqual(['1.1 opened warning']);
  const other = new Early();
  await other.small.take([event(1, 3), event(11, 12)]);
  await other.look();
  await other.small.take([event(2, 9), event(21, 0)]);
  await other.small.finalize('watched');
  await other.look();
  expect(other.told).toEqual(['e1.1 opened warning', 'e1.2 revised warning']);
});

test('more incidents of one window than are told of one by one are left to the grouped message', async () => {
  const early = new Early();
  await early.small.take(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => event(1, 12, key)));
  await early.look();
  expect(early.told).toEqual(['e1.1 opened warning', 'e2.1 opened warning']);
  await early.small.take([event(11, 0)]);
  await early.small.finalize('watched');
  await early.look();
  expect(early.told.slice(2)).toEqual(['1.1 opened warning']);
  expect(early.sink.sent[2]?.grouped).toMatchObject({ count: 4, open: 4 });
});

test('a note that no channel had yet is sent before what comes after it', async () => {
  const early = new Early();
  early.isAway = true;
  await early.small.take([event(1, 12)]);
  await early.look();
  await early.small.take([event(2, 200), event(11, 0), event(21, 0)]);
  await early.small.finalize('watched');
  await early.look();
  expect(early.told).toEqual([]);
  early.isAway = false;
  await early.look();
  expect(early.told).toEqual(['e1.1 opened warning', 'e1.2 escalated critical', 'e1.3 resolved critical']);
});

test('a note that a finalizer did not see is taken by the next one: the incident ends under one id', async () => {
  const early = new Early();
  await early.small.take([event(1, 12)]);
  const { state } = early.small.stores;
  // The finalizer reads the notes, then the note is written, then it closes the window.
  const racing = {
    ...early.ports,
    state: new Proxy(state, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (name !== 'get') return typeof member === 'function' ? member.bind(target) : member;
        return async (key: { partition: string; sort: string }) => {
          const found = await target.get(key);
          if (key.partition.startsWith('early#')) await noteEarlyIncidents(early.small.view('watched'), 0, early.ports);
          return found;
        };
      },
    }),
  };
  await early.small.take([event(9, 0), event(11, 0)]);
  await early.small.finalize('watched', { state: racing.state });
  await early.look();
  await early.small.take([event(21, 0), event(31, 0)]);
  await early.small.finalize('watched');
  await early.look();
  expect(believed(early.sink.sent)).toEqual([
    { alert: 'high', group: '{"key":"a"}', from: at(0), to: at(10), severity: 'warning' },
  ]);
});

test('a replay announces nothing early, and nobody hears of the end of what was held back', async () => {
  const early = new Early();
  early.small.clock.advance(2 * 3_600_000);
  await early.small.take([event(1, 12)]);
  await early.look();
  await early.small.take([event(11, 0), event(21, 0)]);
  await early.small.finalize('watched');
  await early.look();
  expect(early.told).toEqual([]);
});

const sums = (sliding_: boolean) =>
  view('watched', events)
    .window(sliding_ ? sliding({ size: '20 seconds', slide: '10 seconds' }) : tumbling('10 seconds'), {
      allowedLateness: '20 seconds',
    })
    .groupBy('key')
    .aggregate((e) => ({ total: sum(e.v), n: count() }))
    .alert('high', {
      when: (row) => row.total.gte(10),
      severity: severity as never,
      early: '1 second',
      to: [terminal()],
    });
const VIEWS = [sums(false), sums(true)];
const aBatch = fc.array(
  fc.record({
    ahead: fc.integer({ min: -25, max: 12 }),
    v: fc.integer({ min: 0, max: 30 }),
    key: fc.constantFrom('a', 'b'),
  }),
  { minLength: 1, maxLength: 5 },
);
const crash = { call: fc.integer({ min: 1, max: 25 }), after: fc.boolean() };
const anAct = fc.oneof(
  { weight: 3, arbitrary: aBatch.map((batch) => ({ kind: 'take' as const, batch })) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('look' as const), ...crash }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('finalize' as const), ...crash }) },
);

test('with early alerts, late events and crashes receivers end with the incidents that there are without early ones', async () => {
  const property = fc.asyncProperty(
    fc.constantFrom(...VIEWS),
    fc.array(anAct, { maxLength: 14 }),
    async (tested, acts) => {
      const early = new Early(tested);
      const plain = new Early(tested);
      let now = 0;
      for (const act of acts) {
        if (act.kind === 'take') {
          const batch = act.batch.map(({ ahead, v, key }) => event(now + ahead, v, key));
          now = Math.max(now, ...act.batch.map(({ ahead }) => now + ahead));
          await early.small.take(batch);
          await plain.small.take(batch);
          continue;
        }
        const point = new CrashPoint(act.call, act.after ? 'after' : 'before');
        const { state, pages } = early.small.stores;
        const dying = { state: point.wrap(state), pages: point.wrap(pages) };
        const work =
          act.kind === 'look' ? early.look({ ...early.ports, ...dying }) : early.small.finalize('watched', dying);
        await work.catch((error: unknown) => {
          if (!(error instanceof Crash)) throw error;
        });
      }
      for (const one of [early, plain]) {
        await one.small.endEvents();
        for (let call = 0; call < 3; call++) await one.small.finalize('watched');
        await publishAlerts(one.small.plan, one.ports);
      }
      expect(believed(early.sink.sent)).toEqual(believed(plain.sink.sent));
    },
  );
  await fc.assert(property, { seed: 20_261_128, numRuns: casesOf(400) });
});
