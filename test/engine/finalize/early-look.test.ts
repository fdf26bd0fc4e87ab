import fc from 'fast-check';
import { count, pipeline, stream, Timestamp, Type, terminal, tumbling, view } from 'streamgauge';
import { type EarlyLookPorts, reviveLooks, takeLook } from '../../../engine/finalize/early-look.ts';
import { loadLooks, lookEveryMs } from '../../../engine/protocol/looks.ts';
import { Crash, CrashPoint } from '../../support/crash.ts';
import { casesOf } from '../../support/random-cases.ts';
import { SmallWorld } from '../../support/small-world.ts';

const T0 = Date.UTC(2026, 0, 1) / 1000;
const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const watching = (early: '10 seconds' | '1 hour' | null) =>
  view('watched', events)
    .window(tumbling('10 minutes'))
    .groupBy('key')
    .aggregate(() => ({ n: count() }))
    .alert('high', {
      when: (row) => row.n.gte(2),
      severity: 'warning',
      groupAbove: 1000,
      ...(early === null ? {} : { early }),
      to: [terminal()],
    });
const event = (seconds: number, key = 'a') => ({ key, at: T0 + seconds });

/** A small world whose looks come by its clock. */
class Looking {
  readonly small: SmallWorld;
  /** Of the latest container, which remembers what it asked. */
  container;

  constructor(exported: unknown = watching('10 seconds')) {
    this.small = new SmallWorld(pipeline('p', [exported as never]));
    this.container = this.small.container();
  }

  get view() {
    return this.small.view('watched');
  }

  get ports(): EarlyLookPorts {
    return { ...this.small.stores, clock: this.small.clock };
  }

  take(...batch: readonly object[]) {
    return this.small.take(batch, this.container);
  }

  /** Handles what has come, and counts the looks among it that were more than a message. */
  async handle(ports: EarlyLookPorts = this.ports): Promise<number> {
    let looks = 0;
    for (const { id, look } of await this.small.stores.looks.due(100)) {
      if (await takeLook(this.view, look, ports)) looks++;
      await this.small.stores.looks.remove([id]);
    }
    return looks;
  }

  async after(seconds: number): Promise<number> {
    this.small.clock.advance(seconds * 1000);
    return this.handle();
  }

  sweep(): Promise<void> {
    return reviveLooks(this.small.plan, this.ports);
  }

  async notes(): Promise<number> {
    const [item] = await this.small.stores.state.query({ partition: `early#${this.view.key}` });
    return (JSON.parse(String(item?.data ?? '{"notes":[]}')) as { notes: unknown[] }).notes.length;
  }

  async isEnded(): Promise<boolean> {
    return (await loadLooks(this.small.stores.state, this.view.key, 0)).dueMs === null;
  }
}

test('events begin looks, which come at the interval and end once nothing has come for one', async () => {
  const looking = new Looking();
  expect(await looking.after(1000)).toBe(0);
  await looking.take(event(0));
  expect([await looking.after(9.999), await looking.after(0.001)]).toEqual([0, 1]);
  await looking.take(event(1));
  expect(await looking.notes()).toBe(0);
  expect([await looking.after(10), await looking.notes()]).toEqual([1, 1]);
  // This one finds nothing new, and is the last.
  expect(await looking.after(10)).toBe(1);
  expect(await looking.isEnded()).toBe(true);
  for (let minute = 0; minute < 5; minute++) {
    await looking.sweep();
    expect(await looking.after(60)).toBe(0);
  }
  await looking.take(event(2, 'b'), event(3, 'b'));
  expect([await looking.after(10), await looking.notes()]).toEqual([1, 2]);
});

test('a watermark that a sweep raises is no event: it begins no looks', async () => {
  const looking = new Looking();
  await looking.take(event(0));
  await looking.after(10);
  await looking.after(10);
  expect(await looking.isEnded()).toBe(true);
  await looking.small.endEvents();
  await looking.sweep();
  expect(await looking.isEnded()).toBe(true);
});

