import { changeOver, count, max, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({
    key: Type.String(),
    t: Timestamp('epoch-s'),
    v: Type.Optional(Type.Number()),
  }),
  eventTime: 't',
  partitionKey: 'key',
  maxLateness: '20 minutes',
});

const rows = view('rows', events)
  .window(tumbling('10 seconds'))
  .groupBy('key')
  .aggregate((e) => ({ highest: max(e.v) }))
  .derive((row) => ({ change: changeOver(row.highest, { windows: 2 }) }))
  .derive((row) => ({ doubled: row.change.percent.gte(100) }));

const changed = view('changed', rows)
  .where((row) => row.change.absolute.ne(0))
  .window(tumbling('1 minute'))
  .groupBy('key')
  .aggregate((row) => ({ rows: count(), net: sum(row.change.absolute), most: max(row.change.percent) }));

export default pipeline('golden', [rows, changed]);
