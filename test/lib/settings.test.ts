import { completeSettings } from '../../lib/complete-settings.ts';
import { settingsFromContext } from '../../lib/context-settings.ts';
import { PRESETS } from '../../lib/presets.ts';
import { DEFAULT_SETTINGS } from '../../lib/settings.ts';
import { SettingsError } from '../../lib/settings-error.ts';

test('without context the defaults hold', () => {
  expect(settingsFromContext({ 'aws:cdk:version-reporting': true, '@aws-cdk/core:checkSecretUsage': true })).toEqual({
    pipeline: 'pipelines/weblog.ts',
    settings: DEFAULT_SETTINGS,
  });
});

test('the text of the command line and the JSON of cdk.json mean the same', () => {
  const text = { dev: 'true', shards: '4', retryAttempts: '-1', memory: '512', key: 'customer', release: '2026-03-01' };
  const json = { dev: true, shards: 4, retryAttempts: -1, memory: 512, key: 'customer', release: '2026-03-01' };
  expect(settingsFromContext(text)).toEqual(settingsFromContext(json));
  expect(settingsFromContext(text).settings).toEqual({ ...DEFAULT_SETTINGS, ...json });
});

test('the lake and its catalog are switched off by text or by JSON', () => {
  expect(settingsFromContext({ lake: 'false', catalog: 'false' })).toEqual(
    settingsFromContext({ lake: false, catalog: false }),
  );
  expect(settingsFromContext({ bronzeDays: '400', bronzeSince: '2026-03-01' }).settings).toMatchObject({
    lake: true,
    catalog: true,
    bronzeDays: 400,
    bronzeSince: '2026-03-01',
  });
});

test('the text of the command line can hold switches and thresholds of alarms', () => {
  const text = { monitoring: 'false', tracing: 'true', alarms: '{"deadLetters":null,"iteratorAgeSeconds":30}' };
  expect(settingsFromContext(text).settings).toEqual({
    ...DEFAULT_SETTINGS,
    monitoring: false,
    tracing: true,
    alarms: { deadLetters: null, iteratorAgeSeconds: 30 },
  });
});

test('the pipeline file is a setting of the app', () => {
  expect(settingsFromContext({ pipeline: 'pipelines/clickstream.ts' }).pipeline).toBe('pipelines/clickstream.ts');
});

test('a preset fills what trades latency against cost, and what is given stands', () => {
  expect(settingsFromContext({ preset: 'balanced' }).settings).toEqual(DEFAULT_SETTINGS);
  for (const [name, filled] of Object.entries(PRESETS)) {
    expect(settingsFromContext({ preset: name }).settings).toEqual({ ...DEFAULT_SETTINGS, preset: name, ...filled });
  }
  const mixed = { preset: 'lowLatency', fanOut: 'false', memory: '3008' };
  expect(settingsFromContext(mixed).settings).toMatchObject({
    batchingWindowSeconds: 0,
    fanOut: false,
    memory: 3008,
  });
});

test('the default preset is what the settings were before there were presets', () => {
  expect(DEFAULT_SETTINGS).toMatchObject({
    batchSize: 10_000,
    batchingWindowSeconds: 5,
    memory: 1769,
    fanOut: false,
    ingest: false,
  });
});

test('producers are JSON, as text and as it is', () => {
  const producers = { clicks: ['arn:aws:iam::123456789012:role/web/front-1', 'arn:aws-cn:iam::123456789012:root'] };
  expect(settingsFromContext({ producers: JSON.stringify(producers) }).settings.producers).toEqual(producers);
  expect(settingsFromContext({ producers }).settings.producers).toEqual(producers);
});

test.each([
  ['no JSON', 'clicks=me', 'The setting \'producers\' is "clicks=me": it must be JSON of lists of ARNs by stream'],
  ['a list', ['me'], 'it must be JSON of lists of ARNs by stream'],
  ['one ARN', { clicks: 'arn:aws:iam::123456789012:role/web' }, 'it must be JSON of lists'],
  ['anybody', { clicks: ['*'] }, 'it must be JSON of lists'],
  ['many', { clicks: ['arn:aws:iam::123456789012:role/*'] }, 'it must be JSON of lists'],
  ['a service', { clicks: ['arn:aws:iam::123456789012:policy/web'] }, 'it must be JSON of lists'],
])('producers that are %s are refused', (_case, producers, message) => {
  expect(() => settingsFromContext({ producers })).toThrow(message);
});

