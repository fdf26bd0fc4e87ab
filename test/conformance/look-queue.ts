import { LONGEST_DELAY_MS, type Look, type LookQueue } from '../../engine/ports/look-queue.ts';
import { fresh } from './fresh.ts';

export interface LookQueueFixture {
  readonly queue: LookQueue;
  /** Takes what has come out of the queue. */
  receive(): Promise<readonly Look[]>;
  /** Moves the clock by which looks come; needed where `movableClock` is declared. */
  advance?(ms: number): void;
  close?(): Promise<void>;
}

export interface LookQueueCapabilities {
  /** The tests can move the clock that delays are measured by. */
  readonly movableClock: boolean;
}

type Check = (fact: string, body: (fixture: LookQueueFixture, view: string) => Promise<void>) => void;

/** What every `LookQueue` does. Each test uses a view of its own and looks only at this. */
export function lookQueueConformance(
  name: string,
  create: () => Promise<LookQueueFixture>,
  capabilities: LookQueueCapabilities,
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
    declareLookTests(check);
    if (capabilities.movableClock) declareDelayTests(check);
  });
}

function declareLookTests(check: Check): void {
  check('gives a look without a delay at once, and once it is taken out not again', async (fixture, view) => {
    await fixture.queue.send({ view, bucket: 3, turn: 7 }, 0);
    expect(await received(fixture, view)).toEqual([{ view, bucket: 3, turn: 7 }]);
    expect(await received(fixture, view)).toEqual([]);
  });

  check('holds a look back', async (fixture, view) => {
    await fixture.queue.send({ view, bucket: 0, turn: 1 }, LONGEST_DELAY_MS);
    expect(await received(fixture, view)).toEqual([]);
  });

  check('drops no doubles: a turn that is over does nothing', async (fixture, view) => {
    const look = { view, bucket: 0, turn: 1 };
    await fixture.queue.send(look, 0);
    await fixture.queue.send(look, 0);
    expect(await received(fixture, view)).toEqual([look, look]);
  });

  check('keeps a view whatever is in its name', async (fixture, view) => {
    const odd = { view: `${view}#ü "😀" <&>`, bucket: 12_345, turn: Number.MAX_SAFE_INTEGER };
    await fixture.queue.send(odd, 0);
    expect(await received(fixture, view)).toEqual([odd]);
  });
}

function declareDelayTests(check: Check): void {
  check('gives a look once its time has come, and not before', async (fixture, view) => {
    await fixture.queue.send({ view, bucket: 0, turn: 1 }, 10_000);
    advance(fixture, 9999);
    expect(await received(fixture, view)).toEqual([]);
    advance(fixture, 1);
    expect(await received(fixture, view)).toEqual([{ view, bucket: 0, turn: 1 }]);
  });

  check('gives each look at its own time', async (fixture, view) => {
    for (const [turn, delayMs] of [
      [1, 30_000],
      [2, 10_000],
      [3, LONGEST_DELAY_MS],
    ] as const) {
      await fixture.queue.send({ view, bucket: 0, turn }, delayMs);
    }
    const turns: number[][] = [];
    for (const ms of [10_000, 20_000, LONGEST_DELAY_MS - 30_000]) {
      advance(fixture, ms);
      turns.push((await received(fixture, view)).map(({ turn }) => turn));
    }
    expect(turns).toEqual([[2], [1], [3]]);
  });
}

/** Those of the test's own view, and of views whose name begins with it. */
async function received({ receive }: LookQueueFixture, view: string): Promise<Look[]> {
  return (await receive()).filter((look) => look.view.startsWith(view));
}

function advance(fixture: LookQueueFixture, ms: number): void {
  if (fixture.advance === undefined) throw new Error('`movableClock` is declared, and the fixture has no `advance`.');
  fixture.advance(ms);
}
