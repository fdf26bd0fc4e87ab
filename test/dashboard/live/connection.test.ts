import type { StreamMessage } from '../../../client/event-stream.ts';
import { type ConnectionState, LiveConnection } from '../../../dashboard/src/live/connection.ts';

/** A browser whose time moves by hand, with a server that says what the test tells it to. */
class FakeBrowser {
  nowMs = 0;
  everyMs = 1000;
  readonly opened: (string | null)[] = [];
  readonly messages: StreamMessage[] = [];
  readonly states: ConnectionState[] = [];
  #timers: { atMs: number; action: () => void }[] = [];
  #say: ((text: string | null) => void) | null = null;
  readonly connection = new LiveConnection(
    {
      open: (lastId) => this.#open(lastId),
      nowMs: () => this.nowMs,
      everyMs: () => this.everyMs,
      random: () => 0.5,
      after: (ms, action) => {
        const timer = { atMs: this.nowMs + ms, action };
        this.#timers.push(timer);
        return () => {
          this.#timers = this.#timers.filter((other) => other !== timer);
        };
      },
    },
    (message) => this.messages.push(message),
    (state) => this.states.push(state),
  );

  async *#open(lastId: string | null): AsyncIterable<string> {
    this.opened.push(lastId);
    const queue: (string | null)[] = [];
    let wake = () => {};
    this.#say = (text) => {
      queue.push(text);
      wake();
    };
    for (;;) {
      while (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const text = queue.shift();
      if (text == null) return;
      yield text;
    }
  }

  async say(text: string | null): Promise<void> {
    this.#say?.(text);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }

  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const next = this.#timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.nowMs = next.atMs;
      next.action();
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    }
    this.nowMs = untilMs;
  }

  get last(): ConnectionState | undefined {
    return this.states.at(-1);
  }
}

test('messages come through, and the connection is live', async () => {
  const browser = new FakeBrowser();
  browser.connection.connect();
  expect(browser.last).toEqual({ kind: 'connecting' });
  await browser.say('id: 1\nevent: snapshot\ndata: {}\n\n');
  expect(browser.last).toEqual({ kind: 'live' });
  expect(browser.messages).toEqual([{ id: '1', event: 'snapshot', data: '{}' }]);
});

test('after 3 s without a message it is silent, after 5 s lost', async () => {
  const browser = new FakeBrowser();
  browser.connection.connect();
  await browser.say('id: 1\ndata: a\n\n');
  await browser.pass(3_000);
  expect(browser.last).toEqual({ kind: 'silent', sinceMs: 0 });
  await browser.pass(2_000);
  expect(browser.last).toEqual({ kind: 'lost', sinceMs: 0, retryAtMs: 6_000, tries: 1 });
});

test('where messages come less often it waits as much longer', async () => {
  const browser = new FakeBrowser();
  browser.everyMs = 5000;
  browser.connection.connect();
  await browser.say('event: snapshot\ndata: {}\n\n');
  await browser.pass(14_999);
  expect(browser.last).toEqual({ kind: 'live' });
  await browser.pass(1);
  expect(browser.last).toEqual({ kind: 'silent', sinceMs: 0 });
  await browser.pass(10_000);
  expect(browser.last).toMatchObject({ kind: 'lost' });
});

test('it tries again after 1, 2, 4, 8 and 15 s, from the message that came last', async () => {
  const browser = new FakeBrowser();
  browser.connection.connect();
  await browser.say('id: 7\ndata: a\n\n');
  await browser.say(null);
  const waits: number[] = [];
  for (let tries = 0; tries < 6; tries++) {
    const state = browser.last;
    if (state?.kind !== 'lost') throw new Error(`It is ${state?.kind}, not lost.`);
    waits.push(state.retryAtMs - browser.nowMs);
    await browser.pass(state.retryAtMs - browser.nowMs);
    await browser.say(null);
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  expect(browser.opened).toEqual([null, '7', '7', '7', '7', '7', '7']);
});

test('a message after tries begins the waits anew', async () => {
  const browser = new FakeBrowser();
  browser.connection.connect();
  await browser.say(null);
  await browser.pass(1_000);
  await browser.say('id: 1\ndata: a\n\n');
  await browser.say(null);
  expect(browser.last).toMatchObject({ kind: 'lost', tries: 1 });
});

test('a closed connection stays closed', async () => {
  const browser = new FakeBrowser();
  browser.connection.connect();
  await browser.say('id: 1\ndata: a\n\n');
  browser.connection.close();
  await browser.pass(60_000);
  expect(browser.last).toEqual({ kind: 'closed' });
  expect(browser.opened).toHaveLength(1);
});

test('what an old connection still says is not heard', async () => {
  const browser = new FakeBrowser();
  browser.connection.connect();
  await browser.say('id: 1\ndata: a\n\n');
  const before = browser.messages.length;
  const { connection } = browser;
  connection.close();
  await browser.say('id: 2\ndata: b\n\n');
  expect(browser.messages).toHaveLength(before);
});
