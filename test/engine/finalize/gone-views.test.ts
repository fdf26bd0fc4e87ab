import {
  type Channel,
  type Condition,
  count,
  file,
  pipeline,
  stream,
  sum,
  Timestamp,
  Type,
  terminal,
  tumbling,
  type View,
  view,
} from 'streamgauge';
import { MemoryAlertSink } from '../../../adapters/memory/alert-sink.ts';
import { loadKnownViews } from '../../../engine/alerts/alerted-views.ts';
import type { PublishPorts } from '../../../engine/alerts/channel-run.ts';
import { noteEarlyIncidents } from '../../../engine/finalize/early-alerts.ts';
import { publishAlerts } from '../../../engine/finalize/publish-alerts.ts';
import type { ChannelDefinition } from '../../../engine/ir/alert.ts';
import type { AlertSink, SentAlert } from '../../../engine/ports/alert-sink.ts';
import { AlertSinkError } from '../../../engine/ports/errors.ts';
import { loadProgress } from '../../../engine/state/progress.ts';
import { believed } from '../../support/announced.ts';
import { Crash, CrashPoint } from '../../support/crash.ts';
import { SmallWorld } from '../../support/small-world.ts';

const T0 = Date.UTC(2026, 0, 1) / 1000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const event = (seconds: number, v: number, key = 'a') => ({ key, v, at: T0 + seconds });

interface Settings {
  readonly to?: readonly Channel[];
  readonly cooldown?: '10 seconds';
  readonly groupAbove?: number;
  readonly buckets?: number;
}
const alertOn = (row: { total: { gte(n: number): Condition } }) => row.total.gte(10);
const settings = ({ buckets: _, to = [terminal()], ...rest }: Settings) =>
  ({ when: alertOn, severity: 'warning', maxAge: '1 day', to: [...to], ...rest }) as const;

/** Two definitions of one view: their keys differ. */
const first = (given: Settings = {}) =>
  view('watched', events)
    .window(tumbling('10 seconds'), { buckets: given.buckets ?? 1 })
    .groupBy('key')
    .aggregate((e) => ({ total: sum(e.v) }))
    .alert('high', settings(given));
const second = (given: Settings = {}) =>
  view('watched', events)
    .window(tumbling('10 seconds'), { buckets: given.buckets ?? 1 })
    .groupBy('key')
    .aggregate((e) => ({ total: sum(e.v), events: count() }))
    .alert('high', settings(given));
const other = view('other', events)
  .window(tumbling('10 seconds'))
  .aggregate((e) => ({ total: sum(e.v) }));

/** A pipeline, and the receivers of its messages, through deployments. */
class Deployed {
  world: SmallWorld;
  readonly terminal = new MemoryAlertSink();
  readonly file = new MemoryAlertSink();
  sinks: Partial<Record<ChannelDefinition['kind'], AlertSink>> = { terminal: this.terminal, file: this.file };

  constructor(...views: View[]) {
    this.world = new SmallWorld(pipeline('p', views));
  }

  deploy(...views: View[]): void {
    this.world = new SmallWorld(pipeline('p', views), this.world);
  }

  /** Takes events in, and finalizes all buckets. */
  async take(...batch: readonly object[]): Promise<void> {
    await this.world.take(batch);
    await this.finalize();
  }

  async finalize(): Promise<void> {
    for (const { name, definition } of this.world.plan.views) {
      for (let bucket = 0; bucket < definition.buckets; bucket++) {
        await this.world.finalize(name, {}, undefined, bucket);
      }
    }
  }

  get ports(): PublishPorts {
    const { state, pages, pause } = this.world.stores;
    const sinkOf = ({ kind }: ChannelDefinition) => this.sinks[kind] ?? null;
    return { state, pages, pause, clock: this.world.clock, sinkOf, servedAt: null };
  }

  publish(ports: Partial<PublishPorts> = {}) {
    return publishAlerts(this.world.plan, { ...this.ports, ...ports });
  }

  /** What the terminal was told, with the groups' names. */
  get told(): readonly string[] {
    return this.terminal.sent.map(brief);
  }
}

const brief = ({ id, sequence, kind, group }: SentAlert) =>
  `${group?.key ?? 'all'} ${id.slice(id.lastIndexOf('/') + 1)}.${sequence} ${kind}`;

/** Group `a` is over the limit, was announced to be, and the view has another definition now. */
async function changedWhileOn(given: Settings = {}, next = given): Promise<Deployed> {
  const all = new Deployed(first(given));
  await all.take(event(1, 12), event(11, 12), event(12, 1, 'b'));
  await all.publish();
  expect(all.told).toEqual(['a 1.1 opened']);
  all.deploy(second(next));
  return all;
}

