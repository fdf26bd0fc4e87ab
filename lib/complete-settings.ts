import { isPresetName, PRESETS } from './presets.ts';
import { DEFAULT_SETTINGS, type PipelineSettings, wrongSetting as wrong } from './settings.ts';

/** The least and the greatest value of each number. */
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

/** Numbers that may be null. */
const OPEN: readonly string[] = ['shards', 'reservedConcurrency', 'bronzeDays'];

/** Settings that are true or false. */
export const SWITCHES = [
  'dev',
  'fanOut',
  'ingest',
  'lake',
  'catalog',
  'monitoring',
  'mathAlarms',
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
  if (settings.key !== 'aws' && settings.key !== 'customer') throw wrong('key', settings.key, "'aws' or 'customer'");
  if (!LOG_DAYS.includes(settings.logDays)) throw wrong('logDays', settings.logDays, `one of ${LOG_DAYS.join(', ')}`);
  if (settings.release !== null && !/^[\w .:/+-]{1,64}$/.test(settings.release)) {
    throw wrong('release', settings.release, '1 to 64 letters, digits, blanks or . : / + - _');
  }
  if (!isDay(settings.bronzeSince)) throw wrong('bronzeSince', settings.bronzeSince, 'a day such as 2026-01-01');
  checkProducers(settings.producers);
  if (settings.alarmEmail !== null && !/^[^\s@]+@[^\s@]+$/.test(settings.alarmEmail)) {
    throw wrong('alarmEmail', settings.alarmEmail, 'an address, such as team@example.com');
  }
  if (typeof settings.alarms !== 'object' || settings.alarms === null || Array.isArray(settings.alarms)) {
    throw wrong('alarms', settings.alarms, 'a JSON object of thresholds, such as {"iteratorAgeSeconds":120}');
  }
  return settings;
}

/** A role, a user, or `root`: everybody in an account whom its administrators let. */
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
