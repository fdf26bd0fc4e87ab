import { count, max, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

/** Logs as the OpenTelemetry Collector exports them in OTLP's JSON: lists in lists in lists, and attributes as keys and values. */
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

export default pipeline('otlp', [requests, errors]);
