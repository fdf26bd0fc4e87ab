import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

const cars = stream('cars', {
  schema: Type.Object({
    timestamp: Timestamp('iso8601'),
    driver_id: Type.Integer(),
    event_type: Type.String(),
    location: Type.String(),
  }),
  eventTime: 'timestamp',
  partitionKey: 'driver_id',
  // The file's disorder is at most 23 seconds.
  maxLateness: '23 seconds',
});

const byType = view('cars_by_type_1h', cars)
  .window(tumbling('1 hour'))
  .groupBy('event_type')
  .aggregate(() => ({ count: count() }));

export default pipeline('cars', [byType]);
