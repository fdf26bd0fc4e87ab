import {
  anomaly,
  changePoint,
  ewma,
  forecast,
  mean,
  pipeline,
  robust,
  seasonal,
  seasonality,
  stream,
  Timestamp,
  Type,
  threshold,
  trend,
  tumbling,
  view,
  zScore,
} from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), t: Timestamp('epoch-s'), v: Type.Number() }),
  eventTime: 't',
  partitionKey: 'key',
  maxLateness: '10 minutes',
});

const rows = view('rows', events)
  .window(tumbling('10 minutes'), { allowedLateness: '1 hour' })
  .groupBy('key')
  .aggregate((e) => ({ v: mean(e.v) }))
  .derive((row) => ({
    unusual: anomaly(row.v, { sensitivity: 0.8, warmUp: 20 }),
    far: zScore(row.v, { rows: 6, threshold: 3 }).is_anomaly,
    moving: ewma(row.v).is_anomaly,
    off: robust(row.v, { rows: 8 }).is_anomaly,
    hourly: seasonal(row.v).is_anomaly,
    moved: changePoint(row.v, { rows: 20 }).reason,
    state: threshold(row.v, { high: { upper: 40 }, low: { lower: 15 } }, { hysteresis: 5, forWindows: 2 }),
    load: trend(row.v, { windows: 8 }),
    round: seasonality(row.v, { windows: 40 }),
    next: forecast(row.v, { horizon: 2, seasons: [6] }),
  }));

export default pipeline('golden', [rows]);
