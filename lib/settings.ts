import type { AlarmThresholds } from './monitoring/alarm-thresholds.ts';

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
 * | `monitoring`             | `true`                 | metrics, a dashboard, alarms and their topic; docs/operate.md has its cost |
 * | `alarmEmail`             | none                   | an address that alarms are sent to, once it has confirmed                  |
 * | `alarms`                 | as the settings are    | thresholds by name, as JSON; null turns an alarm off: docs/operate.md      |
 * | `mathAlarms`             | `true`                 | `false`: no alarms over several metrics, which local endpoints refuse      |
 * | `rowMetrics`             | `false`                | `true`: numbers of views without groups are metrics, 0.30 dollars a month each |
 * | `tracing`                | `false`                | `true`: X-Ray traces of all functions                                      |
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
  readonly monitoring: boolean;
  /** Null: nobody; whoever wants to can subscribe to the topic. */
  readonly alarmEmail: string | null;
  /** What is not given is as `defaultThresholds` says. */
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
  batchSize: 10_000,
  batchingWindowSeconds: 5,
  retryAttempts: 10_000,
  memory: 1769,
  finalizeTimeoutSeconds: 60,
  deadLetterDays: 90,
  logDays: 30,
  release: null,
  monitoring: true,
  alarmEmail: null,
  alarms: {},
  mathAlarms: true,
  rowMetrics: false,
  tracing: false,
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
} as const;

const SWITCHES = ['dev', 'monitoring', 'mathAlarms', 'rowMetrics', 'tracing'] as const;

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
    if (key === 'shards' && value === null) continue;
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
  if (settings.alarmEmail !== null && !/^[^\s@]+@[^\s@]+$/.test(settings.alarmEmail)) {
    throw wrong('alarmEmail', settings.alarmEmail, 'an address, such as team@example.com');
  }
  if (typeof settings.alarms !== 'object' || settings.alarms === null || Array.isArray(settings.alarms)) {
    throw wrong('alarms', settings.alarms, 'a JSON object of thresholds, such as {"iteratorAgeSeconds":120}');
  }
  return settings;
}

function parse(key: Setting, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (key === 'key' || key === 'release' || key === 'alarmEmail') return value;
  if (key === 'alarms') return parseObject(value);
  if (SWITCHES.some((each) => each === key)) return value === 'true' ? true : value === 'false' ? false : value;
  return /^-?\d+$/.test(value) ? Number(value) : value;
}

function parseObject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
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
