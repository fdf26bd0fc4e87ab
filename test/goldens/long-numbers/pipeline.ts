import { count, countDistinct, max, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({
    id: Type.Integer(),
    by: Type.Optional(Type.Integer()),
    t: Timestamp('epoch-s'),
  }),
  eventTime: 't',
  partitionKey: 'id',
  maxLateness: '10 minutes',
  dedupe: { by: 'id', within: '1 hour' },
});

const rows = view('rows', events)
  .window(tumbling('1 minute'))
  .groupBy('by')
  .aggregate((e) => ({ n: count(), ids: countDistinct(e.id), latest: max(e.id), total: sum(e.id) }));

const hours = view('hours', rows)
  .window(tumbling('1 hour'))
  .groupBy('by')
  .aggregate((row) => ({ minutes: count(), latest: max(row.latest) }));

export default pipeline('golden', [rows, hours]);
