import { ALARMS, anchorOf } from '../../../lib/monitoring/alarm-catalog.ts';
import { defaultThresholds } from '../../../lib/monitoring/alarm-thresholds.ts';
import { DEFAULT_SETTINGS } from '../../../lib/settings.ts';
import { templateOf, wide } from '../support.ts';
import { type AlarmProperties, alarmsOf, headingsOf, OPERATE, twoStreams } from './support.ts';

const BOUNDS = { eventsPerSecondMin: 1000, eventsPerSecondMax: 10_000 };
const TEMPLATE = templateOf({ alarms: BOUNDS }, twoStreams);
const ALL = alarmsOf(TEMPLATE);

function summary({
  Threshold,
  DatapointsToAlarm,
  EvaluationPeriods,
  ComparisonOperator,
  TreatMissingData,
}: AlarmProperties) {
  const sign = ComparisonOperator === 'GreaterThanThreshold' ? '>' : '<';
  return `${sign} ${Threshold}, ${DatapointsToAlarm} of ${EvaluationPeriods}, ${TreatMissingData}`;
}

test('each stream, function, limit and queue has its alarms', () => {
  expect(Object.fromEntries([...ALL].map(([name, alarm]) => [name, summary(alarm)]))).toEqual({
    'alerts-waiting': '> 0, 10 of 10, ignore',
    'batches-fail-clicks': '> 0, 5 of 10, notBreaching',
    'batches-fail-orders': '> 0, 5 of 10, notBreaching',
    'bronze-age-clicks': '> 1500, 3 of 3, notBreaching',
    'bronze-age-orders': '> 1500, 3 of 3, notBreaching',
    'bronze-behind-clicks': '> 0, 3 of 3, notBreaching',
    'bronze-behind-orders': '> 0, 3 of 3, notBreaching',
    'commit-latency-clicks': '> 7000, 3 of 5, notBreaching',
    'commit-latency-orders': '> 7000, 3 of 5, notBreaching',
    'dead-letters-clicks': '> 100, 1 of 1, notBreaching',
    'dead-letters-orders': '> 100, 1 of 1, notBreaching',
    'discard-failures': '> 0, 1 of 1, notBreaching',
    'discarded-events-clicks': '> 0, 1 of 1, notBreaching',
    'discarded-events-orders': '> 0, 1 of 1, notBreaching',
    'error-share-clicks': '> 0.1, 1 of 1, notBreaching',
    'error-share-orders': '> 0.1, 1 of 1, notBreaching',
    'finalize-dead-letters': '> 0, 1 of 1, notBreaching',
    'finalize-lag': '> 300000, 10 of 10, ignore',
    'finalize-queue-age': '> 300, 3 of 3, notBreaching',
    'finalize-stalls': '> 2, 1 of 1, notBreaching',
    'function-errors-aggregate': '> 2, 1 of 1, notBreaching',
    'function-errors-bronze': '> 2, 1 of 1, notBreaching',
    'function-errors-discard': '> 2, 1 of 1, notBreaching',
    'function-errors-finalize': '> 2, 1 of 1, notBreaching',
    'function-errors-sweep': '> 2, 1 of 1, notBreaching',
    'iterator-age': '> 60000, 3 of 3, ignore',
    'late-share-clicks': '> 1, 1 of 1, notBreaching',
    'late-share-orders': '> 1, 1 of 1, notBreaching',
    'sweep-missing-clicks': '< 1, 5 of 5, breaching',
    'sweep-missing-orders': '< 1, 5 of 5, breaching',
    'throttles-aggregate': '> 10, 2 of 2, notBreaching',
    'throttles-clicks-reads': '> 10, 2 of 2, notBreaching',
    'throttles-clicks-writes': '> 10, 2 of 2, notBreaching',
    'throttles-finalize': '> 10, 2 of 2, notBreaching',
    'throttles-orders-reads': '> 10, 2 of 2, notBreaching',
    'throttles-orders-writes': '> 10, 2 of 2, notBreaching',
    'throttles-results-index-reads': '> 10, 2 of 2, notBreaching',
    'throttles-results-index-writes': '> 10, 2 of 2, notBreaching',
    'throttles-results-table-reads': '> 10, 2 of 2, notBreaching',
    'throttles-results-table-writes': '> 10, 2 of 2, notBreaching',
    'throttles-state-table-reads': '> 10, 2 of 2, notBreaching',
    'throttles-state-table-writes': '> 10, 2 of 2, notBreaching',
    // Events of a minute.
    'throughput-above-its-bound-clicks': '> 600000, 5 of 5, notBreaching',
    'throughput-above-its-bound-orders': '> 600000, 5 of 5, notBreaching',
    'throughput-below-its-bound-clicks': '< 60000, 10 of 10, breaching',
    'throughput-below-its-bound-orders': '< 60000, 10 of 10, breaching',
    // With a minute of lateness and two of idleness.
    'watermark-lag-clicks': '> 790000, 3 of 3, notBreaching',
    'watermark-lag-orders': '> 910000, 3 of 3, notBreaching',
    'watermark-stalled-clicks': '> 54000, 12 of 12, notBreaching',
    'watermark-stalled-orders': '> 54000, 15 of 15, notBreaching',
  });
});

test('every alarm says what it is about and what to do, and where in the document more is', () => {
  const anchors = headingsOf(OPERATE).map(anchorOf);
  for (const [name, { AlarmDescription }] of ALL) {
    const [, says = '', anchor = ''] = /^[^:]+: (.{40,}) docs\/operate\.md#(\S+)$/.exec(AlarmDescription) ?? [];
    expect({ name, says }).not.toEqual({ name, says: '' });
    expect(anchors).toContain(anchor);
    expect(name.startsWith(anchor)).toBe(true);
  }
  expect(ALL.get('watermark-lag-clicks')?.AlarmDescription).toMatch(/^Watermark lag \(clicks\): Windows close late/);
});