test.each([
  [{ shards: '0' }, "The setting 'shards' is 0: it must be a whole number from 1 to 10000."],
  [{ shards: 'four' }, `The setting 'shards' is "four": it must be a whole number from 1 to 10000.`],
  [{ retentionDays: '0' }, "The setting 'retentionDays' is 0: it must be a whole number from 1 to 365."],
  [{ batchSize: 10_001 }, "The setting 'batchSize' is 10001: it must be a whole number from 1 to 10000."],
  [
    { batchingWindowSeconds: '2.5' },
    `The setting 'batchingWindowSeconds' is "2.5": it must be a whole number from 0 to 300.`,
  ],
  [{ retryAttempts: '-2' }, "The setting 'retryAttempts' is -2: it must be a whole number from -1 to 10000."],
  [{ memory: '64' }, "The setting 'memory' is 64: it must be a whole number from 128 to 10240."],
  [
    { finalizeTimeoutSeconds: 901 },
    "The setting 'finalizeTimeoutSeconds' is 901: it must be a whole number from 30 to 900.",
  ],
  [{ deadLetterDays: 0 }, "The setting 'deadLetterDays' is 0: it must be a whole number from 1 to 3650."],
  [{ bronzeDays: '0' }, "The setting 'bronzeDays' is 0: it must be a whole number from 1 to 36500."],
  [{ bronzeBufferMb: 129 }, "The setting 'bronzeBufferMb' is 129: it must be a whole number from 1 to 128."],
  [{ bronzeBufferSeconds: 1 }, "The setting 'bronzeBufferSeconds' is 1: it must be a whole number from 60 to 900."],
  [{ scanLimitGb: 'all' }, `The setting 'scanLimitGb' is "all": it must be a whole number from 1 to 7000.`],
  [{ bronzeSince: '2026-02-30' }, `The setting 'bronzeSince' is "2026-02-30": it must be a day such as 2026-01-01.`],
  [{ bronzeSince: 2026 }, "The setting 'bronzeSince' is 2026: it must be a day such as 2026-01-01."],
  [{ startingPosition: 'newest' }, `The setting 'startingPosition' is "newest": it must be 'oldest', or a time`],
  [{ startingPosition: '2026-03-01T00:00:00.5Z' }, 'or a time to the second, such as 2026-03-01T00:00:00Z.'],
  [{ startingPosition: 'latest' }, 'which loses what arrives while the stack is made: give the time of now'],
  [{ lake: 'no' }, `The setting 'lake' is "no": it must be true or false.`],
  [{ catalog: 0 }, "The setting 'catalog' is 0: it must be true or false."],
  [{ logDays: '31' }, "The setting 'logDays' is 31: it must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150,"],
  [{ mathAlarms: 'no' }, `The setting 'mathAlarms' is "no": it must be true or false.`],
  [{ alarmEmail: 'me' }, `The setting 'alarmEmail' is "me": it must be an address, such as team@example.com.`],
  [{ alarms: '{' }, `The setting 'alarms' is "{": it must be a JSON object of thresholds, such as`],
  [{ dev: 'yes' }, `The setting 'dev' is "yes": it must be true or false.`],
  [{ fanOut: 'on' }, `The setting 'fanOut' is "on": it must be true or false.`],
  [{ ingest: 1 }, "The setting 'ingest' is 1: it must be true or false."],
  [{ preset: 'fast' }, `The setting 'preset' is "fast": it must be one of lowLatency, balanced, lowCost.`],
  [{ preset: 'toString' }, `The setting 'preset' is "toString": it must be one of`],
  [{ ingestRequestsPerSecond: 0 }, "The setting 'ingestRequestsPerSecond' is 0: it must be a whole number from 1"],
  [{ reservedConcurrency: 0 }, "The setting 'reservedConcurrency' is 0: it must be a whole number from 1"],
  [{ key: 'mine' }, `The setting 'key' is "mine": it must be 'aws', 'customer', or the ARN of a KMS key.`],
  [{ key: 'arn:aws:kms:eu-west-1:123456789012:alias/mine' }, "it must be 'aws', 'customer', or the ARN of a KMS key."],
  [{ stage: 'Prod' }, `The setting 'stage' is "Prod": it must be 1 to 20 lower-case letters, digits or hyphens,`],
  [{ stackName: '1st' }, `The setting 'stackName' is "1st": it must be 1 to 128 letters, digits or hyphens,`],
  [{ dev: 'true', protect: 'true' }, "The settings 'dev' and 'protect' are both true: one lets the data go with the"],
  [{ stage: 'dev', stackName: 'Dev' }, `'stage' is "dev" and 'stackName' is "Dev": each names the stack.`],
  [{ streams: '{"clicks":"web"}' }, 'The setting \'streams\' is {"clicks":"web"}: it must be JSON of the ARNs of'],
  [{ bronzeBucket: 'Lake' }, `The setting 'bronzeBucket' is "Lake": it must be the name of a bucket,`],
  [{ bronzeBucket: 'lake', bronzeDays: '9' }, "'bronzeBucket' names a bucket that exists already: its owner decides"],
  [{ alarmTopic: 'alarms' }, `The setting 'alarmTopic' is "alarms": it must be the ARN of an SNS topic`],
  [
    { vpc: '{"subnets":[],"securityGroups":["sg-0a1b2c3d"]}' },
    'it must be JSON of 1 to 16 subnets and 1 to 5 security',
  ],
  [{ vpc: 'vpc-0a1b2c3d' }, `The setting 'vpc' is "vpc-0a1b2c3d": it must be JSON of 1 to 16 subnets`],
  [{ release: 'a\nb' }, `The setting 'release' is "a\\nb": it must be 1 to 64 letters, digits, blanks or . : / + - _.`],
  [
    { pipeline: '' },
    `The setting 'pipeline' is "": it must be the path of a pipeline file, such as pipelines/clickstream.ts.`,
  ],
  [
    { shrads: '4' },
    "There is no setting 'shrads'. The context keys are pipeline, stage, stackName, dev, protect, shards, retentionDays, key,",
  ],
])('%j is refused with a sentence that says what it takes', (context, message) => {
  expect(() => settingsFromContext(context)).toThrow(SettingsError);
  expect(() => settingsFromContext(context)).toThrow(message);
});

test('a property of the construct is checked as a context key is', () => {
  expect(() => completeSettings({ retentionDays: 0 })).toThrow("The setting 'retentionDays' is 0");
});
