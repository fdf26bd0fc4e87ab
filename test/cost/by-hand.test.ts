import { LIST_PRICES } from '../../contracts/prices.ts';
import { type Cost, costOf } from '../../cost/cost-model.ts';
import { MEASURED } from '../../cost/measured.ts';
import { DEFAULT_PACKER } from '../../cost/packing.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { completeSettings } from '../../lib/complete-settings.ts';
import clickstream from '../../pipelines/clickstream.ts';

/**
 * The bill of the clickstream pipeline, worked out by hand from prices: one stream, one view of 1,000 pages every five minutes,
 * events of 230 bytes, all settings as they are by default. Nothing here calls the model.
 */

/** Seconds of a month of 730 hours. */
const MONTH = 2_628_000;
const GB = 1_073_741_824;
const MILLION = 1_000_000;

/** What follows from the rate and the packing, worked out by hand. */
interface Facts {
  readonly rate: number;
  readonly zstd: boolean;
  readonly eventsPerRecord: number;
  readonly recordBytes: number;
  /** A record in units of 1 KB and of 5 KB, each rounded up. */
  readonly kb1: number;
  readonly kb5: number;
  readonly shards: number;
  /** Each shard commits every 5 seconds. */
  readonly eventsPerCommit: number;
  /** Of one commit, from the row of 1,000 groups: between what was measured, a straight line over logarithms. */
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly heldBytes: number;
  /** Of the segment's object; 0 where it is an item. */
  readonly objectBytes: number;
  /** Calls of bronze in a second: by 0.2 MB, or once a minute for each shard. */
  readonly bronzeCalls: number;
  /** Objects of bronze in a second: every 300 seconds, or by 64 MB of events. */
  readonly bronzeObjects: number;
  /** Dollars a month. */
  readonly total: string;
}

const log10 = Math.log10;

/** 12.5 events a commit lie between 10 and 100. */
const OF_12 = {
  writeUnits: 4.3 * (5.2 / 4.3) ** log10(1.25),
  readUnits: 0.3 * (0.6 / 0.3) ** log10(1.25),
  heldBytes: 91 * (790 / 91) ** log10(1.25),
  objectBytes: 0,
};
/**
 * So many thousand events lie beyond 1,000, on the line from there to 10,000: more than 5 KB, so it is an object. The checkpoint
 * takes 2 units, the reference 2 and its deletion 1.
 */
const ofThousands = (thousands: number) => ({
  writeUnits: 5 + 7 / 60,
  readUnits: 0.1 + 8 / 60,
  heldBytes: 400,
  objectBytes: 4871 * (23_379 / 4871) ** log10(thousands),
});

/** Beyond 1,000 events zstd leaves 6.2 %, and of 10,000 it leaves 4.6 %. */
const OF_1250 = 1250 * 231 * 0.062 * (0.046 / 0.062) ** log10(1.25);
const OF_1896 = 1896 * 231 * 0.062 * (0.046 / 0.062) ** log10(1.896);

const PLAIN = { zstd: false, eventsPerRecord: 1, recordBytes: 230, kb1: 1, kb5: 1 };

const CASES: readonly Facts[] = [
  // 4 shards is the least on demand: 2.5 records a second each.
  {
    rate: 10,
    ...PLAIN,
    shards: 4,
    eventsPerCommit: 12.5,
    ...OF_12,
    bronzeCalls: 4 / 60,
    bronzeObjects: 1 / 300,
    total: '74.33',
  },
  // Twice 1,000 records a second would be 2 shards.
  {
    rate: 1000,
    ...PLAIN,
    shards: 4,
    eventsPerCommit: 1250,
    ...ofThousands(1.25),
    bronzeCalls: 1.15,
    bronzeObjects: (1000 * 230) / 64_000_000,
    total: '707.22',
  },
  // Twice 10,000 records a second: 20 shards of 500.
  {
    rate: 10_000,
    ...PLAIN,
    shards: 20,
    eventsPerCommit: 2500,
    ...ofThousands(2.5),
    bronzeCalls: 11.5,
    bronzeObjects: 0.0359375,
    total: '6432.86',
  },
  {
    rate: 100_000,
    ...PLAIN,
    shards: 200,
    eventsPerCommit: 2500,
    ...ofThousands(2.5),
    bronzeCalls: 115,
    bronzeObjects: 0.359375,
    total: '63807.51',
  },
  // 8 lanes send each second what they have: 10 / 8 events a record, of which zstd leaves a good three quarters.
  {
    rate: 10,
    zstd: true,
    eventsPerRecord: 1.25,
    recordBytes: 1.25 * 231 * 0.82 * (0.223 / 0.82) ** log10(1.25),
    kb1: 1,
    kb5: 1,
    shards: 4,
    eventsPerCommit: 12.5,
    ...OF_12,
    bronzeCalls: 4 / 60,
    bronzeObjects: 1 / 300,
    total: '73.05',
  },
  // 125 events a record: 2.8 KB.
  {
    rate: 1000,
    zstd: true,
    eventsPerRecord: 125,
    recordBytes: 125 * 231 * 0.103 * (0.062 / 0.103) ** log10(1.25),
    kb1: 3,
    kb5: 1,
    shards: 4,
    eventsPerCommit: 1250,
    ...ofThousands(1.25),
    bronzeCalls: (8 * 125 * 231 * 0.103 * (0.062 / 0.103) ** log10(1.25)) / 200_000,
    bronzeObjects: (1000 * 230) / 64_000_000,
    total: '97.75',
  },
  // 1,250 events a record: 17,392 bytes.
  {
    rate: 10_000,
    zstd: true,
    eventsPerRecord: 1250,
    recordBytes: OF_1250,
    kb1: 17,
    kb5: 4,
    shards: 4,
    eventsPerCommit: 12_500,
    ...ofThousands(12.5),
    bronzeCalls: (8 * OF_1250) / 200_000,
    bronzeObjects: 0.0359375,
    total: '180.28',
  },
  // 12,500 events in a second and lane; 1,896 fill a record of 25,000 bytes: 24,993. Twice 1.32 MB/s are 3 shards, and 4 the least.
  {
    rate: 100_000,
    zstd: true,
    eventsPerRecord: 1896,
    recordBytes: OF_1896,
    kb1: 25,
    kb5: 5,
    shards: 4,
    eventsPerCommit: 125_000,
    ...ofThousands(125),
    bronzeCalls: ((100_000 / 1896) * OF_1896) / 200_000,
    bronzeObjects: 0.359375,
    total: '1003.19',
  },
];

