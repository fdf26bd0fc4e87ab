import { VARIABLES } from '../../contracts/environment.ts';
import { RANGES, SWITCHES } from '../../lib/complete-settings.ts';
import { DEFAULT_PIPELINE_FILE } from '../../lib/context-settings.ts';
import { defaultThresholds } from '../../lib/monitoring/alarm-thresholds.ts';
import { PRESETS } from '../../lib/presets.ts';
import { DEFAULT_SETTINGS } from '../../lib/settings.ts';
import { READ_ENVIRONMENT } from './environment.ts';
import { page, prose, table } from './markdown.ts';
import { SECTIONS } from './settings-sections.ts';
import type { Doc, Setting, Sources } from './sources.ts';

/** Every setting of pipeline files, producers, tests, deployments and environments. */
export function settingsPage(sources: Sources): string {
  const intro =
    "Every setting, with its type, its default and its meaning. A `Duration` is text of a whole number and a unit, such as `'5 minutes'`.";
  const inCode = SECTIONS.flatMap(({ title, about, interfaces }) => [
    `## ${title}`,
    about,
    ...interfaces.flatMap(({ heading, file, name }) => [
      `### ${heading}`,
      settingsText(sources.settingsOf(file, name)),
    ]),
  ]);
  return page('Settings', [intro, ...inCode, ...deployment(sources), ...environment()]);
}

function settingsText({ doc, settings }: { readonly doc: Doc; readonly settings: readonly Setting[] }): string {
  const rows = settings.map(({ name, type, isOptional, doc: { text } }) => [
    `\`${name}\`${isOptional ? '' : ' (required)'}`,
    `\`${type}\``,
    prose(text),
  ]);
  const shown = table(['setting', 'type', 'meaning'], rows);
  return doc.text === '' ? shown : `${prose(doc.text)}\n\n${shown}`;
}

type Key = keyof typeof DEFAULT_SETTINGS;

function deployment(sources: Sources): readonly string[] {
  const documented = [
    ...sources.settingsOf('lib/settings.ts', 'PipelineSettings').settings,
    ...sources.settingsOf('lib/presets.ts', 'PresetSettings').settings,
    ...sources.settingsOf('lib/existing-resources.ts', 'ExistingResources').settings,
    ...sources.settingsOf('lib/api-settings.ts', 'ApiSettings').settings,
  ];
  const meanings = new Map(documented.map(({ name, doc }) => [name, prose(doc.text)]));
  const rows = Object.entries(DEFAULT_SETTINGS).map(([key, value]) => [
    `\`${key}\``,
    `${plain(value)}${isFilledByPreset(key) ? ' *' : ''}`,
    takes(key as Key),
    meanings.get(key) ?? '',
  ]);
  const file = ['`pipeline`', `\`${DEFAULT_PIPELINE_FILE}\``, '', 'The pipeline file, from the current folder.'];
  const thresholds = defaultThresholds(DEFAULT_SETTINGS);
  const alarms = sources
    .settingsOf('lib/monitoring/alarm-thresholds.ts', 'AlarmThresholds')
    .settings.map(({ name, doc }) => [
      `\`${name}\``,
      plain(thresholds[name as keyof typeof thresholds]),
      prose(doc.text),
    ]);
  return [
    '## Deployment',
    'Context keys of `cdk deploy`, as in `-c dev=true -c shards=4`, or in `cdk.json`. In an app of your own they are the `settings` of `StreamgaugePipeline`, all but `pipeline`, `stage` and `stackName`: there the stack is yours. Give every command of the CDK the same ones. [Settings of a deployment](../settings.md) explains stages, keys, networks and existing parts.',
    table(['key', 'default', 'takes', 'meaning'], [file, ...rows]),
    '\\* The `preset` fills it. `streamgauge cost --preset all` compares what the presets cost for a pipeline.',
    '### Alarms',
    'Thresholds of the setting `alarms`, as in `-c \'alarms={"deadLetters":null}\'`. Some defaults follow the settings: these are those of the default settings. [Operate](../operate.md) has a card for each alarm.',
    table(['threshold', 'default', 'an alarm goes off above, or for `Min` below'], alarms),
  ];
}

function plain(value: unknown): string {
  if (value === null || (typeof value === 'object' && Object.keys(value).length === 0)) return 'not set';
  return `\`${String(value)}\``;
}

/** Presets that all fill in the same leave a setting as it is. */
function isFilledByPreset(key: string): boolean {
  const values = Object.values(PRESETS).map((preset) => preset[key as keyof typeof preset]);
  return new Set(values).size > 1;
}

function takes(key: Key): string {
  if ((SWITCHES as readonly string[]).includes(key)) return '`true`, `false`';
  if (!Object.hasOwn(RANGES, key)) return '';
  const [least, most] = RANGES[key as keyof typeof RANGES];
  return `${least.toLocaleString('en-US')} to ${most.toLocaleString('en-US')}`;
}

function environment(): readonly string[] {
  const read = Object.entries(READ_ENVIRONMENT).map(([name, meaning]) => [name, meaning]);
  const set = Object.values(VARIABLES).map((name) => `\`${name}\``);
  return [
    '## Environment variables',
    table(['variable', 'what reads it, and for what'], read),
    `The stack sets these for its functions. You never set them yourself: ${set.join(', ')}.`,
  ];
}
