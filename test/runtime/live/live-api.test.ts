import type { Row } from '../../../api/schemas/common.ts';
import type { Overview } from '../../../api/schemas/overview.ts';
import type { WindowsPage } from '../../../api/schemas/rows.ts';
import type { StreamMessage } from '../../../client/event-stream.ts';
import { overviewAfter, readEvents } from '../../../client/live-events.ts';
import { count, pipeline, stream, sum, Timestamp, Type, tumbling, view } from '../../../engine/index.ts';
import { listCheckpoints } from '../../../engine/state/checkpoint.ts';
import { Random } from '../../../generate/random.ts';
import { LiveApi } from '../../../runtime/live/live-api.ts';
import { LiveMachine } from './machine.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const START = Date.parse('2026-03-01T12:00:00Z');

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), bytes: Type.Integer(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '0 ms',
  idleTimeout: '1 day',
});
const perMinute = view('per_minute', clicks)
  .window(tumbling('1 minute'), { allowedLateness: '1 hour' })
  .groupBy('page')
  .aggregate((e) => ({ clicks: count(), bytes: sum(e.bytes) }));

/** One machine with its API: each tick makes one status, as `dev` does. */
class ServedMachine extends LiveMachine {
  statuses = 0;
  #api: LiveApi | null = null;

  constructor() {
    super({ pipeline: pipeline('p', [perMinute]), startMs: START + DAY });
  }

  api(): LiveApi {
    this.#api ??= new LiveApi({
      plan: () => this.plan,
      status: async () => {
        this.statuses++;
        return (await this.runtime()).status();
      },
      stores: this.stores,
      clock: this.clock,
      pageBuild: '',
      onError: (error) => {
        throw error;
      },
    });
    return this.#api;
  }

  /** Events by their second after the start; then so many seconds go by. */
  async take(seconds: readonly number[], forSeconds = 1): Promise<void> {
    await this.send(
      seconds.map((second) => ({ page: 'a', bytes: 1, at: new Date(START + second * 1000).toISOString() })),
    );
    await this.goOn(forSeconds);
  }

  async send(events: readonly object[]): Promise<void> {
    await this.runtime();
    const entries = events.map((event) => ({ partitionKey: 'a', data: Buffer.from(JSON.stringify(event)) }));
    const shard = this.stores.log.shards('clicks')[0]?.id as string;
    this.stores.log.append('clicks', shard, entries, this.clock.nowMs());
  }

  async goOn(forSeconds: number): Promise<void> {
    for (let second = 0; second < forSeconds; second++) {
      await this.run(1000);
      await this.api().tick(await (await this.runtime()).status());
    }
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return Promise.resolve(this.api().fetch(new Request(`http://localhost${path}`, { headers })));
  }

  async overview(): Promise<Overview> {
    return (await (await this.get('/api/overview')).json()) as Overview;
  }

  async metric(name: string): Promise<number> {
    const text = await (await this.get('/metrics')).text();
    const line = text.split('\n').find((each) => each.startsWith(`streamgauge_${name}`));
    return Number(line?.split(' ').at(-1));
  }
}

let machine: ServedMachine;
beforeEach(() => {
  machine = new ServedMachine();
});
afterEach(() => machine.close());

