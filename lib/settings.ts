import type { ApiSettings } from './api-settings.ts';
import type { ExistingResources } from './existing-resources.ts';
import type { AlarmThresholds } from './monitoring/alarm-thresholds.ts';
import { PRESETS, type PresetName, type PresetSettings } from './presets.ts';

/**
 * Settings of a deployment, given as context on the command line or in cdk.json, as in `cdk deploy -c dev=true -c
 * shards=4`. `npm run docs:reference` makes the table of docs/reference/settings.md from these docstrings.
 */
export interface PipelineSettings extends ExistingResources, PresetSettings, ApiSettings {
  /** Part of the name of the stack and of everything in it, such as `prod`: [Stages](docs/settings.md#stages). Not set: none. */
  readonly stage: string | null;
  /** Another name for the stack, in place of a stage. Not set: `Streamgauge-<pipeline>`. */
  readonly stackName: string | null;
  /** `true`: `cdk destroy` deletes the data too, once the buckets are empty. */
  readonly dev: boolean;
  /** `true`: nobody can delete the tables, not even by hand. Set it once the first deployment is up. */
  readonly protect: boolean;
  /** Provisioned shards of each stream. Not set: streams are on demand, and Kinesis scales them. */
  readonly shards: number | null;
  /** Days that the streams keep records. */
  readonly retentionDays: number;
  /** `aws`: keys that AWS manages; `customer`: a key that the stack makes; or the ARN of a key: [Keys](docs/settings.md#keys). */
  readonly key: 'aws' | 'customer' | `arn:${string}`;
  /**
   * Where reading of the streams begins with the first deployment: `oldest`, with the oldest record that they keep; or a time such as
   * `2026-03-01T00:00:00Z`, with what arrived from then on: [Catching up](docs/deploy.md#catching-up). Later deployments keep it.
   */
  readonly startingPosition: string;
  /** Deliveries of a batch that fails. -1: until the age of its records alone ends it. */
  readonly retryAttempts: number;
  /** Seconds that one call of finalize may take. What is left goes on in the next call. */
  readonly finalizeTimeoutSeconds: number;
  /** Days that dead letters, late events and discarded batches are kept. */
  readonly deadLetterDays: number;
  /** Days that logs are kept. CloudWatch takes 1, 3, 5, 7, 14, 30, 60, 90 and some longer ones. */
  readonly logDays: number;
  /** Any text. A new one publishes unchanged code as a new version. Not set: none. */
  readonly release: string | null;
  /** `lowLatency`, `balanced` or `lowCost`: fills the settings that are marked with *. What you set yourself stands. */
  readonly preset: PresetName;
  /** `true`: an HTTP endpoint that takes events, for signed requests only. */
  readonly ingest: boolean;
  /** Requests a second that the endpoint takes from all callers together; twice as many at once. */
  readonly ingestRequestsPerSecond: number;
  /** JSON: by stream, the ARNs of roles, users or accounts that the stream's own policy lets put events to it. */
  readonly producers: Readonly<Record<string, readonly string[]>>;
  /** Calls kept free for the aggregate function: shards × streams at least. Not set: it shares those of the account. */
  readonly reservedConcurrency: number | null;
  /** `false`: no bronze, so no replay and no SQL over all events. */
  readonly lake: boolean;
  /** `false`: bronze without Glue tables and Athena. */
  readonly catalog: boolean;
  /** Days that bronze is kept. Not set: for ever. */
  readonly bronzeDays: number | null;
  /** MB that Firehose gathers for one object at most. */
  readonly bronzeBufferMb: number;
  /** Seconds that Firehose gathers at most: fresh bronze against many objects. */
  readonly bronzeBufferSeconds: number;
  /** The first day that the tables look at, as YYYY-MM-DD. Each hour since then costs a query time. */
  readonly bronzeSince: string;
  /** GB that one query may read before Athena stops it. */
  readonly scanLimitGb: number;
  /** `false`: no metrics, dashboard, alarms or alarm topic. [Metrics](docs/metrics.md) says what they cost. */
  readonly monitoring: boolean;
  /** An address that gets the alarms, once it has confirmed. Not set: nobody. Anybody can subscribe to the topic later. */
  readonly alarmEmail: string | null;
  /** JSON: thresholds [by name](#alarms); null turns an alarm off. */
  readonly alarms: Partial<AlarmThresholds>;
  /** `false`: no alarms over several metrics, which local endpoints refuse. */
  readonly mathAlarms: boolean;
  /** What the names of parameters with keys of webhooks begin with: [alerts on AWS](docs/alerts.md#on-aws). Not set: `/streamgauge/<pipeline>/`. */
  readonly alertSecretsPath: string | null;
  /** Where a page of yours shows the rows: links in alerts begin with it, as in `https://analytics.example.com/shop`. Not set: the dashboard. */
  readonly alertLinks: string | null;
  /** `true`: the stack makes the event buses that alerts go to, except `default`. */
  readonly makeAlertBuses: boolean;
  /** `true`: the numbers of views without groups are metrics. [Metrics](docs/metrics.md) says what each costs. */
  readonly rowMetrics: boolean;
  /** `true`: X-Ray traces of all functions. */
  readonly tracing: boolean;
}

export const DEFAULT_SETTINGS: PipelineSettings = {
  stage: null,
  stackName: null,
  dev: false,
  protect: false,
  shards: null,
  retentionDays: 7,
  key: 'aws',
  streams: {},
  startingPosition: 'oldest',
  retryAttempts: 10_000,
  finalizeTimeoutSeconds: 60,
  deadLetterDays: 90,
  logDays: 30,
  release: null,
  preset: 'balanced',
  ...PRESETS.balanced,
  ingest: false,
  ingestRequestsPerSecond: 100,
  producers: {},
  api: null,
  apiAllows: 'read',
  apiOpenWindows: false,
  apiRequestsPerSecond: 50,
  apiConcurrency: null,
  page: null,
  signIn: null,
  pageDomain: null,
  reservedConcurrency: null,
  lake: true,
  catalog: true,
  bronzeBucket: null,
  bronzeDays: null,
  bronzeBufferMb: 64,
  bronzeBufferSeconds: 300,
  bronzeSince: '2026-01-01',
  scanLimitGb: 50,
  monitoring: true,
  alarmTopic: null,
  alarmEmail: null,
  alertTopic: null,
  alertSecretsPath: null,
  alertLinks: null,
  makeAlertBuses: false,
  alarms: {},
  mathAlarms: true,
  rowMetrics: false,
  vpc: null,
  tracing: false,
};
