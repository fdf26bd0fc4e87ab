import { pipeline, stddev, stream, Timestamp, Type, tumbling, variance, view } from 'streamgauge';

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
    variance: variance(e.v, { of: 'population' }),
    deviation: stddev(e.v, { of: 'population' }),
    sample: variance(e.v),
  }));

export default pipeline('golden', [rows]);
