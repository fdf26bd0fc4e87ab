/**
 * Readings of sensors: the last fifteen minutes, every minute, which readings are out of bounds, and each one that is unusual.
 *
 *   npm start -- --pipeline sensors
 *   streamgauge run pipelines/sensors.ts --input readings=examples/sensors/readings.jsonl.gz --out out/sensors
 */
import {
  asOfJoin,
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

// Each reading beside the fifteen minutes before it: what lies beyond three standard deviations of them is a row of its own. A join takes
// rows of a view once they change no more, so the baseline allows no late readings: the join would wait for them.
const baseline = view('baseline_15min', readings)
  .window(sliding({ size: '15 minutes', slide: '1 minute' }))
  .groupBy('sensor', 'metric')
  .aggregate((e) => ({ readings: count(), average: mean(e.value), sigma: stddev(e.value) }));

const compared = asOfJoin('compared', readings, baseline, {
  type: 'inner',
  on: { sensor: 'sensor', metric: 'metric' },
  tolerance: '5 minutes',
});

const flagged = view('unusual_readings', compared)
  .where((e) => e.baseline_15min.readings.gte(10))
  .derive((e) => ({
    sensor: e.readings.sensor,
    metric: e.readings.metric,
    value: e.readings.value,
    expected: e.baseline_15min.average,
    deviation: e.readings.value.sub(e.baseline_15min.average),
    sigma: e.baseline_15min.sigma,
  }))
  .where((e) => e.deviation.abs().gt(e.sigma.mul(3)))
  .derive((e) => ({ z_score: e.deviation.div(e.sigma) }))
  .select(['sensor', 'metric', 'value', 'expected', 'deviation', 'z_score']);

export default pipeline('sensors', [lately, limits, baseline, flagged]);
