import {
  count,
  global,
  pipeline,
  session,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  view,
} from '../../../engine/index.ts';
import { Random } from '../../../generate/random.ts';
import { casesOf } from '../../support/random-cases.ts';
import { Killed, LiveMachine, type MachineOptions } from './machine.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Years after what the files hold. */
const NOW = Date.parse('2026-03-01T12:00:00Z');
const LONG_AGO = Date.parse('2021-06-01T00:00:00Z');

const machines: LiveMachine[] = [];
afterEach(() => {
  for (const machine of machines.splice(0)) machine.close();
});

function machineOf(options: Omit<MachineOptions, 'startMs'> & { readonly startMs?: number }): LiveMachine {
  const machine = new LiveMachine({ startMs: NOW, ...options });
  machines.push(machine);
  return machine;
}

const events = stream('events', {
  schema: Type.Object({ id: Type.String(), user: Type.String(), n: Type.Integer(), at: Timestamp() }),
  eventTime: 'at',
  eventId: 'id',
  dedupe: { within: '10 minutes' },
  partitionKey: 'user',
  maxLateness: '20 seconds',
  maxFutureSkew: '30 days',
});
const minutes = view('minutes', events)
  .window(tumbling('1 minute'))
  .groupBy('user')
  .aggregate((e) => ({ events: count(), total: sum(e.n) }));
const hands = view('hands', minutes)
  .window(tumbling('5 minutes'))
  .aggregate((row) => ({ rows: count(), events: sum(row.events) }));
const visits = view('visits', events)
  .window(session({ gap: '45 seconds' }), { allowedLateness: '2 minutes' })
  .groupBy('user')
  .aggregate(() => ({ events: count() }));
const totals = view('totals', events)
  .window(global({ emitEvery: '5 minutes' }))
  .groupBy('user')
  .aggregate((e) => ({ events: count(), total: sum(e.n) }));
const four = pipeline('four', [minutes, hands, visits, totals]);

interface Event {
  readonly id: string;
  readonly user: string;
  readonly n: number;
  readonly at: string;
}

/** Events a second apart, some of them up to 20 seconds behind the one before; each twentieth is sent twice. */
function eventsOf(from: number, amount: number, seed: number): Event[] {
  const random = new Random(seed);
  return Array.from({ length: amount }, (_, index) => {
    const at = new Date(from + index * SECOND - (random.below(4) === 0 ? random.below(20) * SECOND : 0)).toISOString();
    return { id: `e${index}`, user: `u${random.below(5)}`, n: random.below(9), at };
  }).flatMap((event, index) => (index % 20 === 0 ? [event, event] : [event]));
}

