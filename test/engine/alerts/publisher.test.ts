import { file, pipeline, sns, stream, sum, Timestamp, Type, terminal, tumbling, view } from 'streamgauge';
import { MemoryAlertSink } from '../../../adapters/memory/alert-sink.ts';
import type { PublishPorts } from '../../../engine/alerts/channel-run.ts';
import type { Silence } from '../../../engine/alerts/silences.ts';
import { publishAlerts } from '../../../engine/finalize/publish-alerts.ts';
import type { ChannelDefinition } from '../../../engine/ir/alert.ts';
import type { AlertSink, SentAlert } from '../../../engine/ports/alert-sink.ts';
import { AlertSinkError } from '../../../engine/ports/errors.ts';
import { believed } from '../../support/announced.ts';
import { Crash, CrashPoint } from '../../support/crash.ts';
import { SmallWorld } from '../../support/small-world.ts';

const T0 = Date.UTC(2026, 0, 1) / 1000;
const MINUTE_MS = 60_000;
const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const event = (seconds: number, v: number, key = 'a') => ({ key, v, at: T0 + seconds });
const watched = view('watched', events)
  .window(tumbling('10 seconds'))
  .groupBy('key')
  .aggregate((e) => ({ total: sum(e.v) }))
  .alert('high', {
    when: (row) => row.total.gte(10),
    severity: { critical: (row) => row.total.gte(100), otherwise: 'warning' },
    maxAge: '10 minutes',
    to: [terminal(), file('alerts.jsonl'), sns('arn:aws:sns:eu-central-1:123456789012:alerts')],
  })
  .alert('low', { when: (row) => row.total.lt(0), severity: 'info', to: [terminal()] });

/** A world, two channels that work, and one that this process cannot reach. */
class Published {
  readonly small = new SmallWorld(pipeline('p', [watched]));
  readonly terminal = new MemoryAlertSink();
  readonly file = new MemoryAlertSink();
  servedAt: string | null = null;

  sinks: Partial<Record<ChannelDefinition['kind'], AlertSink>> = { terminal: this.terminal, file: this.file };

  get ports(): PublishPorts {
    const { state, pages, pause } = this.small.stores;
    const sinkOf = ({ kind }: ChannelDefinition) => this.sinks[kind] ?? null;
    return { state, pages, pause, clock: this.small.clock, sinkOf, servedAt: this.servedAt };
  }

  async take(...batch: readonly object[]): Promise<void> {
    await this.small.take(batch);
    await this.small.finalize('watched');
  }

  publish(ports: Partial<PublishPorts> = {}) {
    return publishAlerts(this.small.plan, { ...this.ports, ...ports });
  }

  async silence(name: string, silence: Silence): Promise<void> {
    const key = { partition: 'silences', sort: name };
    const data = JSON.stringify(silence);
    await this.small.stores.state.transact([{ kind: 'put', key, version: 1, data, condition: { kind: 'absent' } }]);
  }
}

const brief = ({ alert, sequence, kind, severity }: SentAlert) => `${alert} ${sequence} ${kind} ${severity}`;

test('each channel gets the messages of its alerts once, in their order', async () => {
  const all = new Published();
  await all.take(event(1, 12), event(11, 100), event(21, -1), event(31, 0));
  expect(await all.publish()).toEqual({ sent: 7, heldBack: 0, refused: 0, failures: [] });
  const high = ['high 1 opened warning', 'high 2 escalated critical', 'high 3 resolved critical'];
  expect(all.terminal.sent.map(brief)).toEqual([...high, 'low 1 opened info']);
  expect(all.file.sent.map(brief)).toEqual(high);
  expect(await all.publish()).toEqual({ sent: 0, heldBack: 0, refused: 0, failures: [] });
});

test('a message says where its rows are, where they are served', async () => {
  const all = new Published();
  await all.take(event(1, 12, 'a b'), event(11, 0));
  all.servedAt = 'http://127.0.0.1:8787';
  await all.publish();
  expect(all.terminal.sent[0]).toMatchObject({
    pipeline: 'p',
    links: {
      view: 'http://127.0.0.1:8787/#/views/watched',
      window: `http://127.0.0.1:8787/api/views/watched/windows?from=2026-01-01T00%3A00%3A00.000Z&to=2026-01-01T00%3A00%3A10.000Z&group.key=a+b`,
    },
  });
});

test('a crash at any call repeats messages under their id and sequence, and loses none', async () => {
  const prepare = async () => {
    const all = new Published();
    await all.take(event(1, 12), event(11, 100), event(2, 12, 'b'), event(21, -1), event(31, 0));
    return all;
  };
  const whole = await prepare();
  const counting = new CrashPoint();
  const dying = (all: Published, point: CrashPoint): Partial<PublishPorts> => ({
    state: point.wrap(all.ports.state),
    pages: point.wrap(all.ports.pages),
    sinkOf: (channel) => {
      const sink = all.ports.sinkOf(channel);
      return sink === null ? null : point.wrap(sink);
    },
  });
  await whole.publish(dying(whole, counting));
  expect(counting.calls).toBeGreaterThan(10);
  for (let call = 1; call <= counting.calls; call++) {
    for (const effect of ['before', 'after'] as const) {
      const all = await prepare();
      await expect(all.publish(dying(all, new CrashPoint(call, effect)))).rejects.toThrow(Crash);
      await all.publish();
      for (const name of ['terminal', 'file'] as const) {
        expect(believed(all[name].sent)).toEqual(believed(whole[name].sent));
        const once = new Set(all[name].sent.map(({ id, sequence }) => `${id} ${sequence}`));
        expect(once.size).toBe(whole[name].sent.length);
      }
    }
  }
});

