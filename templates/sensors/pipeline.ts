import { count, max, mean, min, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

const readings = stream('readings', {
  // An event that does not fit the schema becomes a dead letter, with the reason. Nothing stops.
  schema: Type.Object({
    sensor_id: Type.String(),
    temperature: Type.Number(),
    // An optional field may be missing or null.
    humidity: Type.Optional(Type.Number()),
    time: Timestamp('iso8601'),
  }),
  // Windows go by when a sensor measured, not by when its reading arrives.
  eventTime: 'time',
  partitionKey: 'sensor_id',
  // How far behind the latest event one may be and still be on time.
  maxLateness: '30 seconds',
  idleTimeout: '1 minute',
});

const climate = view('climate_1min', readings)
  // Sensors that lost their connection send later: their readings still count for a day.
  .window(tumbling('1 minute'), { allowedLateness: '1 day' })
  .groupBy('sensor_id')
  .aggregate((e) => ({
    readings: count(),
    coldest: min(e.temperature),
    average: mean(e.temperature),
    warmest: max(e.temperature),
    humidity: mean(e.humidity),
  }))
  .derive((row) => ({ spread: row.warmest.sub(row.coldest) }));

export default pipeline('sensors', [climate]);
