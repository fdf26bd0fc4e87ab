import { count, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({
    key: Type.Optional(Type.String()),
    t: Timestamp('epoch-s'),
    v: Type.Optional(Type.Number()),
  }),
  eventTime: 't',
  partitionKey: 'key',
  maxLateness: '10 minutes',
  dedupe: { by: 'v', within: '1 hour' },
});

const rows = view('rows', events)
  .window(tumbling('1 minute'))
  .groupBy('key')
  .aggregate((e) => ({ n: count(), total: sum(e.v) }));

export default pipeline('golden', [rows]);
