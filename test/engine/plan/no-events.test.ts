import { count, pipeline, stream, Timestamp, Type, tumbling, view } from '../../../engine/index.ts';
import { BugError } from '../../../engine/ir/bug-error.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compileNoEvents } from '../../../engine/plan/no-events.ts';
import { compilePart, compilePipeline, planOf, type StreamPlan } from '../../../engine/plan/plan.ts';
import { compileEvents } from '../../../engine/plan/stream-events.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), time: Timestamp('iso8601') }),
  eventTime: 'time',
  partitionKey: 'page',
  maxLateness: '1 minute',
});
const perMinute = view('clicks_per_minute', clicks)
  .window(tumbling('1 minute'))
  .aggregate(() => ({ clicks: count() }));
const definition = pipelineDefinition(pipeline('clicks', [perMinute]), 'the pipeline');

test('a plan without events has the views of one with them, and can make their rows', () => {
  const plan = planOf(definition, [0, 0], compileNoEvents);
  compilePart(plan, 'rows');
  const whole = compilePipeline(definition);
  expect(plan.finalized.map(({ key }) => key)).toEqual(whole.finalized.map(({ key }) => key));
  expect(plan.streams.map(({ name }) => name)).toEqual(['clicks']);
});

test('what would take events in says whose event came', () => {
  const [stream] = planOf(definition, [0, 0], compileNoEvents).streams as readonly [StreamPlan];
  const parts = Object.keys(compileEvents(stream.definition, [], [], [0, 0])) as (keyof StreamPlan)[];
  expect(parts).toEqual(['decoder', 'validate', 'scanner', 'columns', 'dedupe']);
  for (const part of parts) {
    expect(() => stream[part]).toThrow(BugError);
    expect(() => stream[part]).toThrow(/stream 'clicks'/);
  }
});
