import { coalesce, count, max, mean, Numeric, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

/** Logs and metrics as the OpenTelemetry Collector exports them in OTLP's JSON: lists in lists in lists, and attributes as keys and values. */
const logs = stream('logs', {
  schema: Type.Object({
    timeUnixNano: Type.Optional(Timestamp('epoch-ns')),
    observedTimeUnixNano: Type.Optional(Timestamp('epoch-ns')),
    severityNumber: Type.Optional(Type.Integer()),
    body: Type.Optional(Type.Any()),
    attributes: Type.Optional(Type.Any()),
    service: Type.String(),
    scope: Type.Optional(Type.String()),
  }),
  events: {
    path: 'resourceLogs.scopeLogs.logRecords',
    with: {
      service: 'resourceLogs.resource.attributes[key="service.name"].value.stringValue',
      scope: 'resourceLogs.scopeLogs.scope.name',
    },
  },
  eventTime: ['timeUnixNano', 'observedTimeUnixNano'],
  partitionKey: 'service',
  maxLateness: '1 minute',
});

/** From 17 on a severity is an error: https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const ERROR = 17;

const requests = view('requests_1min', logs)
  .derive((e) => ({
    route: e.attributes.textAt('[key="http.route"].value.stringValue'),
    // OTLP writes 64-bit numbers as text.
    status: e.attributes.textAt('[key="http.response.status_code"].value.intValue').toNumber(),
    seconds: e.attributes.numberAt('[key="http.server.request.duration"].value.doubleValue'),
  }))
  .where((e) => e.route.isNull().not())
  .window(tumbling('1 minute'))
  .groupBy('service', 'route')
  .aggregate((e) => ({ requests: count(), failed: count().where(e.status.gte(500)), slowest: max(e.seconds) }));

const errors = view('errors_1min', logs)
  .where((e) => e.severityNumber.gte(ERROR))
  .window(tumbling('1 minute'))
  .groupBy('service', 'scope')
  .aggregate((e) => ({ errors: count(), example: max(e.body.textAt('stringValue')) }));

/** The points of all kinds of metrics: those of histograms and summaries have neither value. */
const points = stream('points', {
  schema: Type.Object({
    timeUnixNano: Timestamp('epoch-ns'),
    asDouble: Type.Optional(Type.Number()),
    asInt: Type.Optional(Numeric()),
    metric: Type.String(),
    service: Type.String(),
  }),
  events: {
    path: 'resourceMetrics.scopeMetrics.metrics.gauge|sum|histogram|exponentialHistogram|summary.dataPoints',
    with: {
      metric: 'resourceMetrics.scopeMetrics.metrics.name',
      service: 'resourceMetrics.resource.attributes[key="service.name"].value.stringValue',
    },
  },
  eventTime: 'timeUnixNano',
  partitionKey: 'service',
  maxLateness: '1 minute',
});

const metrics = view('metrics_1min', points)
  .derive((e) => ({ value: coalesce(e.asDouble, e.asInt) }))
  .window(tumbling('1 minute'))
  .groupBy('service', 'metric')
  .aggregate((e) => ({ points: count(), mean: mean(e.value), max: max(e.value) }));

export default pipeline('otlp', [requests, errors, metrics]);
