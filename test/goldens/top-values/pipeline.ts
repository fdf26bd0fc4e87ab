import { histogram, pipeline, rate, stream, Timestamp, Type, topK, tumbling, view } from 'streamgauge';

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
    top: topK(e.v, 2),
    ranges: histogram(e.v, { bounds: [2, 4] }),
    per_second: rate(),
  }));

export default pipeline('golden', [rows]);
