import { count, percentile, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

const requests = stream('requests', {
  // An event that does not fit the schema becomes a dead letter, with the reason. Nothing stops.
  schema: Type.Object({
    service: Type.String(),
    status: Type.Integer(),
    duration_ms: Type.Number(),
    time: Timestamp('iso8601'),
  }),
  // Windows go by when a request happened, not by when its line is read.
  eventTime: 'time',
  partitionKey: 'service',
  // How far behind the latest event one may be and still be on time.
  maxLateness: '30 seconds',
  idleTimeout: '1 minute',
});

const health = view('service_health_1min', requests)
  // A later line still counts for an hour: its row is replaced by the next revision.
  .window(tumbling('1 minute'), { allowedLateness: '1 hour' })
  .groupBy('service')
  .aggregate((e) => ({
    requests: count(),
    errors: count().where(e.status.gte(500)),
    p95_ms: percentile(e.duration_ms, 95),
  }))
  .derive((row) => ({ error_share: row.errors.div(row.requests) }));

export default pipeline('logs', [health]);
