import { pipeline, view } from 'streamgauge';
import type { CostInput } from '../../cost/input.ts';
import { rowsOf, trafficOf } from '../../cost/traffic.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { PipelineSettings } from '../../lib/settings.ts';
import { clicks, inputOf, packedIn } from './support.ts';

describe('traffic', () => {
  const traffic = (change: Partial<CostInput>, settings: Partial<PipelineSettings> = {}) =>
    trafficOf(inputOf(change, settings));

  test('on demand is of four shards, and more where twice the records or bytes need them', () => {
    expect(traffic({}).shards).toBe(4);
    expect(traffic({ eventsPerSecond: 10_000 }).shards).toBe(20);
    expect(traffic({ eventsPerSecond: 100_000, packing: packedIn(25_000) }).shards).toBe(47);
  });

  test('a batch ends by its window, its records, or six megabytes in base64', () => {
    expect(traffic({}, { shards: 1 }).commitSeconds).toBe(5);
    expect(traffic({}, { shards: 1, batchSize: 2000 }).commitSeconds).toBe(2);
    const { commitSeconds, recordBytes } = traffic(
      { packing: packedIn(25_000), eventsPerSecond: 20_000 },
      { shards: 1 },
    );
    expect(commitSeconds).toBeCloseTo(6_000_000 / ((recordBytes * 4) / 3 + 350) / (20_000 / 108), 9);
  });

  test('a shard without much to do commits as often as a record comes', () => {
    expect(traffic({ eventsPerSecond: 1 })).toMatchObject({ commitSeconds: 5, eventsPerCommit: 1.25 });
    expect(traffic({ eventsPerSecond: 1 }, { batchingWindowSeconds: 0 })).toMatchObject({ commitSeconds: 4 });
  });

  test('without events there are no commits, and everything is a number', () => {
    const idle = traffic({ eventsPerSecond: 0 });
    expect(idle).toMatchObject({
      commitSeconds: null,
      commitsPerSecond: 0,
      eventsPerCommit: 0,
      recordsPerSecond: 0,
      shards: 4,
    });
    expect(Object.values(idle).every((value) => value === null || Number.isFinite(value))).toBe(true);
  });
});

test('a view of single events writes a row for each of them, and so does one of its rows', () => {
  const events = view('events', clicks()).select(['page']);
  const again = view('again', events).select(['page']);
  const input = inputOf({ pipeline: pipelineDefinition(pipeline('shop', [events, again]), 'the test') });
  for (const definition of input.pipeline.views) {
    const { rows, rounds } = rowsOf(definition, input);
    expect(rows).toBe(1000 * 2_628_000);
    expect(rounds).toBe(262_800);
  }
});
