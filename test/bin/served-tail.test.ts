import { LiveFeed } from '../../api/live-feed.ts';
import { FeedReaders } from '../../api/live-readers.ts';
import type { Overview } from '../../api/schemas/overview.ts';
import { StoredOverview } from '../../api/stored-overview.ts';
import { viewServer } from '../../bin/cli/server.ts';
import { rowObject } from '../../bin/commands/query/row-cells.ts';
import { followServed } from '../../bin/commands/tail/follow-served.ts';
import { apiOver, type Click, clicksApi } from '../api/clicks-api.ts';
import type { SmallWorld } from '../support/small-world.ts';

const URL = 'http://127.0.0.1:8787';

/** A server of one machine that can be stopped and started again, and what came of following a view of it. */
class Served {
  readonly shown: string[] = [];
  readonly said: string[] = [];
  readonly waited: number[] = [];
  readonly asked: { readonly path: string; readonly lastEventId: string | null }[] = [];
  readonly #api: Awaited<ReturnType<typeof clicksApi>>;
  #readers: FeedReaders | null = null;
  /** A status with which rows are refused. */
  refuse: number | null = null;
  #starts = 0;
  readonly #stop = new AbortController();
  #isUp = true;
  readonly #connections: AbortController[] = [];

  static async open(): Promise<Served> {
    const served = new Served(await clicksApi());
    served.start();
    jest.spyOn(globalThis, 'fetch').mockImplementation((input) => served.#answer(input as Request));
    return served;
  }

  private constructor(api: Awaited<ReturnType<typeof clicksApi>>) {
    this.#api = api;
  }

  get world(): SmallWorld {
    return this.#api.world;
  }

  async take(...events: readonly Click[]): Promise<void> {
    await this.#api.take(events);
    await this.#readers?.tick();
  }

  start(): void {
    this.#isUp = true;
    this.#starts++;
    this.#readers = new FeedReaders(new LiveFeed({ name: `start-${this.#starts}` }), () => this.#overview());
  }

  /** Cuts all connections, as a process does that ends. */
  async kill(): Promise<void> {
    this.#isUp = false;
    for (const connection of this.#connections.splice(0)) connection.abort();
    await settled();
  }

  /** Follows a view until it is stopped. */
  follow(view: string, { open = false, group = {} } = {}): Promise<void> {
    return followServed({
      server: viewServer('tail', { url: URL }, [view], { env: {} }),
      ...{ group, open, everyMs: 0, signal: this.#stop.signal },
      wait: async (ms) => {
        if (ms > 0) this.waited.push(ms);
        await settled();
      },
      show: (rows) => {
        for (const row of rows.map(rowObject)) {
          const { window_start, page = '', clicks: count, revision } = row as Record<string, unknown>;
          this.shown.push(`${String(window_start).slice(11, 16)} ${page} ${count} #${revision}`);
        }
      },
      say: (text) => this.said.push(text),
    });
  }

  stop(): void {
    this.#stop.abort();
  }

  async #overview(): Promise<Overview> {
    const { plan, stores, clock } = this.world;
    clock.advance(2000);
    const startedMs = async () => this.#starts;
    return new StoredOverview({ plan, ports: stores, clock, startedMs, showsOpen: false }).read();
  }

  async #answer(request: Request): Promise<Response> {
    if (!this.#isUp) throw new TypeError('fetch failed');
    const { pathname } = new globalThis.URL(request.url);
    if (this.refuse !== null && pathname.endsWith('/windows')) {
      const problem = { type: 'about:blank', title: 'No', status: this.refuse, detail: 'No.', code: 'not_allowed' };
      const headers = { 'content-type': 'application/problem+json' };
      return new Response(JSON.stringify(problem), { status: this.refuse, headers });
    }
    this.asked.push({ path: pathname, lastEventId: request.headers.get('last-event-id') });
    const { app } = apiOver(this.world, this.#readers, { overview: () => this.#overview() });
    const response = await app.fetch(request);
    if (pathname !== '/api/live' || response.body === null) return response;
    const connection = new AbortController();
    this.#connections.push(connection);
    const cut = new TransformStream<Uint8Array, Uint8Array>();
    response.body
      .pipeTo(cut.writable, { signal: AbortSignal.any([connection.signal, request.signal]) })
      .catch(() => undefined);
    return new Response(cut.readable, response);
  }
}

/** Lets all that is on its way arrive. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

afterEach(() => jest.restoreAllMocks());

test('shows rows as windows close, each once, and again where late events revise them', async () => {
  const served = await Served.open();
  await served.take({ at: 1 }, { at: 2 }, { at: 70 });
  const following = served.follow('by_page');
  await settled();
  expect(served.shown).toEqual(['00:00 / 2 #1']);
  await served.take({ at: 130 });
  await settled();
  await served.take({ at: 3 }, { at: 131 });
  await settled();
  expect(served.shown).toEqual(['00:00 / 2 #1', '00:01 / 1 #1', '00:00 / 3 #2']);
  served.stop();
  await following;
});

test('goes on where the server was killed and started again: no row is lost or shown twice, and it says so once', async () => {
  const served = await Served.open();
  await served.take({ at: 1 }, { at: 70 });
  const following = served.follow('by_page');
  await settled();
  for (let round = 1; round <= 3; round++) {
    await served.kill();
    // Stored while nobody could be asked.
    await served.take({ at: 60 * (round + 1) + 10 });
    await settled();
    served.start();
    await settled();
    await settled();
  }
  expect(served.shown).toEqual(['00:00 / 1 #1', '00:01 / 1 #1', '00:02 / 1 #1', '00:03 / 1 #1']);
  const [lost, back] = [
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:8787 does not answer\./),
    `${URL} answers again.`,
  ];
  expect(served.said).toEqual([lost, back, lost, back, lost, back]);
  served.stop();
  await following;
});

test('a connection that is cut goes on after the last event that came', async () => {
  const served = await Served.open();
  await served.take({ at: 1 }, { at: 70 });
  const following = served.follow('by_page');
  await settled();
  await served.kill();
  served.start();
  await settled();
  await settled();
  const ids = served.asked.filter(({ path }) => path === '/api/live').map(({ lastEventId }) => lastEventId);
  expect(ids[0]).toBeNull();
  expect(ids.at(-1)).toMatch(/^start-1/);
  served.stop();
  await following;
});

test('waits longer and longer while nobody answers, at most half a minute', async () => {
  const served = await Served.open();
  const following = served.follow('by_page');
  await settled();
  await served.kill();
  while (served.waited.length < 8) await settled();
  expect(served.waited.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  expect(served.said).toHaveLength(1);
  served.stop();
  await following;
});

test('shows open rows each time that they have changed, by choice', async () => {
  const served = await Served.open();
  await served.take({ at: 1 });
  const following = served.follow('by_page', { open: true });
  await settled();
  await served.take({ at: 2 }, { at: 3, page: '/x' });
  await settled();
  expect(served.shown).toEqual(['00:00 / 1 #0', '00:00 / 2 #0', '00:00 /x 1 #0']);
  served.stop();
  await following;
});

test.each([
  [
    'by_pages',
    {},
    "Pipeline 'clicks' has no view 'by_pages'. Did you mean 'by_page'? Its views are per_minute, by_page.",
  ],
  ['by_page', { pages: '/' }, "View 'by_page' does not group by 'pages'. Did you mean 'page'? It groups by page."],
])('view %s with the group %j is refused as of a store, and nothing is left running', async (view, group, message) => {
  const served = await Served.open();
  await expect(served.follow(view, { group })).rejects.toThrow(message);
});

test('a refusal while it follows ends it, and the connection too', async () => {
  const served = await Served.open();
  await served.take({ at: 1 }, { at: 70 });
  const following = served.follow('by_page');
  await settled();
  served.refuse = 403;
  await served.take({ at: 130 });
  await expect(following).rejects.toMatchObject({ status: 403 });
});
