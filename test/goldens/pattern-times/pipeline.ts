import { count, pattern, pipeline, type Source, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({ id: Type.String(), key: Type.String(), kind: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '1 hour',
});

const threes = (name: string) =>
  pattern(name, events, { partitionBy: 'key' })
    .begin('a', (e) => e.kind.eq('a'))
    .times(3);
const apart = threes('apart').select(({ a }) => ({ from: a.first.id, to: a.last.id }));
const overlapping = threes('overlapping')
  .skip('none')
  .select(({ a }) => ({ from: a.first.id, to: a.last.id }));

const rowsOf = (name: string, source: Source<string, { from: string; to: string }>) =>
  view(name, source)
    .window(tumbling('1 minute'))
    .groupBy('from', 'to')
    .aggregate(() => ({ n: count() }));

export default pipeline('golden', [rowsOf('rows', apart), rowsOf('overlapping_rows', overlapping)]);
