import { completeSettings, DEFAULT_SETTINGS, SettingsError, settingsFromContext } from '../../lib/settings.ts';

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

test.each([
  [{ shards: '0' }, "The setting 'shards' is 0: it must be a whole number from 1 to 10000."],
  [{ shards: 'four' }, `The setting 'shards' is "four": it must be a whole number from 1 to 10000.`],
  [{ retentionDays: '1' }, "The setting 'retentionDays' is 1: it must be a whole number from 2 to 365."],
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
  [{ logDays: '31' }, "The setting 'logDays' is 31: it must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150,"],
  [{ mathAlarms: 'no' }, `The setting 'mathAlarms' is "no": it must be true or false.`],
  [{ alarmEmail: 'me' }, `The setting 'alarmEmail' is "me": it must be an address, such as team@example.com.`],
  [{ alarms: '{' }, `The setting 'alarms' is "{": it must be a JSON object of thresholds, such as`],
  [{ dev: 'yes' }, `The setting 'dev' is "yes": it must be true or false.`],
  [{ key: 'mine' }, `The setting 'key' is "mine": it must be 'aws' or 'customer'.`],
  [{ release: 'a\nb' }, `The setting 'release' is "a\\nb": it must be 1 to 64 letters, digits, blanks or . : / + - _.`],
  [
    { pipeline: '' },
    `The setting 'pipeline' is "": it must be the path of a pipeline file, such as pipelines/clickstream.ts.`,
  ],
  [{ shrads: '4' }, "There is no setting 'shrads'. The context keys are pipeline, dev, shards, retentionDays, key,"],
])('%j is refused with a sentence that says what it takes', (context, message) => {
  expect(() => settingsFromContext(context)).toThrow(SettingsError);
  expect(() => settingsFromContext(context)).toThrow(message);
});

test('a property of the construct is checked as a context key is', () => {
  expect(() => completeSettings({ retentionDays: 0 })).toThrow("The setting 'retentionDays' is 0");
});