describe('a view whose key leaves while an incident is on', () => {
  test('has it superseded, and the incident goes on under its id in the next key', async () => {
    const all = await changedWhileOn();
    const { id } = all.terminal.sent[0] as SentAlert;
    await all.world.take([event(21, 12)]);
    await all.publish();
    expect(all.told).toEqual(['a 1.1 opened', 'a 1.2 superseded']);
    await all.take(event(31, 12), event(41, 0));
    await all.publish();
    await all.take(event(51, 0));
    await all.publish();
    expect(all.told).toEqual(['a 1.1 opened', 'a 1.2 superseded', 'a 1.3 reopened', 'a 1.4 resolved']);
    expect(new Set(all.terminal.sent.map((message) => message.id))).toEqual(new Set([id]));
    expect(believed(all.terminal.sent)).toHaveLength(1);
  });

  test('is told of once, however often anybody looks', async () => {
    const all = await changedWhileOn();
    await all.world.take([event(21, 0)]);
    for (let look = 0; look < 3; look++) await all.publish();
    expect(all.told).toEqual(['a 1.1 opened', 'a 1.2 superseded']);
  });

  test('has messages published that its code had committed and not published', async () => {
    const all = new Deployed(first());
    await all.take(event(1, 12), event(11, 0), event(21, 0));
    all.deploy(second());
    await all.world.take([event(31, 0)]);
    await all.publish();
    expect(all.told).toEqual(['a 1.1 opened', 'a 1.2 resolved']);
  });

  test('has it superseded also where no view takes its place', async () => {
    const all = await changedWhileOn();
    all.deploy(other);
    await all.world.take([event(21, 0)]);
    await all.publish();
    expect(all.told).toEqual(['a 1.1 opened', 'a 1.2 superseded']);
  });

  test('has what it announced early superseded too', async () => {
    const early = view('watched', events)
      .window(tumbling('10 seconds'))
      .groupBy('key')
      .aggregate(() => ({ total: count() }))
      .alert('high', { ...settings({}), when: (row) => row.total.gte(2), early: '1 second' });
    const all = new Deployed(early);
    await all.take(event(1, 1), event(2, 1));
    await noteEarlyIncidents(all.world.view('watched'), 0, all.ports);
    await all.publish();
    expect(all.told).toEqual(['a e1.1 opened']);
    all.deploy(second());
    await all.world.take([event(11, 12), event(21, 12)]);
    await all.publish();
    expect(all.told).toEqual(['a e1.1 opened', 'a e1.2 superseded']);
    await all.take(event(31, 12), event(41, 0));
    await all.publish();
    expect(all.told.at(-1)).toBe('a e1.3 reopened');
  });

  test('has it superseded also where it was announced early and nothing was final yet', async () => {
    const early = view('watched', events)
      .window(tumbling('10 seconds'))
      .groupBy('key')
      .aggregate(() => ({ total: count() }))
      .alert('high', { ...settings({}), when: (row) => row.total.gte(2), early: '1 second' });
    const all = new Deployed(early);
    await all.world.take([event(1, 1), event(2, 1)]);
    await noteEarlyIncidents(all.world.view('watched'), 0, all.ports);
    await all.publish();
    all.deploy(second());
    await all.world.take([event(11, 12), event(21, 12)]);
    await all.publish();
    expect(all.told).toEqual(['a e1.1 opened', 'a e1.2 superseded']);
  });

  test('keeps it for some minutes where a shard may be read by the code before', async () => {
    const all = await changedWhileOn();
    await all.publish();
    all.world.clock.advance(4 * MINUTE_MS);
    await all.publish();
    expect(all.told).toEqual(['a 1.1 opened']);
    all.world.clock.advance(2 * MINUTE_MS);
    await all.publish();
    expect(all.told).toEqual(['a 1.1 opened', 'a 1.2 superseded']);
  });

  test('has it superseded also where nobody looked for days', async () => {
    const all = await changedWhileOn();
    await all.publish();
    all.world.clock.advance(3 * DAY_MS);
    await all.publish();
    expect(all.told).toEqual(['a 1.1 opened', 'a 1.2 superseded']);
  });

  test('is looked at once more after a day, for receivers that were away, and forgotten', async () => {
    const all = await changedWhileOn({ to: [terminal(), file('alerts.jsonl')] });
    const { file: works } = all;
    const away = { send: async () => Promise.reject(new AlertSinkError('Away.')) };
    const after = async (days: number) => {
      all.sinks = { ...all.sinks, file: away };
      await all.publish();
      all.world.clock.advance(days * DAY_MS);
      all.sinks = { ...all.sinks, file: works };
      await all.publish();
      return works.sent.map(brief);
    };
    await all.world.take([event(21, 0)]);
    expect(await after(30)).toEqual(['a 1.1 opened', 'a 1.2 superseded']);
    expect((await loadKnownViews(all.world.stores.state)).views).toHaveLength(1);
  });

  test('keeps it where it comes back before', async () => {
    const all = await changedWhileOn();
    await all.publish();
    all.world.clock.advance(4 * MINUTE_MS);
    all.deploy(first());
    await all.publish();
    all.world.clock.advance(4 * MINUTE_MS);
    all.deploy(second());
    await all.publish();
    expect(all.told).toEqual(['a 1.1 opened']);
  });

  test('announces incidents anew once it comes back later', async () => {
    const all = await changedWhileOn();
    await all.world.take([event(21, 0)]);
    await all.publish();
    all.deploy(first());
    await all.take(event(31, 12), event(41, 12), event(51, 12), event(61, 12));
    await all.publish();
    expect(all.told).toEqual(['a 1.1 opened', 'a 1.2 superseded', 'a 1.3 reopened']);
  });
});

