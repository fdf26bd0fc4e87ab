import { count, max, min, pipeline, sliding, stream, Timestamp, Type, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({
    key: Type.Optional(Type.String()),
    t: Timestamp('epoch-s'),
    v: Type.Optional(Type.Number()),
  }),
  eventTime: 't',
  partitionKey: 'key',
  maxLateness: '1 hour',
});

const rows = view('rows', events)
  .window(sliding({ size: '10 minutes', slide: '2 minutes' }))
  .groupBy('key')
  .aggregate((e) => ({ n: count(), least: min(e.v), most: max(e.v) }));

export default pipeline('golden', [rows]);
