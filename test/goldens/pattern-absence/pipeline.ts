import { count, pattern, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({ id: Type.String(), key: Type.String(), kind: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '1 hour',
});

const alone = pattern('alone', events, { partitionBy: 'key' })
  .sequence('a -> !b', { a: (e) => e.kind.eq('a'), b: (e) => e.kind.eq('b') })
  .within('3 seconds')
  .select(({ a }) => ({ id: a.id }));

const rows = view('rows', alone)
  .window(tumbling('1 second'))
  .groupBy('key', 'id')
  .aggregate(() => ({ n: count() }));

export default pipeline('golden', [rows]);
