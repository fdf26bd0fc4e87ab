import { count, field, max, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';

const logs = stream('logs', {
  schema: Type.Object({
    at: field('@timestamp', Timestamp('iso8601')),
    status: Type.Optional(field('http.response.status_code', Type.Integer())),
    host: field('host-name', Type.String()),
    user: Type.Optional(
      field('the user', Type.Object({ id: field('user.id', Type.Integer()), tag: Type.Optional(Type.String()) })),
    ),
    left: Type.Optional(field('right', Type.Integer())),
    right: Type.Optional(field('left', Type.Integer())),
    proto: Type.Optional(field('constructor', Type.Integer())),
  }),
  eventTime: 'at',
  partitionKey: 'host',
  maxLateness: '10 minutes',
  dedupe: { by: 'user.id', within: '1 hour' },
});

const rows = view('rows', logs)
  .window(tumbling('1 hour'))
  .groupBy('host')
  .aggregate((e) => ({
    logs: count(),
    with_status: count(e.status),
    failed: count().where(e.status.gte(500)),
    latest_user: max(e.user.id),
    left: sum(e.left),
    right: sum(e.right),
    protos: sum(e.proto),
  }));

export default pipeline('golden', [rows]);
