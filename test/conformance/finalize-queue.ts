import type { FinalizeQueue, Wake } from '../../engine/ports/finalize-queue.ts';
import { fresh } from './fresh.ts';

export interface FinalizeQueueFixture {
  readonly queue: FinalizeQueue;
  /** Takes everything that waits out of the queue, as it was sent. */
  receive(): Promise<readonly Wake[]>;
  /** Moves the clock by which doubles are forgotten; needed where `movableClock` is declared. */
  advance?(ms: number): void;
  close?(): Promise<void>;
}

export interface FinalizeQueueCapabilities {
  /** The tests can move the clock that the five minutes of deduplication are measured by. */
  readonly movableClock: boolean;
}

const DEDUPLICATION_MS = 5 * 60_000;

/**
 * What every `FinalizeQueue` does. Each test uses views of its own and looks only at these: `create` may give a shared
 * queue, as long as no two tests drain it at the same time.
 */
export function finalizeQueueConformance(
  name: string,
  create: () => Promise<FinalizeQueueFixture>,
  capabilities: FinalizeQueueCapabilities,
): void {
  const check: Check = (fact, body) => {
    test(fact, async () => {
      const fixture = await create();
      try {
        await body(fixture, fresh('view'));
      } finally {
        await fixture.close?.();
      }
    });
  };
  describe(name, () => {
    describe('a wake', () => declareWakeTests(check));
    describe('doubles', () => declareDoubleTests(check));
    if (capabilities.movableClock) describe('the five minutes', () => declareForgettingTests(check));
  });
}

type Check = (fact: string, body: (fixture: FinalizeQueueFixture, view: string) => Promise<void>) => void;

function declareWakeTests(check: Check): void {
  check('that was sent is received once', async ({ queue, receive }, view) => {
    await queue.send([{ view, bucket: 3, deduplicationId: 'a' }]);
    expect(await received(receive, view)).toEqual([{ view, bucket: 3, deduplicationId: 'a' }]);
    expect(await received(receive, view)).toEqual([]);
  });

  check('comes after those of the same view and bucket that were sent before it', async ({ queue, receive }, view) => {
    const ids = ['e', 'a', 'd', 'b', 'c'];
    for (const id of ids) {
      await queue.send([0, 1].map((bucket) => ({ view, bucket, deduplicationId: `${id}${bucket}` })));
    }
    const wakes = await received(receive, view);
    expect(idsOf(wakes, 0)).toEqual(ids.map((id) => `${id}0`));
    expect(idsOf(wakes, 1)).toEqual(ids.map((id) => `${id}1`));
  });

  check('may be one of many in a call, in the order of the call', async ({ queue, receive }, view) => {
    const wakes = Array.from({ length: 35 }, (_, i) => ({
      view,
      bucket: i % 2,
      deduplicationId: `id-${(i * 8) % 35}`,
    }));
    await queue.send(wakes);
    const got = await received(receive, view);
    expect(got).toHaveLength(35);
    for (const bucket of [0, 1]) expect(idsOf(got, bucket)).toEqual(idsOf(wakes, bucket));
  });

  check('of a list of none sends nothing', async ({ queue, receive }, view) => {
    await queue.send([]);
    expect(await received(receive, view)).toEqual([]);
  });

  check('keeps its view and id, whatever is in them', async ({ queue, receive }, view) => {
    const odd = { view: `${view}#ü "😀" <&>`, bucket: 12_345, deduplicationId: `${'1'.repeat(129)} ü😀#/\\"` };
    await queue.send([odd]);
    expect(await received(receive, odd.view)).toEqual([odd]);
  });
}

function declareDoubleTests(check: Check): void {
  check('in two calls are received once', async ({ queue, receive }, view) => {
    const wake = { view, bucket: 0, deduplicationId: 'same' };
    await queue.send([wake]);
    await queue.send([wake]);
    expect(await received(receive, view)).toEqual([wake]);
  });

  check('in one call are received once', async ({ queue, receive }, view) => {
    const wake = { view, bucket: 0, deduplicationId: 'same' };
    await queue.send([wake, wake]);
    expect(await received(receive, view)).toEqual([wake]);
  });

  check('of a wake that was received already are still swallowed', async ({ queue, receive }, view) => {
    const wake = { view, bucket: 0, deduplicationId: 'same' };
    await queue.send([wake]);
    expect(await received(receive, view)).toEqual([wake]);
    await queue.send([wake]);
    expect(await received(receive, view)).toEqual([]);
  });

  check('are not what differs in its id', async ({ queue, receive }, view) => {
    await queue.send([{ view, bucket: 0, deduplicationId: 'one' }]);
    await queue.send([{ view, bucket: 0, deduplicationId: 'two' }]);
    expect(idsOf(await received(receive, view), 0)).toEqual(['one', 'two']);
  });

  check('are not what differs beyond the 128th character of its id', async ({ queue, receive }, view) => {
    const ids = ['x', 'y'].map((end) => '9'.repeat(200) + end);
    await queue.send(ids.map((deduplicationId) => ({ view, bucket: 0, deduplicationId })));
    expect(idsOf(await received(receive, view), 0)).toEqual(ids);
  });

  // One commit can wake several views and buckets with the id that its position gives.
  check('are not what differs in its bucket or view', async ({ queue, receive }, view) => {
    const wakes = [
      { view, bucket: 0, deduplicationId: 'same' },
      { view, bucket: 1, deduplicationId: 'same' },
      { view: `${view}-other`, bucket: 0, deduplicationId: 'same' },
    ];
    await queue.send(wakes);
    const got = await received(receive, view);
    expect(got).toHaveLength(3);
    expect(got).toEqual(expect.arrayContaining(wakes));
  });
}

function declareForgettingTests(check: Check): void {
  check('are not over before they are', async (fixture, view) => {
    const wake = { view, bucket: 0, deduplicationId: 'same' };
    await fixture.queue.send([wake]);
    advance(fixture, DEDUPLICATION_MS - 1);
    await fixture.queue.send([wake]);
    expect(await received(fixture.receive, view)).toEqual([wake]);
  });

  check('end, and the same id wakes again', async (fixture, view) => {
    const wake = { view, bucket: 0, deduplicationId: 'same' };
    await fixture.queue.send([wake]);
    advance(fixture, DEDUPLICATION_MS);
    await fixture.queue.send([wake]);
    expect(await received(fixture.receive, view)).toEqual([wake, wake]);
  });

  check('count from the wake that was kept, not from its doubles', async (fixture, view) => {
    const wake = { view, bucket: 0, deduplicationId: 'same' };
    for (let i = 0; i < 3; i++) {
      await fixture.queue.send([wake]);
      advance(fixture, DEDUPLICATION_MS / 2);
    }
    expect(await received(fixture.receive, view)).toEqual([wake, wake]);
  });
}

/** Those of the test's own view, and of views whose name begins with it. */
async function received(receive: () => Promise<readonly Wake[]>, view: string): Promise<Wake[]> {
  return (await receive()).filter((wake) => wake.view.startsWith(view));
}

function idsOf(wakes: readonly Wake[], bucket: number): string[] {
  return wakes.filter((wake) => wake.bucket === bucket).map((wake) => wake.deduplicationId);
}

function advance(fixture: FinalizeQueueFixture, ms: number): void {
  if (fixture.advance === undefined) throw new Error('`movableClock` is declared, and the fixture has no `advance`.');
  fixture.advance(ms);
}
