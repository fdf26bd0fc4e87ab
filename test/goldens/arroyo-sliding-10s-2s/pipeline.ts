import { count, max, min, pipeline, sliding, stream, Timestamp, Type, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({
    timestamp: Timestamp('iso8601'),
    counter: Type.Integer(),
    user: Type.Integer(),
  }),
  eventTime: 'timestamp',
  partitionKey: 'user',
  maxLateness: '1 minute',
});

const rows = view('rows', events)
  .window(sliding({ size: '10 seconds', slide: '2 seconds' }))
  .aggregate((e) => ({ count: count(), min: min(e.counter), max: max(e.counter) }));

export default pipeline('golden', [rows]);
