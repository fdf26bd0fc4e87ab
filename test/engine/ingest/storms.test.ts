import type { EventReader } from '../../../engine/decode/decoder.ts';
import type { SourceRecord } from '../../../engine/decode/source-record.ts';
import type { SideRecord } from '../../../engine/ports/dead-letter-sink.ts';
import { at, click, clickJson, record, recordsOf, sequence } from '../../support/clicks.ts';
import { World } from '../../support/world.ts';

/** A record in which every third line is an event, 3 seconds after the one before; the others are dead, each in its way. */
function mixedRecord(n: number, lines: number): SourceRecord {
  const texts = Array.from({ length: lines }, (_, i) =>
    i % 3 === 0
      ? clickJson({ ...click('10:00', `/${i % 50}`), time: at('10:00') + i * 1000 })
      : [`bad ${i}`, `{"id":${i}}`][i % 2],
  );
  return { ...record(n, []), data: Buffer.from(texts.join('\n')) };
}

function shown(sides: readonly SideRecord[]): unknown[] {
  return sides.map((side) => ({ ...side, bytes: Buffer.from(side.bytes).toString() }));
}

/** A world whose decoder counts how often a record is opened. */
function countingWorld() {
  const world = new World();
  let opened = 0;
  const decoder = {
    open: (data: Uint8Array): EventReader<never> => {
      opened++;
      return world.stream.decoder.open(data) as EventReader<never>;
    },
  };
  const aggregator = () => world.aggregator('s1', {}, {}, { ...world.stream, decoder });
  return { world, aggregator, opened: () => opened };
}

describe('a storm of dead events', () => {
  test('in records of their own makes a commit for each 20,000 of them', async () => {
    const world = new World();
    const records = Array.from({ length: 45_000 }, (_, i) => record(i + 1, 'bad'));
    expect(await world.take(records)).toMatchObject({ commits: 3, committed: { delivered: 45_000, dead: 45_000 } });
    expect(await world.sides()).toHaveLength(45_000);
  });

  test('that are large makes a commit for each 16 MiB of them', async () => {
    const world = new World();
    const records = Array.from({ length: 40 }, (_, i) => record(i + 1, 'x'.repeat(1 << 20)));
    expect(await world.take(records)).toMatchObject({ commits: 3, committed: { dead: 40 } });
  });

  test('in one record has a bounded number of letters, and the good events are taken in', async () => {
    const world = new World();
    const result = await world.take([mixedRecord(1, 30_000)]);
    expect(result).toMatchObject({ committed: { delivered: 30_000, accepted: 10_000, dead: 20_000 } });
    const sides = await world.sides();
    expect(sides).toHaveLength(1001);
    expect(sides.reduce((sum, side) => sum + (side.kind === 'dead' ? (side.events ?? 1) : 0), 0)).toBe(20_000);
  });

  test('has the same letters however commits cut its record, and however often they begin anew', async () => {
    const batch = [record(1, [click('10:00')]), mixedRecord(2, 4000), record(3, [click('12:00')])];
    const whole = new World();
    await whole.take(batch);
    expect(await whole.sides()).toHaveLength(1001);

    const cut = new World();
    cut.state.limits = { items: 3 };
    let failures = 0;
    for (;;) {
      cut.state.script(null, null, null, 'lostReply', 'throttled');
      const done = await cut.take(batch).catch(() => null);
      if (done !== null) break;
      failures++;
    }
    expect(failures).toBeGreaterThan(2);
    expect(shown(await cut.sides())).toEqual(shown(await whole.sides()));
    expect(await cut.counters()).toEqual(await whole.counters());
  });
});

describe('a record that takes several commits', () => {
  const many = Array.from({ length: 40 }, (_, i) => ({ ...click('10:00'), time: at('10:00') + i * 60_000 }));

  test('is decoded once', async () => {
    const { world, aggregator, opened } = countingWorld();
    world.state.limits = { items: 3 };
    const { commits } = await aggregator().process([record(1, many)]);
    expect(commits).toBeGreaterThan(2);
    expect(opened()).toBe(1);
    expect(await world.counters()).toMatchObject({ delivered: 40, accepted: 40 });
  });

  test('is decoded once more by a container that does not know how far it is', async () => {
    const { world, aggregator, opened } = countingWorld();
    world.state.limits = { items: 3 };
    world.state.script(null, null, 'throttled');
    await expect(aggregator().process([record(1, many)])).rejects.toMatchObject({ code: 'throttled' });
    await aggregator().process([record(1, many)]);
    expect(opened()).toBe(2);
    expect(await world.counters()).toMatchObject({ delivered: 40, accepted: 40 });
  });

  test('goes on where another container has got to meanwhile', async () => {
    const world = new World();
    world.state.limits = { items: 3 };
    const batch = [record(1, many), ...recordsOf([click('10:40')], 2)];
    const [one, other] = [world.aggregator(), world.aggregator()];
    await Promise.all([one.process(batch), other.process(batch)]);
    expect(await world.counters()).toMatchObject({ delivered: 41, accepted: 41, dead: 0 });
    expect((await world.checkpoint()).position).toEqual({ sequence: sequence(2), index: 0 });
  });
});