describe('the next key', () => {
  test('opens an incident of its own where it is first, and no two keys use an id', async () => {
    const all = await changedWhileOn();
    await all.take(event(21, 12), event(31, 12), event(41, 12));
    await all.publish();
    expect(all.told).toEqual(['a 1.1 opened', 'a 1.2 superseded', 'a 1.1 opened']);
    await all.take(event(51, 0), event(61, 0), event(71, 12), event(81, 0));
    await all.publish();
    expect(all.told.slice(3)).toEqual(['a 1.2 resolved', 'a 2.1 opened']);
    expect(new Set(all.terminal.sent.map(({ id }) => id)).size).toBe(3);
  });

  test('opens one of its own where the group was quiet for longer than the cooldown', async () => {
    const quiet = async (cooldown: Settings) => {
      const all = await changedWhileOn(cooldown);
      await all.world.take([event(21, 0)]);
      await all.publish();
      await all.take(event(31, 12), event(41, 0));
      await all.publish();
      return all.told.at(-1);
    };
    expect(await quiet({ cooldown: '10 seconds' })).toBe('a 1.3 reopened');
    expect(await quiet({})).toBe('a 1.1 opened');
  });

  test('opens one of its own where nobody watched for longer than an hour', async () => {
    const all = await changedWhileOn();
    await all.world.take([event(21, 0)]);
    all.deploy(other);
    await all.world.take([event(22, 0)]);
    await all.publish();
    all.deploy(second());
    await all.take(event(5000, 1), event(5011, 12), event(5021, 0), event(5031, 0));
    await all.publish();
    expect(all.told.slice(2)).toEqual(['a 1.1 opened', 'a 1.2 resolved']);
  });

  test('is not offered what a receiver has not been told to be over', async () => {
    const all = await changedWhileOn({ to: [terminal(), file('alerts.jsonl')] });
    const { file: works } = all;
    const away = Promise.reject(new AlertSinkError('Away.'));
    away.catch(() => undefined);
    all.sinks = { ...all.sinks, file: { send: () => away } };
    await all.world.take([event(21, 12)]);
    await all.publish();
    await all.take(event(31, 12), event(41, 12));
    all.sinks = { ...all.sinks, file: works };
    await all.publish();
    expect(all.told).toEqual(['a 1.1 opened', 'a 1.2 superseded', 'a 1.1 opened']);
    expect(works.sent.map(brief)).toEqual(all.told);
  });

  test('takes what is offered for itself: a key that comes back adopts nothing that is in use', async () => {
    const all = await changedWhileOn();
    const before = all.world;
    await all.world.take([event(21, 12)]);
    await all.publish();
    await all.take(event(31, 12), event(41, 12));
    await all.publish();
    expect(all.told.at(-1)).toBe('a 1.3 reopened');
    const back = new SmallWorld(pipeline('p', [first()]), before);
    all.world = back;
    await all.take(event(51, 12), event(61, 12), event(71, 12));
    await all.publish();
    const sent = all.terminal.sent.slice(3);
    expect(sent.map(brief)).toEqual(['a 1.4 superseded', 'a 2.1 opened']);
    expect(believed(all.terminal.sent)).toHaveLength(1);
  });

  test('finds the incidents of its groups whatever its buckets', async () => {
    const keys = Array.from({ length: 12 }, (_, index) => `k${index}`);
    const all = new Deployed(first({ buckets: 2, groupAbove: 1000 }));
    const each = (seconds: number, v: number) => keys.map((key) => event(seconds, v, key));
    await all.take(...each(1, 12), ...each(11, 12));
    await all.publish();
    const ids = new Map(all.terminal.sent.map(({ id, group }) => [group?.key, id]));
    expect(ids.size).toBe(12);
    all.deploy(second({ buckets: 3, groupAbove: 1000 }));
    await all.world.take(each(21, 12));
    await all.publish();
    await all.take(...each(31, 12), ...each(41, 12));
    await all.publish();
    const reopened = all.terminal.sent.filter(({ kind }) => kind === 'reopened');
    expect(new Map(reopened.map(({ id, group }) => [group?.key, id]))).toEqual(ids);
    expect(all.terminal.sent.filter(({ kind }) => kind === 'opened')).toHaveLength(12);
  });

  test('goes on with a storm under the id of the grouped message', async () => {
    const keys = Array.from({ length: 5 }, (_, index) => `k${index}`);
    const each = (seconds: number, v: number) => keys.map((key) => event(seconds, v, key));
    const all = new Deployed(first({ groupAbove: 3 }));
    await all.take(...each(1, 12), ...each(11, 12));
    await all.publish();
    all.deploy(second({ groupAbove: 3 }));
    await all.world.take(each(21, 12));
    await all.publish();
    await all.take(...each(31, 12), ...each(41, 0), ...each(51, 0));
    await all.publish();
    expect(all.told).toEqual(['all 1.1 opened', 'all 1.2 superseded', 'all 1.3 reopened', 'all 1.4 resolved']);
  });
});

