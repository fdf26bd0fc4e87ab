import { count, max, mean, min, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';

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
  .window(tumbling('1 minute'))
  .groupBy('key')
  .aggregate((e) => ({
    n: count(),
    known: count(e.v),
    total: sum(e.v),
    average: mean(e.v),
    least: min(e.v),
    most: max(e.v),
  }));

export default pipeline('golden', [rows]);
