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
});

const rows = view('rows', events)
  .where((e) => e.v.gte(3))
  .derive((e) => ({ doubled: e.v.mul(2) }))
  .window(tumbling('1 minute'))
  .groupBy('key')
  .aggregate((e) => ({ n: count(), big: count().where(e.v.gt(9)), total: sum(e.doubled) }))
  .derive((row) => ({ average: row.total.div(row.n) }));

export default pipeline('golden', [rows]);