test('a doubled message makes one chain, and so does a second container', async () => {
  const looking = new Looking();
  await looking.take(event(0));
  await looking.small.take([event(0)], looking.small.container());
  for (let round = 1; round <= 20; round++) {
    const [due] = await dueAfter(looking, 10_000);
    if (due === undefined) throw new Error('No look has come.');
    for (let copy = 0; copy < 3; copy++) await looking.small.stores.looks.send(due.look, 0);
    expect(await looking.handle()).toBe(1);
    await looking.take(event(round));
  }
  expect(await waiting(looking)).toBe(1);
});

test.each([
  ['the next events', (looking: Looking) => looking.take(event(1))],
  ['the sweep', (looking: Looking) => looking.sweep()],
])('a lost message is sent again by %s, once it is half a minute late', async (_, revive) => {
  const looking = new Looking();
  await looking.take(event(0));
  const [lost] = await dueAfter(looking, 10_000);
  await looking.small.stores.looks.remove([lost?.id ?? -1]);
  looking.small.clock.advance(30_000);
  await revive(looking);
  expect(await waiting(looking)).toBe(0);
  looking.small.clock.advance(10_001);
  await revive(looking);
  expect(await waiting(looking)).toBe(1);
  // The lost one comes after all, and is not a second chain.
  if (lost !== undefined) await looking.small.stores.looks.send(lost.look, 0);
  expect(await looking.handle()).toBe(0);
  expect(await looking.after(10)).toBe(1);
});

test('a look that fails says so, and the next one comes a minute later', async () => {
  const looking = new Looking();
  await looking.take(event(0), event(1));
  looking.small.clock.advance(10_000);
  const state = failing(looking.small.stores.state, 'early#');
  await expect(looking.handle({ ...looking.ports, state })).rejects.toThrow('The table does not answer.');
  // SQS hands the message out again: its turn is over.
  expect([await looking.handle(), await looking.notes()]).toEqual([0, 0]);
  expect([await looking.after(59.999), await looking.after(0.001), await looking.notes()]).toEqual([0, 1, 1]);
});

test('events that are committed while the last look ends are seen', async () => {
  const looking = new Looking();
  await looking.take(event(0));
  await looking.after(10);
  looking.small.clock.advance(10_000);
  const { state } = looking.small.stores;
  let isDone = false;
  // The commit comes when the look has read the source; its aggregator finds looks under way.
  const transact: typeof state.transact = async (writes) => {
    if (!isDone && writes.some(({ key }) => key.partition.startsWith('looks#'))) {
      isDone = true;
      await looking.take(event(1));
    }
    return state.transact(writes);
  };
  await looking.handle({ ...looking.ports, state: proxied(state, { transact }) });
  expect(isDone).toBe(true);
  expect([await looking.after(10), await looking.notes()]).toEqual([1, 1]);
});

test('looks are made at the shortest interval of a view, and at every 15 minutes at least', () => {
  const everyMs = (early: Parameters<typeof watching>[0]) => lookEveryMs(new Looking(watching(early)).view.definition);
  expect([everyMs('10 seconds'), everyMs('1 hour'), everyMs(null)]).toEqual([10_000, 900_000, null]);
});

test('a view without early alerts has no looks', async () => {
  const looking = new Looking(watching(null));
  await looking.take(event(0), event(1));
  await looking.sweep();
  expect(await waiting(looking)).toBe(0);
  expect(await looking.small.stores.state.query({ partition: `looks#${looking.view.key}` })).toEqual([]);
});

