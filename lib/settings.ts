import { isPresetName, PRESETS, type PresetName } from './presets.ts';

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
 *
 * * `batchSize`, `batchingWindowSeconds`, `memory`, `fanOut`: a preset fills them, and each that is given stands.
 *
 * `lib/presets.ts` has the table of what each preset costs; `streamgauge cost` reckons it for a pipeline.
 *
 * **Turning fan-out on or off** makes a new event source mapping, which begins at the oldest record. What was counted is
 * skipped by the checkpoints, so nothing counts twice; it takes some minutes and read units.
 *
 * **Concurrency.** The aggregate function runs one call at a time for each shard, so Kinesis itself bounds it, and a number
 * below that of the shards would only make some of them wait, and the watermark of all with them. What
 * `reservedConcurrency` is for is the other way round: an account's calls are shared by all its functions, and reserved
 * ones cannot be used up by others. It must be at least shards × streams, and is refused for streams on demand, whose
 * shards grow.
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
  readonly preset: PresetName;
  readonly fanOut: boolean;
  readonly ingest: boolean;
  readonly ingestRequestsPerSecond: number;
  /** By the pipeline's names of streams, the ARNs of roles, users or accounts. */
  readonly producers: Readonly<Record<string, readonly string[]>>;
  /** Null: what the account has. */
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
  ingestRequestsPerSecond: [1, 10_000],
  reservedConcurrency: [1, 100_000],
  bronzeDays: [1, 36_500],
  bronzeBufferMb: [1, 128],
  bronzeBufferSeconds: [60, 900],
  scanLimitGb: [1, 7000],
} as const;

/** Numbers that may be left open. */
const OPEN: readonly string[] = ['shards', 'reservedConcurrency', 'bronzeDays'];

const SWITCHES = ['dev', 'fanOut', 'ingest', 'lake', 'catalog'] as const;

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
  const { preset = DEFAULT_SETTINGS.preset } = given;
  if (!isPresetName(preset)) throw wrong('preset', preset, `one of ${Object.keys(PRESETS).join(', ')}`);
  const settings = { ...DEFAULT_SETTINGS, ...PRESETS[preset], ...given };
  for (const [key, [least, most]] of Object.entries(RANGES)) {
    const value = settings[key as keyof typeof RANGES];
    if (OPEN.includes(key) && value === null) continue;
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
      throw wrong(key, value, `a whole number from ${least} to ${most}`);
    }
  }
  for (const key of SWITCHES) if (typeof settings[key] !== 'boolean') throw wrong(key, settings[key], 'true or false');
  if (settings.key !== 'aws' && settings.key !== 'customer') throw wrong('key', settings.key, "'aws' or 'customer'");
  if (!LOG_DAYS.includes(settings.logDays)) throw wrong('logDays', settings.logDays, `one of ${LOG_DAYS.join(', ')}`);
  if (settings.release !== null && !/^[\w .:/+-]{1,64}$/.test(settings.release)) {
    throw wrong('release', settings.release, '1 to 64 letters, digits, blanks or . : / + - _');
  }
  if (!isDay(settings.bronzeSince)) throw wrong('bronzeSince', settings.bronzeSince, 'a day such as 2026-01-01');
  checkProducers(settings.producers);
  return settings;
}

/** A role, a user, or `root`: all of an account whom its own administrators let. */
const PRINCIPAL_ARN = /^arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)\/[\w+=,.@/-]+)$/;

function checkProducers(producers: unknown): void {
  const takes =
    'JSON of lists of ARNs by stream, such as {"clicks":["arn:aws:iam::123456789012:role/web"]}, of roles, users or root';
  if (typeof producers !== 'object' || producers === null || Array.isArray(producers)) {
    throw wrong('producers', producers, takes);
  }
  for (const arns of Object.values(producers)) {
    const areArns = Array.isArray(arns) && arns.every((arn) => typeof arn === 'string' && PRINCIPAL_ARN.test(arn));
    if (!areArns) throw wrong('producers', producers, takes);
  }
}

function isDay(text: unknown): boolean {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

function parse(key: Setting, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (key === 'key' || key === 'release' || key === 'preset' || key === 'bronzeSince') return value;
  if ((SWITCHES as readonly string[]).includes(key)) return value === 'true' ? true : value === 'false' ? false : value;
  if (key === 'producers') return parseJson(value);
  return /^-?\d+$/.test(value) ? Number(value) : value;
}

/** The text itself where it is no JSON: what checks the value names it. */
function parseJson(text: string): unknown {
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
