/**
 * Metrics of cloud machines, each watched by a detector that learns by itself what is usual.
 *
 *   npm start -- --pipeline cloud-metrics
 *   streamgauge run pipelines/cloud-metrics.ts --input metrics=examples/cloud-metrics/metrics.jsonl.gz --out out/metrics
 */
import {
  anomaly,
  count,
  forecast,
  max,
  mean,
  pipeline,
  stream,
  Timestamp,
  Type,
  trend,
  tumbling,
  view,
} from 'streamgauge';

const metrics = stream('metrics', {
  schema: Type.Object({
    // The machine's and the metric's name: ec2_cpu_utilization_24ae8d.
    metric: Type.String(),
    value: Type.Number(),
    at: Timestamp('iso8601'),
  }),
  eventTime: 'at',
  partitionKey: 'metric',
  maxLateness: '5 minutes',
});

const fiveMinutes = view('metrics_5min', metrics)
  .window(tumbling('5 minutes'), { allowedLateness: '15 minutes' })
  .groupBy('metric')
  .aggregate((e) => ({ value: mean(e.value) }))
  .derive((row) => ({
    unusual: anomaly(row.value),
    going: trend(row.value, { windows: 24 }),
    next: forecast(row.value, { horizon: 12, method: 'holt' }),
  }));

// How many anomalies each metric had a day, and how strong the strongest was.
const daily = view('anomalies_1d', fiveMinutes)
  .where((row) => row.unusual.is_anomaly)
  .window(tumbling('1 day'))
  .groupBy('metric')
  .aggregate((row) => ({ anomalies: count(), strongest: max(row.unusual.score) }));

export default pipeline('cloud_metrics', [fiveMinutes, daily]);
