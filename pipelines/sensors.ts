/**
 * Readings of sensors: the last fifteen minutes, every minute, and which readings are out of bounds.
 *
 *   npm start -- --pipeline sensors
 *   streamgauge run pipelines/sensors.ts --input readings=examples/sensors/readings.jsonl.gz --out out/sensors
 */
import {
  count,
  forecast,
  last,
  max,
  mean,
  min,
  pipeline,
  sliding,
  stddev,
  stream,
  Timestamp,
  Type,
  threshold,
  tumbling,
  view,
  zScore,
} from 'streamgauge';

const readings = stream('readings', {
  schema: Type.Object({
    sensor: Type.String(),
    metric: Type.Enum(['temperature', 'humidity']),
    value: Type.Number(),
    at: Timestamp('iso8601'),
  }),
  eventTime: 'at',
  partitionKey: 'sensor',
  maxLateness: '1 minute',
});

// Each minute the last reading is compared with those of the fifteen minutes before it: beyond three standard deviations
// of them it is an anomaly. The rows' means overlap, and would hardly differ from one to the next: so it goes by `latest`.
const lately = view('readings_15min', readings)
  .window(sliding({ size: '15 minutes', slide: '1 minute' }), { allowedLateness: '5 minutes' })
  .groupBy('sensor', 'metric')
  .aggregate((e) => ({
    readings: count(),
    latest: last(e.value),
    average: mean(e.value),
    deviation: stddev(e.value),
    least: min(e.value),
    most: max(e.value),
  }))
  .derive((row) => ({ unusual: zScore(row.latest, { span: '15 minutes', threshold: 3 }) }))
  .derive((row) => ({
    // The upper bound is three standard deviations above what was expected.
    z_score: row.latest.sub(row.unusual.expected).div(row.unusual.upper.sub(row.unusual.expected)).mul(3),
  }));

// Fixed limits, which a value must cross for three windows, and leave by half a degree: so that nothing flickers.
const limits = view('temperature_5min', readings)
  .where((e) => e.metric.eq('temperature'))
  .window(tumbling('5 minutes'), { allowedLateness: '5 minutes' })
  .groupBy('sensor')
  .aggregate((e) => ({ average: mean(e.value), most: max(e.value) }))
  .derive((row) => ({
    state: threshold(
      row.average,
      { critical: { upper: 30 }, warning: { upper: 24, lower: 18 } },
      { hysteresis: 0.5, forWindows: 3 },
    ),
    rising: row.average.changeOver({ windows: 12 }),
    next: forecast(row.average, { horizon: 12 }),
  }));

export default pipeline('sensors', [lately, limits]);
