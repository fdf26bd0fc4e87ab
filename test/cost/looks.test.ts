import { anomaly, count, pipeline, sns, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { LIST_PRICES } from '../../contracts/prices.ts';
import { costOf } from '../../cost/cost-model.ts';
import { MEASURED } from '../../cost/measured.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { completeSettings } from '../../lib/complete-settings.ts';

/** Seconds of a month of 730 hours. */
const MONTH = 2_628_000;
const MILLION = 1_000_000;

const requests = stream('requests', {
  schema: Type.Object({ service: Type.String(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'service',
  maxLateness: '30 seconds',
});
const watched = (buckets = 1) =>
  view('errors', requests)
    .window(tumbling('1 minute'), { allowedLateness: '5 minutes', buckets })
    .groupBy('service')
    .aggregate(() => ({ errors: count() }));
const alerting = (early: '10 seconds' | null, buckets = 1) =>
  watched(buckets).alert('many', {
    when: (row) => row.errors.gt(100),
    severity: 'critical',
    ...(early === null ? {} : { early }),
    to: [sns()],
  });

/** Dollars by item, of what `early` adds. */
function added(
  eventsPerSecond: number,
  of: (early: '10 seconds' | null) => unknown = alerting,
  key: 'aws' | 'customer' = 'aws',
): Record<string, number> {
  const bill = (early: '10 seconds' | null) => {
    const { items } = costOf(
      {
        pipeline: pipelineDefinition(pipeline('requests', [of(early) as never]), 'the test'),
        settings: completeSettings({ lake: false, shards: 4, key }),
        eventsPerSecond,
        eventBytes: 230,
        packing: { kind: 'none' },
        groups: 1000,
      },
      LIST_PRICES,
    );
    return Object.fromEntries(items.map(({ service, what, dollars }) => [`${service} ${what}`, dollars]));
  };
  const [without, with_] = [bill(null), bill('10 seconds')];
  const difference = Object.entries(with_).map(([name, dollars]) => [name, dollars - (without[name] ?? 0)] as const);
  return Object.fromEntries(difference.filter(([, dollars]) => Math.abs(dollars) > 1e-9));
}

const rounded = (bill: Record<string, number>) =>
  Object.fromEntries(Object.entries(bill).map(([name, dollars]) => [name, Number(dollars.toFixed(6))]));

/**
 * Worked out by hand: four shards commit every 5 seconds, 1,250 events each, for 1,000 groups in windows of a minute.
 */
test('early looks every 10 seconds cost calls, messages, turns, and the state of the open window', () => {
  const looks = MONTH / 10;
  // A commit's segment is an object, and the table holds a reference.
  const heldBytes = 400;
  // Of a minute's window and half a minute of lateness, 0.8 commits a second; allowed lateness is not open.
  const stateUnits = (0.8 * 90 * heldBytes) / 4096;
  // Eight items, the next segment of each shard, and the window's segments of each shard.
  const reads = looks * (8 + 4 + 4 + stateUnits);
  // Each shard asks once in ten seconds whether looks are under way.
  const asks = 4 * looks;
  const logGb = (looks * 1000) / 1_073_741_824;
  const name = 'early looks of errors, every 10 seconds';
  expect(rounded(added(1000))).toEqual(
    rounded({
      'Lambda calls': (looks / MILLION) * 0.2,
      // 100 ms of waiting, and 1,000 rows.
      [`Lambda ${name}`]: looks * (0.1 + 1000 * 0.000034) * (1769 / 1024) * 0.0000133334,
      [`DynamoDB ${name}, written`]: ((2 * looks) / MILLION) * 0.625,
      [`DynamoDB ${name}, read`]: ((reads + asks) / MILLION) * 0.125,
      'DynamoDB sweeps, read': (MONTH / 60 / MILLION) * 0.125,
      [`SQS ${name}`]: ((3 * looks) / MILLION) * 0.4,
      'SQS polls for early looks': ((5 * (MONTH / 20)) / MILLION) * 0.4,
      'S3 early looks of errors, every 10 seconds': ((looks * 0.8 * 90) / 1000) * 0.0004,
      'CloudWatch logs': logGb * 0.5,
      'CloudWatch logs kept': logGb * 0.15 * ((30 * 86_400) / MONTH) * 0.03,
    }),
  );
});

test('without events there are no looks: the queue is polled, and sweeps ask whether something came', () => {
  expect(rounded(added(0))).toEqual(
    rounded({
      'DynamoDB sweeps, read': ((3 * (MONTH / 60)) / MILLION) * 0.125,
      'SQS polls for early looks': ((5 * (MONTH / 20)) / MILLION) * 0.4,
    }),
  );
});

test('where few events come, each commit makes two looks', () => {
  // One event in a thousand seconds.
  expect(added(0.001)['SQS early looks of errors, every 10 seconds']).toBeCloseTo(
    ((3 * 2 * (MONTH / 1000)) / MILLION) * 0.4,
    9,
  );
});

test('each bucket has looks of its own, and reads its own share of the state', () => {
  const name = 'early looks of errors, every 10 seconds';
  const [one, four] = [added(1000), added(1000, (early) => alerting(early, 4))];
  expect(four[`SQS ${name}`]).toBeCloseTo(4 * (one[`SQS ${name}`] as number), 9);
  expect(four[`DynamoDB ${name}, read`]).toBeLessThan(4 * (one[`DynamoDB ${name}, read`] as number));
});

test('what a detector carries is read by each look', () => {
  const detecting = (early: '10 seconds' | null) =>
    watched()
      .derive((row) => ({ unusual: anomaly(row.errors) }))
      .alert('many', {
        when: (row) => row.errors.gt(100),
        severity: 'critical',
        ...(early === null ? {} : { early }),
        to: [sns()],
      });
  const name = 'early looks of errors, every 10 seconds';
  const [plain, carried] = [added(1000), added(1000, detecting)];
  // Once for each look: the pages of 1,000 groups, as a round of finalizing reads them.
  const gets = MEASURED.carried.kinds.detectors.gets[0] as number;
  const [without, withPages] = [plain, carried].map((dollars) => dollars[`S3 ${name}`] as number);
  expect((withPages as number) - (without as number)).toBeCloseTo((MONTH / 10) * gets * (0.0004 / 1000), 1);
});

test('with a key of the customer, three functions use it for the queue, each every five minutes', () => {
  expect(added(1000, alerting)['KMS requests']).toBeUndefined();
  expect(added(1000, alerting, 'customer')['KMS requests']).toBeCloseTo(((3 * (MONTH / 300)) / 10_000) * 0.03, 9);
});