describe('the overview', () => {
  test('counts the events that a revision counts, and says what the window was before', async () => {
    await machine.take([1, 2, 70]);
    const cell = async () => (await machine.overview()).views.per_minute?.cells[String(START)];
    expect(await cell()).toMatchObject({ value: 2, revision: 1, was: null });
    expect((await machine.overview()).counted_late).toBe(0);

    await machine.take([3, 71], 61);
    expect(await cell()).toMatchObject({ value: 3, revision: 2, was: 2, state: 'revisable' });
    const { counted_late, counters } = await machine.overview();
    expect(counted_late).toBe(1);
    expect(counters).toMatchObject({ accepted: 5, late: 0 });
    expect(await machine.metric('events_counted_late_total')).toBe(1);

    await machine.take([4, 5], 61);
    expect(await cell()).toMatchObject({ value: 5, revision: 3, was: 3 });
    expect((await machine.overview()).counted_late).toBe(3);
    // An event that is too late for all is late, and not counted.
    await machine.take([4 * 3600]);
    await machine.take([6]);
    expect((await machine.overview()).counters).toMatchObject({ late: 1 });
    expect((await machine.overview()).counted_late).toBe(3);
  });

  test('counts all open windows, and what the state takes', async () => {
    expect((await machine.overview()).views.per_minute).toMatchObject({ open_windows: 0, state_bytes: 0 });
    // No event moves the watermark beyond its arrival, so those that are of later leave their windows open.
    await machine.take([0, 60, 120, 180, 240, 300].map((second) => DAY / 1000 + 60 + second));
    machine.monotonic.advance(MINUTE);
    const state = (await machine.overview()).views.per_minute;
    expect(state?.open_windows).toBe(6);
    expect(state?.state_bytes).toBeGreaterThan(100);
    expect(await machine.metric('state_bytes')).toBe(state?.state_bytes);
  });

  test('says that a view is stuck whose windows could close and do not, and that it goes on', async () => {
    const { queue } = machine.stores;
    const waiting = queue.waiting.bind(queue);
    queue.waiting = async () => [];
    await machine.take([1, 70]);
    const since = machine.clock.nowMs();
    await machine.goOn(140);
    expect((await machine.overview()).views.per_minute?.stuck).toBeNull();
    await machine.goOn(20);
    const { views, health } = await machine.overview();
    expect(health).toMatchObject({ state: 'stuck', view: 'per_minute' });
    expect(views.per_minute?.stuck).toMatchObject({ code: 'not_closing' });
    expect(Math.abs((views.per_minute?.stuck?.since ?? 0) - since)).toBeLessThanOrEqual(10_000);
    expect(views.per_minute?.stuck?.detail).toMatch(/^View 'per_minute' could close 60 s more of event time/);
    expect((await machine.get('/api/health')).status).toBe(503);
    expect(await machine.metric('view_stuck')).toBe(1);

    queue.waiting = waiting;
    await machine.goOn(10);
    expect((await machine.overview()).views.per_minute?.stuck).toBeNull();
    expect((await machine.get('/api/health')).status).toBe(200);
  });

  test('leaves the shards of a stream, and what fills it, to the stream', async () => {
    await machine.take([1, 70]);
    await machine.send([{ page: 'a', bytes: 1, at: new Date(START).toISOString() }]);
    expect(await (await machine.get('/api/streams/clicks')).json()).toEqual({
      name: 'clicks',
      watermark: START + 70_000,
      shards: [
        {
          id: machine.stores.log.shards('clicks')[0]?.id,
          watermark: START + 70_000,
          latest_event: START + 70_000,
          counters: { delivered: 2, accepted: 2, late: 0, dead: 0, duplicate: 0, discarded: 0 },
          retired: false,
          waiting: 1,
        },
      ],
      inputs: [],
    });
    expect(await (await machine.get('/api/streams/click')).json()).toMatchObject({
      status: 404,
      detail: "There is no stream 'click'. Did you mean 'clicks'? The streams are clicks.",
    });
  });

  test('does not take a view for stuck where nothing comes', async () => {
    await machine.take([1, 70]);
    await machine.goOn(400);
    expect((await machine.overview()).health.state).toBe('quiet');
  });
});

