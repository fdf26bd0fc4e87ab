import { count, pipeline, stream, Timestamp, Type, tumbling, view } from '../../../engine/index.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';
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
const [definition] = pipelineDefinition(pipeline('clicks', [perMinute]), 'the pipeline').streams;

test('what reads events is compiled when it is first asked for, and stays the same', () => {
  const events = compileEvents(definition as StreamDefinition, [], [], [0, 0]);
  expect(events.validate).toBe(events.validate);
  expect(events.scanner).toBe(events.scanner);
  expect(events.dedupe).toBeNull();
  expect(events.validate({ page: '/', time: '2026-03-01T00:00:00Z' }, null)).toMatchObject({
    kind: 'valid',
    timeMs: Date.parse('2026-03-01T00:00:00Z'),
  });
});
