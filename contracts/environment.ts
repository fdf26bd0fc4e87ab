/** The environment variables of the Lambdas. The stack sets them; `lib/` takes their names from here. */
export const VARIABLES = {
  /** JSON: the pipeline's name of each stream, and the name that Kinesis knows it by. */
  streams: 'STREAMGAUGE_STREAMS',
  /** Seconds since 1970: records that arrived before are not read. Where it is not set, reading begins with the oldest. */
  startsAtSeconds: 'STREAMGAUGE_STARTS_AT',
  stateTable: 'STREAMGAUGE_STATE_TABLE',
  resultsTable: 'STREAMGAUGE_RESULTS_TABLE',
  finalizeQueueUrl: 'STREAMGAUGE_FINALIZE_QUEUE_URL',
  /** Of early looks; where it is not set no alert is early. */
  lookQueueUrl: 'STREAMGAUGE_LOOK_QUEUE_URL',
  bucket: 'STREAMGAUGE_BUCKET',
  /** Where large pages of state lie. */
  pagesBucket: 'STREAMGAUGE_PAGES_BUCKET',
  /** The ARN of the topic that alerts to `sns()` go to. */
  alertTopic: 'STREAMGAUGE_ALERT_TOPIC',
  /** What the names of parameters with keys of webhooks begin with. */
  alertSecretsPath: 'STREAMGAUGE_ALERT_SECRETS_PATH',
  /** Where rows are served, for links in alerts. */
  alertLinks: 'STREAMGAUGE_ALERT_LINKS',
  /** The address of the dashboard, for links in alerts where nobody serves rows. */
  dashboardUrl: 'STREAMGAUGE_DASHBOARD_URL',
  /** The dimension `pipeline` of all metrics; where it is not set there are none. */
  metricsName: 'STREAMGAUGE_METRICS_NAME',
  /** `true`: columns of final rows are metrics. */
  rowMetrics: 'STREAMGAUGE_ROW_METRICS',
  /** What callers of the API may do: `read`, `acknowledge`, `redrive`. */
  apiAllows: 'STREAMGAUGE_API_ALLOWS',
  /** `true`: the API's overview shows open windows. */
  apiOpenWindows: 'STREAMGAUGE_API_OPEN_WINDOWS',
  /** Where the files of the page lie. */
  pageBucket: 'STREAMGAUGE_PAGE_BUCKET',
  /** Changes with the files of the page that is served beside the API. */
  pageBuild: 'STREAMGAUGE_PAGE_BUILD',
} as const;

export type Variable = keyof typeof VARIABLES;
