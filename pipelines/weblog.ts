/**
 * A web server's requests, summed up every five minutes. This is the file to edit: change it, or copy it and begin anew.
 *
 *   streamgauge run pipelines/weblog.ts --input requests=examples/weblog/access-log.jsonl.gz --out out
 *
 * A *stream* says what an event looks like, a *view* says what to compute from it, a *pipeline* is what runs together.
 * Your editor knows the fields: `e.` offers them, and a wrong name or type is an error before anything runs.
 */
import {
  anomaly,
  approxCountDistinct,
  count,
  forecast,
  pipeline,
  stream,
  sum,
  Timestamp,
  Type,
  terminal,
  tumbling,
  view,
} from 'streamgauge';

const requests = stream('requests', {
  // An event that does not fit the schema becomes a dead letter: it is kept with the reason, and nothing stops.
  // Fields that are not named here are ignored. An optional field may be missing or null.
  schema: Type.Object({
    ip: Type.String(),
    time: Timestamp('iso8601'),
    method: Type.Optional(Type.String()),
    url: Type.Optional(Type.String()),
    status: Type.Integer(),
    bytes: Type.Optional(Type.Integer()),
    referrer: Type.Optional(Type.String()),
    user_agent: Type.Optional(Type.String()),
  }),
  // Windows go by when a request happened, not by when it is read. So a replay gives the same rows as the day itself.
  eventTime: 'time',
  partitionKey: 'ip',
  // How far behind the latest event one may be and still be on time. This log is out of order by up to 59 seconds.
  maxLateness: '1 minute',
  idleTimeout: '1 minute',
});

// Later events still count for another hour: the row is then replaced by its next revision.
const fiveMinutes = tumbling('5 minutes');
const emission = { allowedLateness: '1 hour' } as const;

// No groupBy: one row for each window.
const traffic = view('traffic_5min', requests)
  .window(fiveMinutes, emission)
  .aggregate((e) => ({
    requests: count(),
    bytes: sum(e.bytes),
    visitors: approxCountDistinct(e.ip),
    // Expressions are compiled, so compare with methods (.gte, .eq, .and): JavaScript's >= and && do not work on them.
    errors: count().where(e.status.gte(400)),
  }))
  // Columns made of the row's other columns.
  .derive((row) => ({ error_share: row.errors.div(row.requests) }));

// One row for each path and window. `derive` before the window adds a field to every event.
const paths = view('paths_5min', requests)
  .derive((e) => ({ path: e.url.urlPath() }))
  .window(fiveMinutes, emission)
  .groupBy('path')
  .aggregate((e) => ({
    requests: count(),
    visitors: approxCountDistinct(e.ip),
    bytes: sum(e.bytes),
  }));

const statuses = view('statuses_5min', requests)
  .window(fiveMinutes, emission)
  .groupBy('status')
  .aggregate((e) => ({
    requests: count(),
    visitors: approxCountDistinct(e.ip),
  }));

// Errors by the hour. `anomaly` learns what is usual, `forecast` says how it goes on: both are columns of the row.
const errors = view('errors_1h', requests)
  .window(tumbling('1 hour'), emission)
  .aggregate((e) => ({
    errors: count().where(e.status.gte(400)),
    requests: count(),
  }))
  .derive((row) => ({
    error_share: row.errors.div(row.requests),
    unusual: anomaly(row.errors),
    next: forecast(row.errors, { horizon: 6 }),
  }))
  // Somebody is told once when it begins, and once when three hours were as usual again. `maxAge` is for the replay alone: of a
  // log of years ago nobody would be told.
  .alert('error_burst', {
    when: (row) => row.unusual.is_anomaly.and(row.errors.gte(10)),
    reason: (row) => row.unusual.reason,
    severity: 'critical',
    cooldown: '3 hours',
    maxAge: '10000 days',
    to: [terminal()],
  });

export default pipeline('weblog', [errors, traffic, paths, statuses]);
