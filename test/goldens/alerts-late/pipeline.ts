import { count, pipeline, stream, Timestamp, Type, terminal, tumbling, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), t: Timestamp('epoch-s') }),
  eventTime: 't',
  partitionKey: 'key',
  maxLateness: '0 ms',
});

const rows = view('rows', events)
  .window(tumbling('10 seconds'), { allowedLateness: '10 minutes' })
  .groupBy('key')
  .aggregate(() => ({ n: count() }))
  .alert('busy', {
    when: (row) => row.n.gte(4),
    severity: { critical: (row) => row.n.gte(6), otherwise: 'warning' },
    resolve: (row) => row.n.lt(2),
    to: [terminal()],
  });

export default pipeline('golden', [rows]);
