import { alarmThresholds, defaultThresholds } from '../../../lib/monitoring/alarm-thresholds.ts';
import { DEFAULT_SETTINGS, type PipelineSettings } from '../../../lib/settings.ts';
import { SettingsError } from '../../../lib/settings-error.ts';
import { templateOf } from '../support.ts';
import { alarmsOf, twoStreams } from './support.ts';

function withAlarms(alarms: unknown): PipelineSettings {
  return { ...DEFAULT_SETTINGS, alarms: alarms as PipelineSettings['alarms'] };
}

test('what an event waits for begins with its batch', () => {
  const at = (batchingWindowSeconds: number) => {
    const { commitLatencySeconds, iteratorAgeSeconds, watermarkLagSeconds, watermarkStalledMinutes } =
      defaultThresholds({
        ...DEFAULT_SETTINGS,
        batchingWindowSeconds,
      });
    return [commitLatencySeconds, iteratorAgeSeconds, watermarkLagSeconds, watermarkStalledMinutes];
  };
  expect([at(0), at(5), at(300)]).toEqual([
    [2, 60, 600, 10],
    [7, 60, 610, 10],
    [302, 1200, 1200, 15],
  ]);
});

test('a finalizer that may take longer lets its queue wait longer', () => {
  expect(defaultThresholds({ ...DEFAULT_SETTINGS, finalizeTimeoutSeconds: 900 }).finalizeQueueAgeSeconds).toBe(1800);
});

test('a setting changes one threshold and leaves the others', () => {
  expect(alarmThresholds(withAlarms({ commitLatencySeconds: 1, deadLetters: null }))).toEqual({
    ...defaultThresholds(DEFAULT_SETTINGS),
    commitLatencySeconds: 1,
    deadLetters: null,
  });
});

test.each([
  [
    { latency: 1 },
    "The setting 'alarms' has a threshold 'latency', and there is no such alarm. The alarms are iterator",
  ],
  [{ deadLetters: -1 }, "gives 'deadLetters' the threshold -1: it must be a number from 0, or null for no alarm."],
  [{ deadLetters: '5' }, `gives 'deadLetters' the threshold "5": it must be a number from 0, or null for no alarm.`],
  [{ failedMinutes: 0 }, "gives 'failedMinutes' the threshold 0: it must be a whole number from 1 to 60, or null"],
  [
    { sweepMissingMinutes: 2.5 },
    "gives 'sweepMissingMinutes' the threshold 2.5: it must be a whole number from 1 to 60",
  ],
])('%j is refused with a sentence that says what it takes', (alarms, message) => {
  expect(() => alarmThresholds(withAlarms(alarms))).toThrow(SettingsError);
  expect(() => alarmThresholds(withAlarms(alarms))).toThrow(message);
});

test('null turns an alarm off, and every alarm can be', () => {
  const off = Object.fromEntries(Object.keys(defaultThresholds(DEFAULT_SETTINGS)).map((name) => [name, null]));
  const template = templateOf({ alarms: off });
  template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
  template.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 0);
  template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
});

test('without alarms over several metrics, just those are left out', () => {
  const all = alarmsOf(templateOf());
  const template = templateOf({ mathAlarms: false });
  const simple = alarmsOf(template);
  expect([...all.keys()].filter((name) => !simple.has(name))).toEqual([
    'error-share-clicks',
    'late-share-clicks',
    'watermark-stalled-clicks',
    'bronze-behind-clicks',
  ]);
  for (const { Metrics } of simple.values()) expect(Metrics).toBeUndefined();
  template.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 0);
});

test('without monitoring there are neither alarms nor a dashboard nor a topic', () => {
  const template = templateOf({ monitoring: false }, twoStreams);
  for (const type of ['CloudWatch::Alarm', 'CloudWatch::CompositeAlarm', 'CloudWatch::Dashboard', 'SNS::Topic']) {
    template.resourceCountIs(`AWS::${type}`, 0);
  }
  expect(Object.keys(template.findOutputs('*'))).not.toContain('DashboardUrl');
});
