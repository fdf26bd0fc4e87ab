import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import type { ResultStore } from '../../../engine/ports/result-store.ts';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '5 seconds',
});
const hour = view('hour', events)
  .window(tumbling('1 hour'))
  .groupBy('key')
  .aggregate(() => ({ n: count() }));

const GROUPS = 20_000;
const ROWS_A_CALL = 6000;
/** What a call writes between two looks at the clock. */
const STEP = 1000;

test('a window of very many groups closes in calls of bounded work, each row written once', async () => {
  const world = new SmallWorld(pipeline('p', [hour]));
  const container = world.container();
  for (let from = 0; from < GROUPS; from += 2000) {
    await world.take(
      Array.from({ length: 2000 }, (_, i) => ({ key: from + i, at: 0 })),
      container,
    );
  }
  await world.endEvents();
  const results = world.stores.results;
  const seen = new Set<string>();
  let [ofCall, rows, largest] = [0, 0, 0];
  const counting: ResultStore = {
    get: (keys) => results.get(keys),
    windows: (query) => results.windows(query),
    latest: (name, group, atMs) => results.latest(name, group, atMs),
    put(writes) {
      largest = Math.max(largest, writes.length);
      ofCall += writes.length;
      rows += writes.length;
      for (const { row } of writes) seen.add(row.group);
      return results.put(writes);
    },
  };
  let calls = 0;
  for (let isDone = false; !isDone; calls++) {
    ofCall = 0;
    const { outcome } = await world.finalize('hour', { results: counting }, () => ofCall >= ROWS_A_CALL);
    isDone = outcome === 'done';
    expect(ofCall).toBeLessThanOrEqual(ROWS_A_CALL + STEP);
  }
  expect({ calls, rows, groups: seen.size, largest }).toEqual({
    calls: 4,
    rows: GROUPS,
    groups: GROUPS,
    largest: STEP,
  });
});

test('a call without a limit of time writes the rows of very many groups in their order', async () => {
  const world = new SmallWorld(pipeline('p', [hour]));
  const container = world.container();
  // 10 comes behind 9, and before −1 comes −2.
  const keys = Array.from({ length: 2500 }, (_, i) => ((i * 1237) % 2500) - 1000);
  await world.take(
    keys.map((key) => ({ key, at: 0 })),
    container,
  );
  await world.endEvents();
  const results = world.stores.results;
  const sizes: number[] = [];
  const written: number[] = [];
  const noting: ResultStore = {
    get: (of) => results.get(of),
    windows: (query) => results.windows(query),
    latest: (name, group, atMs) => results.latest(name, group, atMs),
    put(writes) {
      sizes.push(writes.length);
      for (const { row } of writes) written.push((JSON.parse(row.group) as number[])[0] as number);
      return results.put(writes);
    },
  };
  expect(await world.finalize('hour', { results: noting })).toMatchObject({ outcome: 'done', rowsWritten: 2500 });
  expect(written).toEqual([...keys].sort((a, b) => a - b));
  expect(Math.max(...sizes)).toBeLessThan(STEP);
});
