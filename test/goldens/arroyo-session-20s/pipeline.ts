import { count, pipeline, session, stream, Timestamp, Type, view } from 'streamgauge';

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
  .window(session({ gap: '20 seconds' }))
  .groupBy('user')
  .aggregate(() => ({ rows: count() }));

export default pipeline('golden', [rows]);