/** The bill, line by line. */
function billByHand(of: Facts): Readonly<Record<string, number>> {
  const events = of.rate * MONTH;
  const records = events / of.eventsPerRecord;
  const commits = (of.shards / 5) * MONTH;
  const windows = MONTH / 300;
  const rows = windows * 1000;
  const sweeps = MONTH / 60;
  const calls = commits + windows + sweeps + of.bronzeCalls * MONTH;
  const logGb = (commits * 2000 + windows * 2000 + sweeps * 2000 + of.bronzeCalls * MONTH * 1000) / GB;
  // A round of finalizing takes 7 write units and 8 read units, and the table has its sixtieth in each commit.
  const stateWrites = commits * (of.writeUnits - 7 / 60) + windows * 7;
  const stateReads = commits * Math.max(0, of.readUnits - 8 / 60) + windows * 8;
  // Windows of 5 minutes stay for 1 minute of lateness and 1 hour of allowed lateness.
  const stateGb = ((of.shards / 5) * (300 + 60 + 3600) * of.heldBytes) / GB;
  const rowsGb = (rows * 400) / GB;
  const bronzeGb = (events * 230 * 0.11) / GB;
  return {
    'Kinesis streams': 730 * 0.04,
    'Kinesis written, by 1 KB': ((records * of.kb1 * 1024) / GB) * 0.08,
    // Lambda and Firehose.
    'Kinesis read': 2 * ((records * of.recordBytes) / GB) * 0.04,
    // Six days of seven.
    'Kinesis kept beyond 24 hours': ((6 * 86_400 * of.rate * of.recordBytes) / of.eventsPerRecord / GB) * 0.1,
    'Lambda calls': (calls / MILLION) * 0.2,
    'Lambda aggregate':
      commits * (0.04 + (of.objectBytes > 0 ? 0.03 : 0) + of.eventsPerCommit / 360_000) * (1769 / 1024) * 0.0000133334,
    'Lambda finalize': (windows * 0.2 + rows * 0.000534) * (1769 / 1024) * 0.0000133334,
    'Lambda sweep': sweeps * 0.2 * 0.5 * 0.0000133334,
    'Lambda bronze':
      (of.bronzeCalls * MONTH * 0.01 + (events * 0.000005 + records * 0.000008) * (1769 / 1024)) * 1 * 0.0000133334,
    'DynamoDB state written': (stateWrites / MILLION) * 0.625,
    // To the table and to its index.
    'DynamoDB rows written': ((2 * rows) / MILLION) * 0.625,
    'DynamoDB state and rows read': ((stateReads + rows) / MILLION) * 0.125,
    // What it saw, for the next one to compare with.
    'DynamoDB sweeps, written': ((sweeps * 2) / MILLION) * 0.625,
    'DynamoDB sweeps, read': ((sweeps * 10) / MILLION) * 0.125,
    // Every quarter of an hour, 32 MB at most.
    'DynamoDB state read for metrics': (((MONTH / 900) * Math.min(stateGb * GB, 33_554_432)) / 4096 / MILLION) * 0.125,
    "DynamoDB a month's rows kept": 2 * rowsGb * 0.25,
    'DynamoDB state kept': stateGb * 0.25,
    'DynamoDB point-in-time recovery': (rowsGb + stateGb) * 0.2,
    'SQS wake-ups': ((4 * windows) / MILLION) * 0.5,
    'SQS polls': ((5 * (MONTH / 20)) / MILLION) * 0.5,
    // Ten dead letters and ten late events in a million; those of one commit are one object each.
    'S3 dead letters and late events': ((2 * commits * (1 - (1 - 0.00001) ** of.eventsPerCommit)) / 1000) * 0.005,
    ...(of.objectBytes > 0 && {
      'S3 large state written': (commits / 1000) * 0.005,
      'S3 large state read': (commits / 1000) * 0.0004,
      // Deleted objects stay for 36 days as old versions.
      'S3 large state kept': ((commits * of.objectBytes) / GB) * ((36 * 86_400) / MONTH) * 0.023,
    }),
    'Firehose carried, by 5 KB': ((records * of.kb5 * 5120) / GB) * 0.029,
    'S3 bronze written': ((of.bronzeObjects * MONTH) / 1000) * 0.005,
    'S3 bronze moved to infrequent access': ((of.bronzeObjects * MONTH) / 1000) * 0.01,
    "S3 a month's bronze kept": bronzeGb * 0.023,
    // Ten of the stream, six of the view, one of the pipeline.
    'CloudWatch metrics': 17 * 0.3,
    // 17 metrics in the alarms of the stream, 19 in those of the pipeline.
    'CloudWatch alarms': 36 * 0.1,
    'CloudWatch alarm over all alarms': 0.5,
    'CloudWatch dashboard': 3,
    'CloudWatch logs': logGb * 0.5,
    // 30 days, compressed to 15 %.
    'CloudWatch logs kept': logGb * 0.15 * ((30 * 86_400) / MONTH) * 0.03,
    'KMS keys': 1,
    // Every five minutes: the sweep, three users of tables, a producer and a reader of each shard.
    'KMS requests': (((4 + 2 * of.shards) * (MONTH / 300)) / 10_000) * 0.03,
  };
}

