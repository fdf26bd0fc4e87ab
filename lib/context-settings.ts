import { completeSettings, SWITCHES } from './complete-settings.ts';
import { DEFAULT_SETTINGS, type PipelineSettings } from './settings.ts';
import { SettingsError, wrongSetting as wrong } from './settings-error.ts';

export const DEFAULT_PIPELINE_FILE = 'pipelines/weblog.ts';

/** Reads the settings from context, where values from the command line are text and values from cdk.json any JSON. */
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

type Setting = keyof PipelineSettings;
/** Settings that are text. */
const TEXTS: readonly Setting[] = [
  'stage',
  'stackName',
  'key',
  'release',
  'startingPosition',
  'preset',
  'bronzeSince',
  'alarmTopic',
  'alarmEmail',
  'alertSecretsPath',
  'alertLinks',
  'api',
  'apiAllows',
  'page',
];
/** Settings that are JSON. */
const OBJECTS: readonly Setting[] = [
  'producers',
  'alarms',
  'streams',
  'bronzeBucket',
  'alertTopic',
  'vpc',
  'signIn',
  'pageDomain',
];

function parse(key: Setting, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (TEXTS.includes(key)) return value;
  if ((SWITCHES as readonly string[]).includes(key)) return value === 'true' ? true : value === 'false' ? false : value;
  if (OBJECTS.includes(key)) return parseJson(value);
  return /^-?\d+$/.test(value) ? Number(value) : value;
}

/** Text that is no JSON of an object or a list stays text: the check of the value then reports it. */
function parseJson(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Keys of the CDK and its features contain other characters than letters. Keys of letters alone are ours. */
function refuseUnknownKeys(context: Readonly<Record<string, unknown>>): void {
  const known = ['pipeline', ...Object.keys(DEFAULT_SETTINGS)];
  const unknown = Object.keys(context).find((key) => /^[A-Za-z]+$/.test(key) && !known.includes(key));
  if (unknown === undefined) return;
  throw new SettingsError(`There is no setting '${unknown}'. The context keys are ${known.join(', ')}.`);
}