test('a channel that fails holds back no other, and goes on where it was', async () => {
  const all = new Published();
  let isDown = true;
  const flaky: AlertSink = {
    send: async (message) => {
      if (isDown && message.sequence === 2) throw new AlertSinkError('It is down.');
      return all.file.send(message);
    },
  };
  all.sinks = { terminal: all.terminal, file: flaky };
  await all.take(event(1, 12), event(11, 100), event(21, 0));
  expect((await all.publish()).failures.map(({ message }) => message)).toEqual(['It is down.']);
  expect(all.terminal.sent).toHaveLength(2);
  expect(all.file.sent).toHaveLength(1);
  // A finalizer lets go of nothing that a channel waits for.
  await all.take(event(31, 12), event(41, 0));
  isDown = false;
  expect((await all.publish()).failures).toEqual([]);
  expect(all.terminal.sent.map(brief)).toEqual(all.file.sent.map(brief));
  expect(believed(all.file.sent)).toHaveLength(2);
});

test('an outbox that all channels have had goes with the next messages, page by page', async () => {
  const all = new Published();
  const pagesLeft = async () => (await all.small.stores.pages.list(`outbox#${all.small.view('watched').key}#0`)).length;
  await all.take(event(1, 12), event(11, 0));
  await all.publish();
  expect(await pagesLeft()).toBe(1);
  await all.take(event(21, 12), event(31, 0));
  expect(await pagesLeft()).toBe(1);
  await all.take(event(41, 12), event(51, 0));
  expect(await pagesLeft()).toBe(2);
});

test('beyond 32 commits that nobody published, the outbox is one set', async () => {
  const all = new Published();
  for (let i = 0; i < 40; i++) await all.take(event(20 * i + 1, 12), event(20 * i + 11, 0));
  const pages = await all.small.stores.pages.list(`outbox#${all.small.view('watched').key}#0`);
  expect(pages.length).toBeLessThanOrEqual(32);
  await all.publish();
  expect(believed(all.terminal.sent)).toHaveLength(40);
});

describe('what is too old', () => {
  test('is recorded, and not sent: a replay pages nobody', async () => {
    const all = new Published();
    all.small.clock.advance(60 * MINUTE_MS);
    await all.take(event(1, 12), event(11, 100), event(21, 0), event(31, 0));
    expect(await all.publish()).toMatchObject({ sent: 0, heldBack: 6 });
    // Of another channel than those that had it.
    expect(all.terminal.sent).toEqual([]);
  });

  test('is sent where it ends what a receiver was told of', async () => {
    const all = new Published();
    await all.take(event(1, 12), event(11, 12));
    await all.publish();
    all.small.clock.advance(60 * MINUTE_MS);
    await all.take(event(21, 0), event(31, 0));
    await all.publish();
    expect(all.terminal.sent.map(brief)).toEqual(['high 1 opened warning', 'high 2 resolved warning']);
  });

  test('is told of once it becomes graver in a window that is not', async () => {
    const all = new Published();
    all.small.clock.advance(11 * MINUTE_MS);
    await all.take(event(1, 12), event(11, 12));
    await all.publish();
    await all.take(event(11 * 60, 0), event(11 * 60 + 11, 0));
    await all.publish();
    expect(all.terminal.sent).toEqual([]);
    await all.take(event(11 * 60 + 21, 12), event(11 * 60 + 31, 100), event(11 * 60 + 41, 0));
    await all.publish();
    expect(all.terminal.sent.map(brief)).toEqual(['high 1 opened warning', 'high 2 escalated critical']);
  });
});

describe('a silence', () => {
  const now = T0 * 1000;
  test.each([
    ['of everything', {}, 0],
    ['of the view', { view: 'watched' }, 0],
    ['of another view', { view: 'other' }, 2],
    ['of the alert', { alert: 'high' }, 0],
    ['of another alert', { alert: 'low' }, 2],
    ['of one group', { group: { key: 'a' } }, 1],
    ['of another group', { group: { key: 'c' } }, 2],
    ['that is over', { toMs: now }, 2],
    ['that is to come', { fromMs: now + 1 }, 2],
  ])('%s holds back the messages that it is of', async (_, silence, sent) => {
    const all = new Published();
    await all.silence('s', { fromMs: now - 1, toMs: now + MINUTE_MS, ...silence });
    await all.take(event(1, 12, 'a'), event(2, 12, 'b'), event(11, 0, 'c'));
    await all.publish();
    expect(all.terminal.sent).toHaveLength(sent);
  });

  test('changes nothing of incidents: they open and end under it, and nobody is told of the end alone', async () => {
    const all = new Published();
    await all.silence('s', { fromMs: now - 1, toMs: now + MINUTE_MS });
    await all.take(event(1, 12), event(11, 12), event(2, 12, 'b'));
    expect(await all.publish()).toMatchObject({ sent: 0, heldBack: 4 });
    all.small.clock.advance(2 * MINUTE_MS);
    await all.take(event(12, 100, 'b'), event(31, 0));
    await all.publish();
    expect(all.terminal.sent.map(brief)).toEqual(['high 2 escalated critical', 'high 3 resolved critical']);
  });
});
