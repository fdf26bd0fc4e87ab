/**
 * Settings of a deployment: what the command line or cdk.json can say by context, as in `cdk deploy -c dev=true -c shards=4`.
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
 * | `lake`                   | `true`                 | `false`: no bronze, so no replay and no SQL over all events                |
 * | `catalog`                | `true`                 | `false`: bronze without Glue tables and Athena                             |
 * | `bronzeDays`             | kept                   | days that bronze is kept, 1 to 36,500                                      |
 * | `bronzeBufferMb`         | 64                     | MB that Firehose gathers for one object at most, 1 to 128                  |
 * | `bronzeBufferSeconds`    | 300                    | how long it gathers at most, 60 to 900: age of bronze against many objects |
 * | `bronzeSince`            | `2026-01-01`           | the first day that the tables look at; each hour since costs a query time  |
 * | `scanLimitGb`            | 50                     | GB that one query may read before Athena stops it, 1 to 7,000              |
 *
 * **What an outage loses.** Nothing is lost: a batch that Lambda gives up on is kept whole in the bucket and counted as
 * discarded, but it is in no window. That happens when its records are a day short of the streams' retention (7 days at
 * most, Lambda's own limit), or after `retryAttempts` deliveries. The default of these is the most that Lambda counts; how
 * fast it repeats a failing batch is not documented, so where only age shall count, set -1.
 *
 * **Going back.** Once a new version has committed on a shard, older versions no longer do (`codeGeneration` in
 * `lambdas/shared/config.ts`). Where a deployment fails and is rolled back after that, the old version stops on those
 * shards; nothing is lost, for their records wait. Deploy older code with another `release`, and it goes on as a new version.
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
  readonly lake: boolean;
  readonly catalog: boolean;
  /** Null: bronze is kept. */
  readonly bronzeDays: number | null;
  readonly bronzeBufferMb: number;
  readonly bronzeBufferSeconds: number;
  /** YYYY-MM-DD. */
  readonly bronzeSince: string;
  readonly scanLimitGb: number;
}

export const DEFAULT_SETTINGS: PipelineSettings = {
  dev: false,
  shards: null,
  retentionDays: 7,
  key: 'aws',
  batchSize: 10_000,
  batchingWindowSeconds: 5,
  retryAttempts: 10_000,
  memory: 1769,
  finalizeTimeoutSeconds: 60,
  deadLetterDays: 90,
  logDays: 30,
  release: null,
  lake: true,
  catalog: true,
  bronzeDays: null,
  bronzeBufferMb: 64,
  bronzeBufferSeconds: 300,
  bronzeSince: '2026-01-01',
  scanLimitGb: 50,
};

/** A context key or a property of the construct is wrong. The message names it, says what was found and what it takes. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'settings';
}

type Setting = keyof PipelineSettings;

/** Smallest and largest of each number. */
const RANGES = {
  shards: [1, 10_000],
  retentionDays: [2, 365],
  batchSize: [1, 10_000],
  batchingWindowSeconds: [0, 300],
  retryAttempts: [-1, 10_000],
  memory: [128, 10_240],
  finalizeTimeoutSeconds: [30, 900],
  deadLetterDays: [1, 3650],
  bronzeDays: [1, 36_500],
  bronzeBufferMb: [1, 128],
  bronzeBufferSeconds: [60, 900],
  scanLimitGb: [1, 7000],
} as const;

/** What is not set where it is null. */
const OPTIONAL: readonly Setting[] = ['shards', 'bronzeDays'];

const SWITCHES = ['dev', 'lake', 'catalog'] as const;

/** What CloudWatch Logs takes. */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const DEFAULT_PIPELINE_FILE = 'pipelines/weblog.ts';

/** Reads the settings from context, where the command line leaves text and cdk.json any JSON. */
export function settingsFromContext(context: Readonly<Record<string, unknown>>): {
  readonly pipeline: string;
  readonly settings: PipelineSettings;
} {
  refuseUnknownKeys(context);
  const { pipeline = DEFAULT_PIPELINE_FILE } = context;
  if (typeof pipeline !== 'string' || pipeline === '') {
    throw wrong('pipeline', pipeline, 'the path of a pipeline file, such as pipelines/clickstream.ts');
  }
  const given = Object.keys(DEFAULT_SETTINGS).filter((key) => context[key] !== undefined && context[key] !== null);
  const parsed = given.map((key) => [key, parse(key as Setting, context[key])]);
  return { pipeline, settings: completeSettings(Object.fromEntries(parsed)) };
}

/** Fills in the defaults and checks every value. */
export function completeSettings(given: Partial<PipelineSettings>): PipelineSettings {
  const settings = { ...DEFAULT_SETTINGS, ...given };
  for (const [key, [least, most]] of Object.entries(RANGES)) {
    const value = settings[key as keyof typeof RANGES];
    if (value === null && OPTIONAL.includes(key as Setting)) continue;
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
      throw wrong(key, value, `a whole number from ${least} to ${most}`);
    }
  }
  for (const key of SWITCHES) {
    if (typeof settings[key] !== 'boolean') throw wrong(key, settings[key], 'true or false');
  }
  if (settings.key !== 'aws' && settings.key !== 'customer') throw wrong('key', settings.key, "'aws' or 'customer'");
  if (!LOG_DAYS.includes(settings.logDays)) throw wrong('logDays', settings.logDays, `one of ${LOG_DAYS.join(', ')}`);
  if (settings.release !== null && !/^[\w .:/+-]{1,64}$/.test(settings.release)) {
    throw wrong('release', settings.release, '1 to 64 letters, digits, blanks or . : / + - _');
  }
  if (!isDay(settings.bronzeSince)) throw wrong('bronzeSince', settings.bronzeSince, 'a day such as 2026-01-01');
  return settings;
}

function isDay(text: unknown): boolean {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

function parse(key: Setting, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (key === 'key' || key === 'release' || key === 'bronzeSince') return value;
  if ((SWITCHES as readonly Setting[]).includes(key)) {
    return value === 'true' ? true : value === 'false' ? false : value;
  }
  return /^-?\d+$/.test(value) ? Number(value) : value;
}

/** Keys of the CDK and of its features have other characters than letters; what has only letters is meant for us. */
function refuseUnknownKeys(context: Readonly<Record<string, unknown>>): void {
  const known = ['pipeline', ...Object.keys(DEFAULT_SETTINGS)];
  const unknown = Object.keys(context).find((key) => /^[A-Za-z]+$/.test(key) && !known.includes(key));
  if (unknown === undefined) return;
  throw new SettingsError(`There is no setting '${unknown}'. The context keys are ${known.join(', ')}.`);
}

function wrong(key: string, value: unknown, takes: string): SettingsError {
  return new SettingsError(`The setting '${key}' is ${JSON.stringify(value) ?? 'undefined'}: it must be ${takes}.`);
}