test('a message that is handled several times at once, beside a sweep and new events, is followed by one', async () => {
  for (const lateMs of [0, 31_000]) {
    const looking = new Looking();
    const { looks, state } = looking.small.stores;
    await looking.take(event(0));
    for (let round = 1; round <= 30; round++) {
      const due = await dueAfter(looking, 10_000 + lateMs);
      const messages = due.flatMap(({ look }) => [look, look, look]);
      await Promise.all([
        ...messages.map((look) => takeLook(looking.view, look, looking.ports)),
        looking.sweep(),
        looking.take(event(round, `k${round}`), event(round, `k${round}`)),
      ]);
      await looks.remove(due.map(({ id }) => id));
      const { turn, dueMs } = await loadLooks(state, looking.view.key, 0);
      const turns = (await allWaiting(looking)).map(({ look }) => look.turn);
      expect(dueMs).not.toBeNull();
      expect(turns.filter((each) => each === turn)).toHaveLength(1);
    }
    await looking.after(10);
    expect(await looking.notes()).toBe(30);
  }
});

const anAct = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('event' as const), isCold: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 40 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      call: fc.integer({ min: 1, max: 20 }),
      after: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('double' as const, 'lose' as const, 'sweep' as const) }) },
);

/** At most one message counts at any time, whatever is doubled, lost or killed; and after it all what came has been looked at. */
test('looks never multiply, and see every event within the minute in which the sweep comes', async () => {
  const property = fc.asyncProperty(fc.array(anAct, { maxLength: 40 }), async (acts) => {
    const looking = new Looking();
    const { looks, state } = looking.small.stores;
    const sent = jest.spyOn(looks, 'send');
    let [number, doubles] = [0, 0];
    for (const act of acts) {
      const [due] = await looks.due(1);
      if (act.kind === 'event') {
        if (act.isCold) looking.container = looking.small.container();
        number++;
        await looking.take(event(0, `k${number}`), event(0, `k${number}`));
      } else if (act.kind === 'wait') await looking.after(act.seconds);
      else if (act.kind === 'sweep') await looking.sweep();
      else if (act.kind === 'double' && due !== undefined) {
        await looks.send(due.look, 0);
        doubles++;
      } else if (act.kind === 'lose' && due !== undefined) await looks.remove([due.id]);
      else if (act.kind === 'crash') {
        const point = new CrashPoint(act.call, act.after ? 'after' : 'before');
        const dying = { ...looking.ports, state: point.wrap(state), looks: point.wrap(looks) };
        await looking.handle(dying).catch((error: unknown) => {
          if (!(error instanceof Crash)) throw error;
        });
      }
    }
    // A turn is sent by one alone.
    expect(new Set(sent.mock.calls.map(([{ turn }]) => turn)).size).toBe(sent.mock.calls.length - doubles);
    for (let minute = 0; minute < 3; minute++) {
      await looking.sweep();
      for (let ten = 0; ten < 6; ten++) expect(await looking.after(10)).toBeLessThanOrEqual(1);
    }
    expect(await looking.notes()).toBe(number);
    expect([await looking.isEnded(), await waiting(looking)]).toEqual([true, 0]);
  });
  await fc.assert(property, { seed: 20_261_128, numRuns: casesOf(400) });
});

async function dueAfter({ small }: Looking, ms: number) {
  small.clock.advance(ms);
  return small.stores.looks.due(1);
}

async function waiting(looking: Looking): Promise<number> {
  return (await allWaiting(looking)).length;
}

/** Messages on their way. */
async function allWaiting({ small }: Looking) {
  const nowMs = small.clock.nowMs();
  small.clock.advance(3_600_000);
  const all = await small.stores.looks.due(1000);
  small.clock.set(nowMs);
  return all;
}

function proxied<T extends object>(target: T, changes: Partial<T>): T {
  return new Proxy(target, {
    get: (of, name) => {
      const changed = Reflect.get(changes, name) as unknown;
      const member = changed ?? (Reflect.get(of, name, of) as unknown);
      return typeof member === 'function' && changed === undefined ? (member.bind(of) as unknown) : member;
    },
  });
}

function failing(state: SmallWorld['stores']['state'], prefix: string) {
  const get: typeof state.get = async (key) => {
    if (key.partition.startsWith(prefix)) throw new Error('The table does not answer.');
    return state.get(key);
  };
  return proxied(state, { get });
}