describe('a replay that is stopped and started again', () => {
  test('has none after two minutes either, 230 events into windows of a minute', async () => {
    const plain = stream('plain', {
      schema: Type.Object({ user: Type.String(), at: Timestamp() }),
      eventTime: 'at',
      partitionKey: 'user',
      maxLateness: '0 ms',
    });
    const perMinute = view('per_minute', plain)
      .window(tumbling('1 minute'))
      .aggregate(() => ({ events: count() }));
    const machine = machineOf({ pipeline: pipeline('plain', [perMinute]) });
    const lines = Array.from({ length: 30_000 }, (_, index) => ({
      user: 'ann',
      at: new Date(LONG_AGO + index * SECOND).toISOString(),
    }));
    const file = machine.file('in-order.jsonl', lines);
    const stopped = machineOf({
      pipeline: pipeline('plain', [perMinute]),
      replays: { plain: { file, eventsPerSecond: 230 } },
    });
    await stopped.run(2 * SECOND);
    expect((await stopped.stream()).counters.delivered).toBe(230);
    stopped.pause(2 * MINUTE);
    await stopped.run(3 * MINUTE, 20 * SECOND);
    await stopped.run(8 * MINUTE, MINUTE);
    expect((await stopped.stream()).counters).toMatchObject({ delivered: 30_000, accepted: 30_000, late: 0 });
    expect(await stopped.rows()).toHaveLength(500);
  });

  test('many times, with pauses of minutes to weeks, has the rows of one that never stopped', async () => {
    const amount = casesOf(3000);
    const writer = machineOf({ pipeline: four });
    const lines = eventsOf(LONG_AGO, amount, 1);
    const file = writer.file('events.jsonl', lines);
    const replays = { events: { file, eventsPerSecond: 10 } };
    const whole = machineOf({ pipeline: four, shards: 3, replays });
    await whole.run(7 * MINUTE, 2 * SECOND);

    const random = new Random(7);
    const stopped = machineOf({ pipeline: four, shards: 3, replays });
    let kills = 0;
    for (; kills < casesOf(50); kills++) {
      if (random.below(2) === 0) stopped.dieAfter(random.below(12));
      try {
        await stopped.run((1 + random.below(10)) * SECOND);
      } catch (error) {
        expect(error).toBeInstanceOf(Killed);
      }
      const [least, most] = [
        [2 * MINUTE, HOUR],
        [HOUR, DAY],
        [DAY, 40 * DAY],
      ][random.below(3)] as [number, number];
      stopped.pause(least + random.below(most - least));
    }
    const { replay } = await stopped.stream();
    expect(replay?.sent).toBeGreaterThan(lines.length / 4);
    await stopped.run(7 * MINUTE, 2 * SECOND);
    for (const machine of [whole, stopped]) await machine.run(20 * MINUTE, MINUTE);

    const { counters } = await whole.stream();
    expect(counters).toMatchObject({ delivered: lines.length, accepted: amount, duplicate: Math.ceil(amount / 20) });
    expect((await stopped.stream()).counters).toEqual(counters);
    const rows = await stopped.rows();
    expect(rows).toEqual(await whole.rows());
    expect(rows.filter((row) => row.startsWith('minutes'))).toHaveLength(
      new Set(lines.map(({ user, at }) => `${user} ${at.slice(0, 16)}`)).size,
    );
  });
});

describe('a replay', () => {
  test('that is over lets event time go on, so that the last windows close', async () => {
    const writer = machineOf({ pipeline: four });
    const file = writer.file('events.jsonl', eventsOf(LONG_AGO, 100, 2));
    const machine = machineOf({ pipeline: four, replays: { events: { file, eventsPerSecond: 200 } } });
    await machine.run(3 * SECOND);
    const closed = (rows: readonly string[]) => rows.filter((row) => row.startsWith('minutes')).length;
    const before = closed(await machine.rows());
    await machine.run(5 * MINUTE, MINUTE);
    expect(closed(await machine.rows())).toBe(before);
    await machine.run(3 * MINUTE, MINUTE);
    expect(closed(await machine.rows())).toBe(11);
  });

  test('does not wait for shards that its file has nothing for', async () => {
    const writer = machineOf({ pipeline: four });
    const ann = eventsOf(LONG_AGO, 1200, 3).map((event) => ({ ...event, user: 'ann' }));
    const file = writer.file('ann.jsonl', ann);
    const machine = machineOf({ pipeline: four, shards: 4, replays: { events: { file, eventsPerSecond: 2 } } });
    await machine.run(7 * MINUTE, 10 * SECOND);
    expect((await machine.stream()).replay?.done).toBe(false);
    expect((await machine.rows()).length).toBeGreaterThan(5);
  });

  test('waits for a shard that its file has more for, however long nothing comes to that', async () => {
    const writer = machineOf({ pipeline: four });
    const lines = eventsOf(LONG_AGO, 2400, 4).map((event) => ({ ...event, user: 'ann' }));
    // The only other user: an hour of nothing, then an event of the beginning.
    const bob = { id: 'bob', user: 'bob', n: 1, at: new Date(LONG_AGO + 5 * SECOND).toISOString() };
    const file = writer.file('bob.jsonl', [...lines, bob]);
    const machine = machineOf({ pipeline: four, shards: 2, replays: { events: { file, eventsPerSecond: 2 } } });
    await machine.run(25 * MINUTE, 20 * SECOND);
    const { counters, replay } = await machine.stream();
    expect(replay).toMatchObject({ sent: 2521, done: true });
    expect(counters).toMatchObject({ late: 0, accepted: 2401 });
  });
});