test('the card of an alarm says its threshold, what it means, what to look at and what to do', () => {
  for (const [name, { title }] of Object.entries(ALARMS)) {
    const card = OPERATE.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
    expect({ title, card }).toEqual({
      title,
      card: expect.stringMatching(
        new RegExp(`^\\n\`${name}\`: .+\\.\\n\\n\\* \\*\\*Means:\\*\\* [^]+\\n\\* \\*\\*Look at(:|, and do:)\\*\\* `),
      ),
    });
    expect(card.toLowerCase()).toContain('do:** ');
  }
});

test('every threshold has a card', () => {
  expect(Object.keys(defaultThresholds(DEFAULT_SETTINGS)).sort()).toEqual(Object.keys(ALARMS).sort());
});

test('every alarm publishes when it goes on and when it goes off', () => {
  const topic = { Ref: expect.stringMatching(/^PipelineMonitoringTopic/) };
  for (const { AlarmActions, OKActions } of ALL.values()) {
    expect([AlarmActions, OKActions]).toEqual([[topic], [topic]]);
  }
});

test('latency is looked at as the slowest of a hundred, over a stream', () => {
  expect(ALL.get('commit-latency-clicks')).toMatchObject({
    Namespace: 'Streamgauge',
    MetricName: 'CommitLatencyMs',
    ExtendedStatistic: 'p99',
    Dimensions: [
      { Name: 'pipeline', Value: expect.stringMatching(/-Pipeline-/) },
      { Name: 'stream', Value: 'clicks' },
    ],
  });
});

test('the share of errors is one of what was delivered, and a standstill one of the lag that grows with the clock', () => {
  const expressionOf = (name: string) => ALL.get(name)?.Metrics?.flatMap(({ Expression }) => Expression ?? []);
  expect(expressionOf('error-share-clicks')).toEqual(['100 * dead / delivered']);
  expect(expressionOf('late-share-clicks')).toEqual(['100 * late / delivered']);
  expect(expressionOf('watermark-stalled-clicks')).toEqual(['DIFF(lag)']);
});

test('throttled requests of the index are looked at by its own name, for writes and reads', () => {
  const table = { Name: 'TableName', Value: { Ref: expect.stringMatching(/^PipelineResults/) } };
  for (const [end, MetricName] of [
    ['writes', 'WriteThrottleEvents'],
    ['reads', 'ReadThrottleEvents'],
  ] as const) {
    const Dimensions = [{ Name: 'GlobalSecondaryIndexName', Value: 'byWindow' }, table];
    expect(ALL.get(`throttles-results-index-${end}`)).toMatchObject({
      Namespace: 'AWS/DynamoDB',
      MetricName,
      Dimensions,
    });
    expect(ALL.get(`throttles-results-table-${end}`)).toMatchObject({ MetricName, Dimensions: [table] });
  }
});

test('Firehose that reads nothing of what comes, or falls behind, raises an alarm', () => {
  const metrics = ALL.get('bronze-behind-clicks')?.Metrics ?? [];
  expect(metrics.flatMap(({ Expression }) => Expression ?? [])).toEqual([
    'IF(FILL(behind, 0) > 900000 OR (FILL(incoming, 0) > 0 AND FILL(read, 0) == 0), 1, 0)',
  ]);
  const names = metrics.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric]));
  expect(names.map(({ Namespace, MetricName }) => `${Namespace} ${MetricName}`)).toEqual([
    'AWS/Firehose KinesisMillisBehindLatest',
    'AWS/Firehose DataReadFromKinesisStream.Records',
    'AWS/Kinesis IncomingRecords',
  ]);
});

test.each([
  [60, 15],
  [225, 15],
  [900, 60],
])('with calls of %d s, a finalizer that is stuck is looked for in %d minutes', (finalizeTimeoutSeconds, minutes) => {
  const alarm = alarmsOf(templateOf({ finalizeTimeoutSeconds }, twoStreams)).get('finalize-stalls');
  expect(alarm).toMatchObject({
    MetricName: 'FinalizeStalls',
    Statistic: 'Sum',
    Period: minutes * 60,
    Dimensions: [{ Name: 'pipeline', Value: expect.stringMatching(/-Pipeline-/) }],
  });
});

test('one alarm is over all others, and publishes nothing', () => {
  TEMPLATE.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 1);
  const [composite] = Object.values(TEMPLATE.findResources('AWS::CloudWatch::CompositeAlarm'));
  expect(composite?.Properties.AlarmActions).toBeUndefined();
  expect(composite?.Properties.AlarmDescription).toContain('docs/operate.md#pipeline-unhealthy');
  expect(JSON.stringify(composite?.Properties.AlarmRule).match(/ALARM\(/g)).toHaveLength(ALL.size);
});

/** As many as one deployment can have. */
const STREAMS = 20;

test('the alarms of many streams are over several composite ones, whose rules have a limit', () => {
  const template = templateOf({}, wide(STREAMS));
  const alarms = Object.keys(template.findResources('AWS::CloudWatch::Alarm')).length;
  const composites = Object.values(template.findResources('AWS::CloudWatch::CompositeAlarm'));
  const children = composites.map(({ Properties }) => JSON.stringify(Properties.AlarmRule).match(/ALARM\(/g)?.length);
  expect(alarms).toBe(13 * STREAMS + 19);
  expect(Math.max(...children.map((number) => number ?? 0))).toBeLessThanOrEqual(50);
  expect(children.reduce((sum = 0, number = 0) => sum + number, 0)).toBe(alarms + composites.length - 1);
});
