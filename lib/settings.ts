import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';
import type { AlarmThresholds } from './monitoring/alarm-thresholds.ts';
import { PRESETS, type PresetName } from './presets.ts';

/**
 * Settings of a deployment, given as context on the command line or in cdk.json, as in `cdk deploy -c dev=true -c
 * shards=4`.
 *
 * | context key              | default                | meaning                                                                    |
 * |--------------------------|------------------------|----------------------------------------------------------------------------|
 * | `pipeline`               | `pipelines/weblog.ts`  | the pipeline file, from the current folder                                 |
 * | `dev`                    | `false`                | `true`: `cdk destroy` deletes the data too (the bucket must be emptied)    |
 * | `shards`                 | on demand              | provisioned shards of each stream, 1 to 10,000; on demand Kinesis scales   |
 * | `retentionDays`          | 7                      | days that the streams keep records, 2 to 365                               |
 * | `key`                    | `aws`                  | `aws`: keys that AWS manages; `customer`: one key of your own, in the stack |
 * | `batchSize`              | 10,000                 | records in one batch at most, 1 to 10,000 (6 MB end a batch before)        |
 * | `batchingWindowSeconds`  | 5                      | how long a batch may wait to fill, 0 to 300: latency against cost          |
 * | `retryAttempts`          | 10,000                 | deliveries of a batch that fails, 0 to 10,000, or -1: until its age alone  |
 * | `memory`                 | 1769                   | MB of the aggregate function, 128 to 10,240; 1769 is one whole CPU         |
 * | `finalizeTimeoutSeconds` | 60                     | time of one finalize call, 30 to 900; it goes on in the next               |
 * | `deadLetterDays`         | 90                     | days that dead letters, late events and discarded batches are kept         |
 * | `logDays`                | 30                     | days that logs are kept; CloudWatch has a list of what it takes            |
 * | `release`                | none                   | any text: a new one publishes unchanged code as a new version              |
 * | `preset`                 | `balanced`             | `lowLatency`, `balanced` or `lowCost`: fills what is marked with *         |
 * | `fanOut`                 | `false` *              | `true`: streams are read by enhanced fan-out, a reader of their own        |
 * | `ingest`                 | `false`                | `true`: an HTTP endpoint that takes events in, for signed requests alone   |
 * | `ingestRequestsPerSecond` | 100                   | what the endpoint takes of all callers, 1 to 10,000; twice as many at once  |
 * | `producers`              | none                   | JSON: by stream, ARNs of those whom the stream's own policy lets put to it |
 * | `reservedConcurrency`    | none                   | kept free for the aggregate function: shards × streams at least            |
 * | `lake`                   | `true`                 | `false`: no bronze, so no replay and no SQL over all events                |
 * | `catalog`                | `true`                 | `false`: bronze without Glue tables and Athena                             |
 * | `bronzeDays`             | kept                   | days that bronze is kept, 1 to 36,500                                      |
 * | `bronzeBufferMb`         | 64                     | MB that Firehose gathers for one object at most, 1 to 128                  |
 * | `bronzeBufferSeconds`    | 300                    | how long it gathers at most, 60 to 900: age of bronze against many objects |
 * | `bronzeSince`            | `2026-01-01`           | the first day that the tables look at; each hour since costs a query time  |
 * | `scanLimitGb`            | 50                     | GB that one query may read before Athena stops it, 1 to 7,000              |
 * | `monitoring`             | `true`                 | metrics, a dashboard, alarms and their topic; docs/operate.md has its cost |
 * | `alarmEmail`             | none                   | an address that alarms are sent to, once it has confirmed                  |
 * | `alarms`                 | as the settings are    | thresholds by name, as JSON; null turns an alarm off: docs/operate.md      |
 * | `mathAlarms`             | `true`                 | `false`: no alarms over several metrics, which local endpoints refuse      |
 * | `rowMetrics`             | `false`                | `true`: numbers of views without groups are metrics, 0.30 dollars a month each |
 * | `tracing`                | `false`                | `true`: X-Ray traces of all functions                                      |
 *
 * * `batchSize`, `batchingWindowSeconds`, `memory`, `fanOut`: a preset fills them, and each that is given stands.
 *
 * `lib/presets.ts` has a table of what each preset costs; `streamgauge cost` estimates it for a pipeline.
 *
 * **Turning fan-out on or off** makes a new event source mapping, which begins at the oldest record. The checkpoints
 * skip what has been counted, so nothing counts twice; the skipping takes some minutes and read units.
 *
 * **Concurrency.** The aggregate function runs one call at a time for each shard, so the shards bound it already. A
 * lower number would only make some shards wait, and hold back the watermark of all. `reservedConcurrency` serves the
 * opposite purpose: all functions of an account share its calls, and reserved ones are safe from the others. It must be
 * at least shards × streams. Streams on demand cannot have it, because their shards grow.
 *
 * **Changing `key`** on a running stack, from `customer` back to `aws`, takes the right to decrypt from the functions
 * while the streams still hold records under the old key. Stop the producers first, and wait until the streams are read
 * to the end.
 *
 * **What an outage loses.** Nothing. The bucket keeps a batch that Lambda gives up on whole, and it counts as
 * discarded, but it is in no window. Lambda gives up when records are a day short of the streams' retention (7 days at
 * most, Lambda's own limit), or after `retryAttempts` deliveries. The default is the most that Lambda counts. How fast
 * it repeats a failing batch is not documented, so set -1 if only age should count.
 *
 * **Going back.** Once a new version has committed on a shard, older versions stop there (`codeGeneration` in
 * `lambdas/shared/config.ts`). If a deployment fails later and rolls back, the old version stops on those shards.
 * Nothing is lost, because their records wait. Deploy older code with another `release`, and it goes on as a new
 * version.
 */
export interface PipelineSettings {
  readonly dev: boolean;
  /** Null: on demand. */
  readonly shards: number | null;
  readonly retentionDays: number;
  readonly key: 'aws' | 'customer';
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  /** -1: until the age limit alone. */
  readonly retryAttempts: number;
  readonly memory: number;
  readonly finalizeTimeoutSeconds: number;
  readonly deadLetterDays: number;
  readonly logDays: number;
  readonly release: string | null;
  readonly preset: PresetName;
  readonly fanOut: boolean;
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
  readonly rowMetrics: boolean;
  readonly tracing: boolean;
}

export const DEFAULT_SETTINGS: PipelineSettings = {
  dev: false,
  shards: null,
  retentionDays: 7,
  key: 'aws',
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
  bronzeDays: null,
  bronzeBufferMb: 64,
  bronzeBufferSeconds: 300,
  bronzeSince: '2026-01-01',
  scanLimitGb: 50,
  monitoring: true,
  alarmEmail: null,
  alarms: {},
  mathAlarms: true,
  rowMetrics: false,
  tracing: false,
};

/** A context key or a property of the construct is wrong. The message names it, what was found and what it takes. */
export class SettingsError extends StreamgaugeError {
  override readonly name = 'SettingsError';
  readonly code = 'settings';
}

/** The error for a wrong value of a setting; `takes` says what it must be. */
export function wrongSetting(key: string, value: unknown, takes: string): SettingsError {
  return new SettingsError(`The setting '${key}' is ${JSON.stringify(value) ?? 'undefined'}: it must be ${takes}.`);
}
