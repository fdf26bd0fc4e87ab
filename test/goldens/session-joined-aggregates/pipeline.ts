import { count, countDistinct, first, last, pipeline, session, stream, sum, Timestamp, Type, view } from 'streamgauge';

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
  .window(session({ gap: '10 seconds' }), { allowedLateness: '1 minute' })
  .groupBy('key')
  .aggregate((e) => ({
    n: count(),
    first_v: first(e.v),
    last_v: last(e.v),
    total: sum(e.v),
    values: countDistinct(e.v),
  }));

export default pipeline('golden', [rows]);
