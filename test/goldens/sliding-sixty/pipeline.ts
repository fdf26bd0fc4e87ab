import { count, pipeline, sliding, stream, Timestamp, Type, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({
    key: Type.Optional(Type.String()),
    t: Timestamp('epoch-s'),
    v: Type.Optional(Type.Number()),
  }),
  eventTime: 't',
  partitionKey: 'key',
  maxLateness: '1 day',
});

const rows = view('rows', events)
  .window(sliding({ size: '1 hour', slide: '1 minute' }))
  .aggregate(() => ({ n: count() }));

export default pipeline('golden', [rows]);
