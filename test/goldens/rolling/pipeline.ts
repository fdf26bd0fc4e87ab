import { max, mean, min, pipeline, stddev, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';

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
  .window(tumbling('10 seconds'))
  .groupBy('key')
  .aggregate((e) => ({ total: sum(e.v) }))
  .derive((row) => ({
    average: mean(row.total).over({ windows: 3 }),
    recent: sum(row.total).over({ windows: 3 }),
    least: min(row.total).over({ windows: 3 }),
    most: max(row.total).over({ windows: 3 }),
    spread: stddev(row.total, { of: 'population' }).over({ windows: 3 }),
  }));

export default pipeline('golden', [rows]);