function costOfCase(rate: number, zstd: boolean): Cost {
  const packing = zstd
    ? ({ kind: 'zstd', ...DEFAULT_PACKER, curve: MEASURED.compression } as const)
    : ({ kind: 'none' } as const);
  return costOf(
    {
      pipeline: pipelineDefinition(clickstream, 'pipelines/clickstream.ts'),
      settings: completeSettings({}),
      eventsPerSecond: rate,
      eventBytes: 230,
      packing,
      groups: 1000,
    },
    LIST_PRICES,
  );
}

function billOf({ items }: Cost): Readonly<Record<string, number>> {
  return Object.fromEntries(items.map(({ service, what, dollars }) => [`${service} ${what}`, dollars]));
}

const inCents = (bill: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(bill).map(([name, dollars]) => [name, Number(dollars.toFixed(6))]));

const sumOf = (bill: Readonly<Record<string, number>>) =>
  Object.values(bill).reduce((sum, dollars) => sum + dollars, 0);

test.each(CASES)('$rate events/s, zstd: $zstd: every line and the total are as by hand', (of) => {
  const cost = costOfCase(of.rate, of.zstd);
  const byHand = billByHand(of);
  expect(inCents(billOf(cost))).toEqual(inCents(byHand));
  expect(cost.dollarsPerMonth).toBeCloseTo(sumOf(byHand), 6);
  expect(cost.dollarsPerMillionEvents).toBeCloseTo(sumOf(byHand) / ((of.rate * MONTH) / MILLION), 9);
  expect(sumOf(byHand).toFixed(2)).toBe(of.total);
});

test('a month without events costs what stands there, and the sweep of each minute', () => {
  const sweeps = MONTH / 60;
  const byHand = {
    'Kinesis streams': 730 * 0.04,
    'Lambda calls': (sweeps / MILLION) * 0.2,
    'Lambda sweep': sweeps * 0.2 * 0.5 * 0.0000133334,
    // The watermarks of four silent shards, in transactions.
    'DynamoDB sweeps, written': ((sweeps * (2 + 4 * 2)) / MILLION) * 0.625,
    'DynamoDB sweeps, read': ((sweeps * 9) / MILLION) * 0.125,
    'SQS polls': ((5 * (MONTH / 20)) / MILLION) * 0.5,
    // Two of the stream, three of the view, one of the pipeline.
    'CloudWatch metrics': 6 * 0.3,
    'CloudWatch alarms': 36 * 0.1,
    'CloudWatch alarm over all alarms': 0.5,
    'CloudWatch dashboard': 3,
    'CloudWatch logs': ((sweeps * 2000) / GB) * 0.5,
    'CloudWatch logs kept': ((sweeps * 2000) / GB) * 0.15 * ((30 * 86_400) / MONTH) * 0.03,
    'KMS keys': 1,
    'KMS requests': (MONTH / 300 / 10_000) * 0.03,
  };
  const cost = costOfCase(0, false);
  expect(inCents(billOf(cost))).toEqual(inCents(byHand));
  expect(cost.dollarsPerMillionEvents).toBeNull();
  expect(sumOf(byHand).toFixed(2)).toBe('39.89');
});
