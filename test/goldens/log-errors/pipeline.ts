import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

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
  .window(tumbling('1 minute'))
  .groupBy('key')
  .aggregate((e) => ({ n: count(), errors: count().where(e.v.gte(500)) }))
  .derive((row) => ({ share: row.errors.div(row.n) }));

export default pipeline('golden', [rows]);
