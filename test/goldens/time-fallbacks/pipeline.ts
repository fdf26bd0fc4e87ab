import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({
    key: Type.String(),
    sent_at: Type.Optional(Timestamp('auto')),
    meta: Type.Optional(Type.Object({ received_at: Type.Optional(Timestamp()) })),
  }),
  eventTime: ['sent_at', 'meta.received_at', 'arrival'],
  partitionKey: 'key',
  maxLateness: '1 day',
});

const rows = view('rows', events)
  .window(tumbling('1 minute'))
  .aggregate((e) => ({ events: count(), sent: count(e.sent_at) }));

export default pipeline('golden', [rows]);
