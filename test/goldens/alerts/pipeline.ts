import { count, pipeline, stream, Timestamp, Type, terminal, tumbling, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), t: Timestamp('epoch-s') }),
  eventTime: 't',
  partitionKey: 'key',
  maxLateness: '10 seconds',
});

const rows = view('rows', events)
  .window(tumbling('10 seconds'))
  .groupBy('key')
  .aggregate(() => ({ n: count() }))
  .alert('busy', {
    when: (row) => row.n.gte(3),
    severity: { critical: (row) => row.n.gte(6), otherwise: 'warning' },
    for: 2,
    cooldown: '10 seconds',
    to: [terminal()],
  });

export default pipeline('golden', [rows]);
