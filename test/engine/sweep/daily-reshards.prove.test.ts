import { type Click, record } from '../../support/clicks.ts';
import { World } from '../../support/world.ts';

const DAYS = 90;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const RETENTION_DAYS = 3;
const START_MS = Date.UTC(2026, 0, 1);

/** Four shards that are split in two and merged again each day, which makes twelve a day. */
class DailyReshards {
  readonly world = new World({ shards: ['0-a', '0-b', '0-c', '0-d'], idleTimeout: '1 minute' });
  readonly #closed: { readonly shard: string; readonly day: number }[] = [];
  #open = ['0-a', '0-b', '0-c', '0-d'];
  sent = 0;
  mostCheckpoints = 0;

  async day(day: number): Promise<void> {
    const { world } = this;
    const dayMs = START_MS + day * DAY_MS;
    await this.#send(dayMs);
    const halves = this.#open.flatMap((shard) => {
      const children = [1, 2].map((half) => `${day}-${shard.slice(-1)}${half}`);
      this.#close(shard, day);
      world.log.split(shard, ...children);
      return children;
    });
    this.#open = halves;
    await this.#send(dayMs + HOUR_MS);
    const pairs = [0, 2, 4, 6].map((at) => [halves[at], halves[at + 1]] as [string, string]);
    this.#open = pairs.map(([first, second], index) => {
      const child = `${day + 1}-${'abcd'[index]}`;
      for (const shard of [first, second]) this.#close(shard, day);
      world.log.merge(first, second, child);
      return child;
    });
    await this.#send(dayMs + 2 * HOUR_MS);
    for (const closed of this.#closed) if (closed.day === day - RETENTION_DAYS) world.log.forget(closed.shard);
    // Two minutes of a day are enough to see all that it does.
    for (let minute = 1; minute <= 2; minute++) {
      world.clock.set(dayMs + 3 * HOUR_MS + minute * 60_000);
      await this.#sweep();
      const { delivered, accepted } = await world.counters();
      expect([delivered, accepted]).toEqual([this.sent, this.sent]);
    }
    this.mostCheckpoints = Math.max(this.mostCheckpoints, (await world.checkpoints()).length);
  }

  /** An event of one of the open shards; the others are idle. */
  async #send(timeMs: number): Promise<void> {
    const { world } = this;
    world.clock.set(timeMs);
    const shard = this.#open[this.sent++ % this.#open.length] as string;
    const event: Click = { id: `${timeMs}`, user: shard, page: '/a', time: timeMs };
    const batch = record(this.sent, event, { arrivalMs: timeMs });
    world.log.append(shard, batch);
    await world.take([batch], shard);
    await this.#sweep();
  }

  #close(shard: string, day: number): void {
    this.#closed.push({ shard, day });
  }

  async #sweep(): Promise<void> {
    const { world } = this;
    await world.sweep();
    await world.finalizeAll();
  }
}

test('after 90 days of daily resharding there are no more checkpoints than after a few', async () => {
  const reshards = new DailyReshards();
  for (let day = 0; day < DAYS; day++) await reshards.day(day);
  // Each day closes 12 shards, which the source lists for three days. The rest are the open ones, and a day's on their way.
  expect(reshards.mostCheckpoints).toBeLessThanOrEqual(4 + 12 * (RETENTION_DAYS + 2));
  expect((await reshards.world.stores.state.query({ partition: 'rollup#clicks' })).length).toBe(1);
  await reshards.world.end();
  const views = (await reshards.world.rows()).map(({ columns }) => Number(columns.views));
  expect(views.reduce((sum, each) => sum + each, 0)).toBe(reshards.sent);
  expect(reshards.sent).toBe(DAYS * 3);
});