describe('rows of open windows', () => {
  /** By window and page, how many clicks the rows of a view hold, page by page of an odd size. */
  async function counted(): Promise<Record<string, number>> {
    const found: Record<string, number> = {};
    let cursor: string | null = null;
    do {
      const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const response = await machine.get(`/api/views/per_minute/windows?open=true&limit=7${more}`);
      const page = (await response.json()) as WindowsPage;
      for (const row of page.rows as (Row & { window_start: string; page: string; clicks: number })[]) {
        // A window that closes between two pages may come again, stored.
        found[`${row.window_start} ${row.page}`] = row.clicks;
      }
      cursor = page.cursor;
    } while (cursor !== null);
    return found;
  }

  /** The same of the events that the aggregator has committed, by its checkpoint. */
  async function committed(sent: readonly { page: string; at: string }[]): Promise<Record<string, number>> {
    const [checkpoint] = await listCheckpoints(machine.stores.state, 'clicks');
    const found: Record<string, number> = {};
    for (const { page, at } of sent.slice(0, Number(checkpoint?.position?.sequence ?? 0))) {
      const window = new Date(Date.parse(at) - (Date.parse(at) % MINUTE)).toISOString();
      found[`${window} ${page}`] = (found[`${window} ${page}`] ?? 0) + 1;
    }
    return found;
  }

  /** Of windows that are open at the last event: a late event of one that is closed shows once a sweep has revised its row. */
  function ofOpenWindows(counts: Record<string, number>, lastMs: number): Record<string, number> {
    const isOpen = (name: string) => Date.parse(name.slice(0, name.indexOf(' '))) + MINUTE > lastMs;
    return Object.fromEntries(Object.entries(counts).filter(([name]) => isOpen(name)));
  }

  const isAtMost = (less: Record<string, number>, more: Record<string, number>) =>
    Object.entries(less).every(([name, clicks]) => clicks <= (more[name] ?? 0));

  test('are what the aggregators have committed, while events flow', async () => {
    const random = new Random(14);
    const sent: { page: string; at: string }[] = [];
    let second = 0;
    for (let round = 0; round < 24; round++) {
      const events = Array.from({ length: 1 + random.below(30) }, () => {
        second += random.below(12);
        const late = random.below(4) === 0 ? random.below(90) : 0;
        const at = new Date(START + Math.max(0, second - late) * 1000).toISOString();
        return { page: `p${random.below(4)}`, bytes: 1, at };
      });
      const lastMs = Math.max(...sent.map(({ at }) => Date.parse(at)));
      sent.push(...events);
      await machine.send(events);
      const before = ofOpenWindows(await committed(sent), lastMs);
      // Asked while a round takes the events in and closes windows.
      const [seen] = await Promise.all([counted(), machine.goOn(1)]);
      expect(isAtMost(before, seen)).toBe(true);
      expect(isAtMost(seen, await committed(sent))).toBe(true);
      // The revision of a window that was closed waits for a sweep, and its row is as it was.
      if (round % 8 !== 7) continue;
      await machine.goOn(61);
      expect(await counted()).toEqual(await committed(sent));
    }
  });
});

describe('live events', () => {
  test('are made while somebody reads, and begin with what is now', async () => {
    await machine.take([1], 5);
    const before = machine.statuses;
    const arrivedMs = machine.clock.nowMs() - 4000;
    await machine.goOn(20);
    expect(machine.statuses).toBe(before);

    const events = readEvents((await machine.get('/api/live')).body as ReadableStream<Uint8Array>);
    const first = await nextOf(events);
    expect(first.event).toBe('snapshot');
    let seen = overviewAfter(null, first);
    expect(seen.now).toBe(machine.clock.nowMs());
    expect(seen.streams.clicks?.last_arrival).toBe(arrivedMs);
    await machine.goOn(1);
    expect(machine.statuses).toBe(before + 2);
    const second = await nextOf(events);
    expect(second.event).toBe('patch');
    seen = overviewAfter(seen, second);
    expect(seen).toEqual({ ...(await machine.overview()), now: machine.clock.nowMs() });
    await events.return();

    const quiet = machine.statuses;
    await machine.take([30], 30);
    expect(machine.statuses).toBe(quiet);
    const again = await machine.get('/api/live', { 'Last-Event-ID': String(second.id) });
    const resumed = readEvents(again.body as ReadableStream<Uint8Array>);
    const missed = await nextOf(resumed);
    expect(missed.event).toBe('patch');
    expect(overviewAfter(seen, missed).counters.delivered).toBe(2);
    await resumed.return();
  });
});

async function nextOf(events: AsyncIterator<StreamMessage, void>): Promise<StreamMessage> {
  const { value } = await events.next();
  if (value === undefined) throw new Error('There is one more event.');
  return value;
}
