import { anomaly, count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import type { Row } from '../../../engine/finalize/drafts.ts';
import { MetricsOutput } from '../../../engine/finalize/outputs/metrics.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type ViewPlan } from '../../../engine/plan/plan.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const counted = view('counted', events)
  .window(tumbling('10 seconds'))
  .groupBy('key')
  .aggregate(() => ({ events: count() }));
const watched = view('watched', events)
  .window(tumbling('10 seconds'))
  .groupBy('key')
  .aggregate(() => ({ events: count() }))
  .derive((row) => ({ unusual: anomaly(row.events), later: anomaly(row.events, { sensitivity: 0.9 }) }));
const plan = compilePipeline(pipelineDefinition(pipeline('p', [counted, watched]), 'the test pipeline'));
const [COUNTED, WATCHED] = plan.views as [ViewPlan, ViewPlan];

const row = (unusual: boolean, later = false): Row =>
  ({
    group: { values: ['a'] },
    window: { startMs: 0, endMs: 10_000 },
    values: { key: 'a', events: 1, unusual: { is_anomaly: unusual }, later: { is_anomaly: later } },
  }) as unknown as Row;

test('rows that a detector takes for unusual are counted once, when they become final for the first time', async () => {
  const output = new MetricsOutput(WATCHED);
  expect(output.anomalies).toBe(0);
  await output.emit({ rows: [row(true, true), row(false, true), row(false)], gone: [], isNew: true } as never);
  await output.emit({ rows: [row(true)], gone: [], isNew: false } as never);
  expect(output.anomalies).toBe(2);
});

test('of a view without a detector nothing is counted', async () => {
  const output = new MetricsOutput(COUNTED);
  await output.emit({ rows: [row(true)], gone: [], isNew: true } as never);
  expect(output.anomalies).toBeNull();
});