describe('live events', () => {
  const at = (ms: number) => new Date(ms).toISOString();
  let made = 0;
  function arrive(machine: LiveMachine, eventMs: number, user = 'ann'): void {
    const data = Buffer.from(JSON.stringify({ id: `live${made++}`, user, n: 1, at: at(eventMs) }));
    machine.stores.log.append('events', 'shard-0000', [{ partitionKey: user, data }], machine.clock.nowMs());
  }
  const minutesOf = (rows: readonly string[]) => rows.filter((row) => row.startsWith('minutes'));

  test('that end let event time go on at the pace of the clock, five minutes behind', async () => {
    const machine = machineOf({ pipeline: pipeline('one', [minutes]) });
    await machine.runtime();
    arrive(machine, NOW + 10 * SECOND);
    await machine.run(6 * MINUTE, 20 * SECOND);
    expect(await machine.rows()).toEqual([]);
    await machine.run(2 * MINUTE, 20 * SECOND);
    expect(minutesOf(await machine.rows())).toHaveLength(1);
  });

  test('that a machine slept through are not late when they come after it', async () => {
    const machine = machineOf({ pipeline: pipeline('one', [minutes]) });
    await machine.runtime();
    for (let minute = 0; minute < 5; minute++) {
      arrive(machine, machine.clock.nowMs());
      await machine.run(MINUTE, 20 * SECOND);
    }
    const asleepMs = machine.clock.nowMs();
    // The process is the same, and both its clocks have gone on.
    machine.clock.advance(8 * HOUR);
    machine.monotonic.advance(8 * HOUR);
    await machine.run(3 * MINUTE, 20 * SECOND);
    for (let minute = 0; minute < 8 * 60; minute++) arrive(machine, asleepMs + minute * MINUTE);
    await machine.run(2 * SECOND);
    expect((await machine.stream()).counters).toMatchObject({ accepted: 485, late: 0 });
  });

  test('take no notice of somebody who sets the clock', async () => {
    const machine = machineOf({ pipeline: pipeline('one', [minutes]) });
    await machine.runtime();
    arrive(machine, NOW);
    await machine.run(4 * MINUTE, 20 * SECOND);
    const before = (await machine.stream()).watermarkMs;
    machine.clock.advance(90 * SECOND);
    await machine.run(MINUTE, 20 * SECOND);
    machine.clock.advance(-2 * HOUR);
    await machine.run(20 * SECOND);
    expect((await machine.stream()).watermarkMs).toBe(before);
  });

  test('20 days ahead wait for their time: all that is accepted is in a row', async () => {
    const machine = machineOf({ pipeline: pipeline('one', [minutes]) });
    await machine.runtime();
    arrive(machine, NOW);
    arrive(machine, NOW + SECOND);
    arrive(machine, NOW + 20 * DAY);
    await machine.run(10 * MINUTE, MINUTE);
    machine.pause(10 * DAY);
    await machine.run(5 * MINUTE, MINUTE);
    machine.pause(11 * DAY);
    await machine.run(5 * MINUTE, MINUTE);
    arrive(machine, machine.clock.nowMs());
    await machine.run(MINUTE, MINUTE);
    expect((await machine.stream()).counters).toMatchObject({ accepted: 4 });
    const totalsOf = minutesOf(await machine.rows()).map((row) => Number(/"events":(\d+)/.exec(row)?.[1]));
    expect(totalsOf.reduce((all, one) => all + one, 0)).toBe(3);
  });

  test('of a window that was open when the machine was shut down for a month close it whole', async () => {
    const machine = machineOf({ pipeline: pipeline('one', [minutes]) });
    await machine.runtime();
    for (let second = 0; second < 40; second++) arrive(machine, NOW + second * SECOND);
    await machine.run(40 * SECOND, 20 * SECOND);
    machine.pause(30 * DAY);
    arrive(machine, NOW + 50 * SECOND);
    await machine.run(8 * MINUTE, 20 * SECOND);
    expect((await machine.stream()).counters).toMatchObject({ accepted: 41, late: 0 });
    arrive(machine, machine.clock.nowMs());
    await machine.run(2 * SECOND);
    expect(minutesOf(await machine.rows())).toEqual([expect.stringContaining('"events":41')]);
  });
});