test('the messages of an alert that was the last of its view reach the channels that it had', async () => {
  const bare = view('watched', events)
    .window(tumbling('10 seconds'), { buckets: 1 })
    .groupBy('key')
    .aggregate((e) => ({ total: sum(e.v) }));
  const all = await changedWhileOn();
  all.deploy(bare);
  await all.take(event(21, 12), event(31, 12));
  await all.publish();
  expect(all.told).toEqual(['a 1.1 opened', 'a 1.2 superseded']);
});

test('a crash at any call of a publisher loses and doubles nothing', async () => {
  const prepare = async () => {
    const all = await changedWhileOn({ to: [terminal(), file('alerts.jsonl')] });
    await all.world.take([event(21, 12)]);
    return all;
  };
  const end = async (all: Deployed) => {
    await all.publish();
    await all.take(event(31, 12), event(41, 0), event(51, 0));
    await all.publish();
    return all;
  };
  const dying = (all: Deployed, point: CrashPoint): Partial<PublishPorts> => ({
    state: point.wrap(all.ports.state),
    pages: point.wrap(all.ports.pages),
    sinkOf: (channel) => {
      const sink = all.ports.sinkOf(channel);
      return sink === null ? null : point.wrap(sink);
    },
  });
  const counting = new CrashPoint();
  const whole = await prepare();
  await whole.publish(dying(whole, counting));
  await end(whole);
  expect(whole.told).toEqual(['a 1.1 opened', 'a 1.2 superseded', 'a 1.3 reopened', 'a 1.4 resolved']);
  expect(counting.calls).toBeGreaterThan(15);
  for (let call = 1; call <= counting.calls; call++) {
    for (const effect of ['before', 'after'] as const) {
      const all = await prepare();
      await expect(all.publish(dying(all, new CrashPoint(call, effect)))).rejects.toThrow(Crash);
      await end(all);
      for (const name of ['terminal', 'file'] as const) {
        expect([...new Set(all[name].sent.map(brief))]).toEqual(whole[name].sent.map(brief));
        expect(believed(all[name].sent)).toEqual(believed(whole[name].sent));
      }
    }
  }
});

test('a finalizer of older code that is at work is refused, and what it announces after that is ended too', async () => {
  const all = await changedWhileOn();
  const old = new SmallWorld(pipeline('p', [first()]), all.world);
  await all.world.take([event(21, 12), event(31, 12)]);
  await all.publish();
  const { version } = await loadProgress(all.world.stores.state, old.view('watched').key, 0);
  await old.finalize('watched');
  expect((await loadProgress(all.world.stores.state, old.view('watched').key, 0)).version).toBeGreaterThan(version);
  await all.publish();
  const last = new Map(all.terminal.sent.map((message) => [message.id, message.kind]));
  expect([...last.values()]).not.toContain('opened');
});
