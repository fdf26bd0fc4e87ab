import { count, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';

const requests = stream('requests', {
  schema: Type.Object({
    ip: Type.String(),
    time: Timestamp('iso8601'),
    url: Type.String(),
    status: Type.Integer({ maximum: 599 }),
    bytes: Type.Optional(Type.Integer()),
  }),
  format: 'nginx-combined',
  eventTime: 'time',
  partitionKey: 'ip',
  maxLateness: '1 minute',
});

const rows = view('rows', requests)
  .window(tumbling('1 minute'))
  .groupBy('url')
  .aggregate((e) => ({ n: count(), bytes: sum(e.bytes), errors: count().where(e.status.gte(400)) }));

export default pipeline('golden', [rows]);
