import type { ExistingResources } from './existing-resources.ts';
import type { AlarmThresholds } from './monitoring/alarm-thresholds.ts';
import { PRESETS, type PresetName, type PresetSettings } from './presets.ts';

/**
 * Settings of a deployment, given as context on the command line or in cdk.json, as in `cdk deploy -c dev=true -c
 * shards=4`. docs/settings.md has the table of them, with what each takes and what it defaults to.
 */
export interface PipelineSettings extends ExistingResources, PresetSettings {
  /** Part of the names of the stack and of all in it; null: none. */
  readonly stage: string | null;
  /** Null: made of the pipeline's name and the stage. */
  readonly stackName: string | null;
  readonly dev: boolean;
  /** Nobody can delete the tables, not even by hand. */
  readonly protect: boolean;
  /** Null: on demand. */
  readonly shards: number | null;
  readonly retentionDays: number;
  /** Keys that AWS manages, a key that the stack makes, or the ARN of a key that is there already. */
  readonly key: 'aws' | 'customer' | `arn:${string}`;
  /** -1: until the age limit alone. */
  readonly retryAttempts: number;
  readonly finalizeTimeoutSeconds: number;
  readonly deadLetterDays: number;
  readonly logDays: number;
  readonly release: string | null;
  readonly preset: PresetName;
  readonly ingest: boolean;
  readonly ingestRequestsPerSecond: number;
  /** By the pipeline's names of streams, the ARNs of roles, users or accounts. */
  readonly producers: Readonly<Record<string, readonly string[]>>;
  /** Null: shares the account's concurrency. */
  readonly reservedConcurrency: number | null;
  readonly lake: boolean;
  readonly catalog: boolean;
  /** Null: bronze is kept. */
  readonly bronzeDays: number | null;
  readonly bronzeBufferMb: number;
  readonly bronzeBufferSeconds: number;
  /** YYYY-MM-DD. */
  readonly bronzeSince: string;
  readonly scanLimitGb: number;
  readonly monitoring: boolean;
  /** Null: nobody. Anybody can subscribe to the topic later. */
  readonly alarmEmail: string | null;
  /** Missing ones are as in `defaultThresholds`. */
  readonly alarms: Partial<AlarmThresholds>;
  readonly mathAlarms: boolean;
  /** What the names of parameters with keys of webhooks begin with; null: `/streamgauge/<pipeline>/`. */
  readonly alertSecretsPath: string | null;
  /** Where a page shows the rows, for links in alerts; null: the dashboard. */
  readonly alertLinks: string | null;
  /** The stack makes the buses that alerts go to, but for the default one. */
  readonly makeAlertBuses: boolean;
  readonly rowMetrics: boolean;
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
