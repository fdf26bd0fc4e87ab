import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

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
  .window(tumbling('1 minute'), { buckets: 4 })
  .groupBy('key')
  .aggregate(() => ({ n: count() }));

export default pipeline('golden', [rows]);
