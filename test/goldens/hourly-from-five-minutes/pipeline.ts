import { count, max, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({
    key: Type.Optional(Type.String()),
    t: Timestamp('epoch-s'),
    v: Type.Optional(Type.Number()),
  }),
  eventTime: 't',
  partitionKey: 'key',
  maxLateness: '3 hours',
});

const rows = view('rows', events)
  .window(tumbling('5 minutes'))
  .groupBy('key')
  .aggregate((e) => ({ n: count(), total: sum(e.v) }));

const hourly = view('hourly', rows)
  .window(tumbling('1 hour'))
  .groupBy('key')
  .aggregate((row) => ({ views: sum(row.n), windows: count(), most: max(row.n) }));

export default pipeline('golden', [rows, hourly]);
