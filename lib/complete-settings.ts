import { isPageUrl, PAGE_URL_WORDS } from '../contracts/page-url.ts';
import { checkApi } from './api-settings.ts';
import { checkExisting } from './existing-resources.ts';
import { isPresetName, PRESETS } from './presets.ts';
import { isKeyArn, isRecord, matches } from './setting-checks.ts';
import { DEFAULT_SETTINGS, type PipelineSettings } from './settings.ts';
import { SettingsError, wrongSetting as wrong } from './settings-error.ts';
import { startsAtSeconds } from './starting-position.ts';

/** The least and the greatest value of each number. */
export const RANGES = {
  shards: [1, 10_000],
  retentionDays: [1, 365],
  batchSize: [1, 10_000],
  batchingWindowSeconds: [0, 300],
  retryAttempts: [-1, 10_000],
  memory: [128, 10_240],
  finalizeTimeoutSeconds: [30, 900],
  deadLetterDays: [1, 3650],
  ingestRequestsPerSecond: [1, 10_000],
  apiRequestsPerSecond: [1, 10_000],
  apiConcurrency: [1, 1000],
  reservedConcurrency: [1, 100_000],
  bronzeDays: [1, 36_500],
  bronzeBufferMb: [1, 128],
  bronzeBufferSeconds: [60, 900],
  scanLimitGb: [1, 7000],
} as const;

/** Numbers that may be null. */
const OPEN: readonly string[] = ['shards', 'reservedConcurrency', 'apiConcurrency', 'bronzeDays'];

/** Settings that are true or false. */
export const SWITCHES = [
  'dev',
  'protect',
  'fanOut',
  'ingest',
  'apiOpenWindows',
  'lake',
  'catalog',
  'monitoring',
  'mathAlarms',
  'makeAlertBuses',
  'rowMetrics',
  'tracing',
] as const;

/** Retention in days that CloudWatch Logs accepts. */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

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
  if (settings.key !== 'aws' && settings.key !== 'customer' && !isKeyArn(settings.key)) {
    throw wrong('key', settings.key, "'aws', 'customer', or the ARN of a KMS key");
  }
  checkNames(settings);
  checkExisting(settings);
  checkApi(settings);
  if (settings.dev && settings.protect) {
    throw new SettingsError(
      "The settings 'dev' and 'protect' are both true: one lets the data go with the stack, the other keeps it. Leave one of them out.",
    );
  }
  if (settings.bronzeBucket !== null && settings.bronzeDays !== null) {
    throw new SettingsError(
      `The setting 'bronzeDays' is ${settings.bronzeDays}, and 'bronzeBucket' names a bucket that exists already: its owner decides how long it keeps objects. Leave one of them out.`,
    );
  }
  if (!LOG_DAYS.includes(settings.logDays)) throw wrong('logDays', settings.logDays, `one of ${LOG_DAYS.join(', ')}`);
  if (settings.release !== null && !/^[\w .:/+-]{1,64}$/.test(settings.release)) {
    throw wrong('release', settings.release, '1 to 64 letters, digits, blanks or . : / + - _');
  }
  if (!isDay(settings.bronzeSince)) throw wrong('bronzeSince', settings.bronzeSince, 'a day such as 2026-01-01');
  startsAtSeconds(settings);
  checkProducers(settings.producers);
  if (settings.alarmEmail !== null && !/^[^\s@]+@[^\s@]+$/.test(settings.alarmEmail)) {
    throw wrong('alarmEmail', settings.alarmEmail, 'an address, such as team@example.com');
  }
  if (settings.alertSecretsPath !== null && !matches(SECRETS_PATH, settings.alertSecretsPath)) {
    throw wrong(
      'alertSecretsPath',
      settings.alertSecretsPath,
      'a path that begins and ends with /, such as /streamgauge/web/',
    );
  }
  if (settings.alertLinks !== null && !isPageUrl(settings.alertLinks)) {
    throw wrong('alertLinks', settings.alertLinks, PAGE_URL_WORDS);
  }
  if (!isRecord(settings.alarms)) {
    throw wrong('alarms', settings.alarms, 'a JSON object of thresholds, such as {"iteratorAgeSeconds":120}');
  }
  return settings;
}

/** As Systems Manager takes it, of up to ten levels, which must not begin with aws or ssm. */
const SECRETS_PATH = /^\/(?!(aws|ssm)\/)([\w.-]{1,63}\/){1,10}$/;

/** A role, a user, or `root`: everybody in an account whom its administrators let. */
const PRINCIPAL_ARN = /^arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)\/[\w+=,.@/-]+)$/;

function checkProducers(producers: unknown): void {
  const takes =
    'JSON of lists of ARNs by stream, such as {"clicks":["arn:aws:iam::123456789012:role/web"]}, of roles, users or root';
  if (!isRecord(producers)) throw wrong('producers', producers, takes);
  for (const arns of Object.values(producers)) {
    const areArns = Array.isArray(arns) && arns.every((arn) => matches(PRINCIPAL_ARN, arn));
    if (!areArns) throw wrong('producers', producers, takes);
  }
}

/** Long enough for a branch or a team, and short enough that names of resources still tell the pipeline. */
const STAGE = /^[a-z][a-z0-9-]{0,19}$/;
/** As CloudFormation takes it. */
const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;

function checkNames({ stage, stackName }: PipelineSettings): void {
  if (stage !== null && !matches(STAGE, stage)) {
    throw wrong('stage', stage, '1 to 20 lower-case letters, digits or hyphens, a letter first, such as prod');
  }
  if (stackName !== null && !matches(STACK_NAME, stackName)) {
    throw wrong('stackName', stackName, '1 to 128 letters, digits or hyphens, a letter first');
  }
  if (stage !== null && stackName !== null) {
    throw new SettingsError(
      `The setting 'stage' is ${JSON.stringify(stage)} and 'stackName' is ${JSON.stringify(stackName)}: each names the stack. Leave one of them out.`,
    );
  }
}

function isDay(text: unknown): boolean {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
