import { count, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';

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
  .window(tumbling('5 minutes'), { allowedLateness: '1 day' })
  .groupBy('key')
  .aggregate(() => ({ n: count() }));

const hourly = view('hourly', rows)
  .window(tumbling('1 hour'))
  .groupBy('key')
  .aggregate((row) => ({ views: sum(row.n) }));

export default pipeline('golden', [rows, hourly]);
