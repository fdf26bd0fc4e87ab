import { compileValidator } from '../../engine/decode/validate.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { generateSensors } from '../../generate/index.ts';
import sensors from '../../pipelines/sensors.ts';

const parse = (options: Parameters<typeof generateSensors>[0]) =>
  [...generateSensors(options)].map((line) => JSON.parse(line) as { sensor: string; metric: string; at: string });

test('every event is one of the pipeline', () => {
  const [stream] = pipelineDefinition(sensors, 'the test').streams;
  const validate = compileValidator(stream as StreamDefinition);
  for (const event of parse({ events: 200 })) expect(validate(event, null)).toMatchObject({ kind: 'valid' });
});

test('the same seed gives the same events, and another one others', () => {
  expect(parse({ events: 100, seed: 3 })).toEqual(parse({ events: 100, seed: 3 }));
  expect(parse({ events: 100, seed: 3 })).not.toEqual(parse({ events: 100, seed: 4 }));
});

test('each of twelve series reports as often as the others, and none is behind by more than disorderMs', () => {
  const events = parse({ events: 1200, disorderMs: 20_000 });
  const series = Map.groupBy(events, ({ sensor, metric }) => `${sensor} ${metric}`);
  expect([...series.values()].map((each) => each.length)).toEqual(Array.from({ length: 12 }, () => 100));
  let latest = 0;
  for (const { at } of events) {
    expect(latest - Date.parse(at)).toBeLessThanOrEqual(20_000);
    latest = Math.max(latest, Date.parse(at));
  }
});
