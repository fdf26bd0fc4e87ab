import { count, global, pipeline, stream, sum, Timestamp, Type, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({
    key: Type.Optional(Type.String()),
    t: Timestamp('epoch-s'),
    v: Type.Optional(Type.Number()),
  }),
  eventTime: 't',
  partitionKey: 'key',
  maxLateness: '10 minutes',
});

const rows = view('rows', events)
  .window(global({ emitEvery: '10 seconds' }))
  .groupBy('key')
  .aggregate((e) => ({ n: count(), total: sum(e.v) }));

export default pipeline('golden', [rows]);
