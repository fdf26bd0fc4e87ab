import { median, percentile, pipeline, quantile, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

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
  .window(tumbling('10 minutes'))
  .groupBy('key')
  .aggregate((e) => ({
    least: quantile(e.v, 0),
    middle: median(e.v),
    coarse: quantile(e.v, { q: 0.5, relativeError: 0.1 }),
    p75: percentile(e.v, 75),
    greatest: quantile(e.v, 1),
  }));

export default pipeline('golden', [rows]);
