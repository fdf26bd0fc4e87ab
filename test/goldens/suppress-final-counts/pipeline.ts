import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({
    key: Type.Optional(Type.String()),
    t: Timestamp('epoch-s'),
    v: Type.Optional(Type.Number()),
  }),
  eventTime: 't',
  partitionKey: 'key',
  maxLateness: '0 ms',
});

const rows = view('rows', events)
  .window(tumbling('2 seconds'), { allowedLateness: '1 second' })
  .groupBy('key')
  .aggregate(() => ({ n: count() }));

export default pipeline('golden', [rows]);
