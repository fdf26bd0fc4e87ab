import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';

/** A prices file, or a price in it, is wrong. The message names the price. */
export class PricesError extends StreamgaugeError {
  override readonly name = 'PricesError';
  readonly code = 'prices';
}

/** What AWS calls a GB. */
export const GIB = 1024 ** 3;
/** As in AWS's own calculator. */
export const HOURS_PER_MONTH = 730;

/** What AWS asks for so many units of something. */
export interface Price {
  readonly dollars: number;
  readonly per: 1 | 1000 | 10_000 | 1_000_000;
  readonly unit: string;
  /** The service's page of prices, under https://aws.amazon.com/. */
  readonly page: string;
}

const MILLION = 1_000_000;
const KINESIS = 'kinesis/data-streams/pricing';
const LAMBDA = 'lambda/pricing';
const DYNAMODB = 'dynamodb/pricing/on-demand';
const S3 = 's3/pricing';
const CLOUDWATCH = 'cloudwatch/pricing';
const KMS = 'kms/pricing';

/**
 * List prices in US dollars, without free tiers, reservations or taxes. They change: `--prices FILE.json` puts others
 * in their place, all or some.
 */
export const PRICE_LIST = {
  kinesisStreamHour: price(0.04, 1, 'stream-hours', KINESIS),
  /** Each record rounded up to 1 KB. */
  kinesisInGb: price(0.08, 1, 'GB', KINESIS),
  kinesisOutGb: price(0.04, 1, 'GB', KINESIS),
  kinesisFanOutGb: price(0.05, 1, 'GB', KINESIS),
  /** Retention beyond 24 hours, up to 7 days. */
  kinesisRetentionGbMonth: price(0.1, 1, 'GB-months', KINESIS),
  /** Retention beyond 7 days, in either mode. */
  kinesisLongRetentionGbMonth: price(0.023, 1, 'GB-months', KINESIS),
  kinesisShardHour: price(0.015, 1, 'shard-hours', KINESIS),
  /** A record takes one for each 25 KB begun. */
  kinesisMillionPutUnits: price(0.014, MILLION, 'units of 25 KB', KINESIS),
  kinesisRetentionShardHour: price(0.02, 1, 'shard-hours', KINESIS),
  kinesisFanOutShardHour: price(0.015, 1, 'shard-hours', KINESIS),
  kinesisProvisionedFanOutGb: price(0.013, 1, 'GB', KINESIS),

  lambdaGbSecond: price(0.0000133334, 1, 'GB-seconds', LAMBDA),
  lambdaMillionRequests: price(0.2, MILLION, 'calls', LAMBDA),

  dynamoDbMillionWriteUnits: price(0.625, MILLION, 'write units', DYNAMODB),
  dynamoDbMillionReadUnits: price(0.125, MILLION, 'read units', DYNAMODB),
  dynamoDbGbMonth: price(0.25, 1, 'GB-months', DYNAMODB),
  /** Point-in-time recovery: of a table's own bytes, whatever its indexes hold. */
  dynamoDbRecoveryGbMonth: price(0.2, 1, 'GB-months', DYNAMODB),

  sqsMillionRequests: price(0.4, MILLION, 'requests', 'sqs/pricing'),
  sqsMillionFifoRequests: price(0.5, MILLION, 'requests', 'sqs/pricing'),

  s3ThousandPuts: price(0.005, 1000, 'PUTs', S3),
  s3ThousandGets: price(0.0004, 1000, 'GETs', S3),
  s3GbMonth: price(0.023, 1, 'GB-months', S3),
  s3InfrequentGbMonth: price(0.0125, 1, 'GB-months', S3),
  s3ThousandTransitions: price(0.01, 1000, 'transitions', S3),

  /** Each record rounded up to 5 KB. */
  firehoseGb: price(0.029, 1, 'GB', 'firehose/pricing'),

  cloudWatchLogsGb: price(0.5, 1, 'GB', CLOUDWATCH),
  cloudWatchLogsKeptGbMonth: price(0.03, 1, 'GB-months', CLOUDWATCH),
  cloudWatchMetricMonth: price(0.3, 1, 'metrics', CLOUDWATCH),
  /** Of each metric that an alarm looks at. */
  cloudWatchAlarmMonth: price(0.1, 1, 'metrics of alarms', CLOUDWATCH),
  cloudWatchCompositeAlarmMonth: price(0.5, 1, 'alarms', CLOUDWATCH),
  cloudWatchDashboardMonth: price(3, 1, 'dashboards', CLOUDWATCH),

  kmsKeyMonth: price(1, 1, 'keys', KMS),
  kmsTenThousandRequests: price(0.03, 10_000, 'requests', KMS),
  xRayMillionTraces: price(5, MILLION, 'traces', 'xray/pricing'),
  httpApiMillionRequests: price(1, MILLION, 'requests', 'api-gateway/pricing'),
  /** By HTTPS. */
  cloudFrontTenThousandRequests: price(0.01, 10_000, 'requests', 'cloudfront/pricing'),
  cloudFrontGb: price(0.085, 1, 'GB', 'cloudfront/pricing'),
  /** Of each person who signs in in a month. */
  cognitoUserMonth: price(0.015, 1, 'users', 'cognito/pricing'),
} as const;

function price(dollars: number, per: Price['per'], unit: string, page: string): Price {
  return { dollars, per, unit, page };
}

export type PriceName = keyof typeof PRICE_LIST;

/** Dollars by name: of so many units as the list says. */
export type Prices = Readonly<Record<PriceName, number>> & {
  readonly region: string;
  /** When they were looked up. */
  readonly date: string;
};

const NAMES = Object.keys(PRICE_LIST) as PriceName[];

export const LIST_PRICES: Prices = {
  region: 'us-east-1',
  date: '2026-09',
  ...(Object.fromEntries(NAMES.map((name) => [name, PRICE_LIST[name].dollars])) as Record<PriceName, number>),
};

/** The list prices, with those of a file in their place. A file of another region must have them all. */
export function pricesWith(text: string, file: string): Prices {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new PricesError(`The prices file ${file} is not JSON: ${(error as Error).message}.`, { cause: error });
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new PricesError(
      `The prices file ${file} must be a JSON object, such as {"date": "2027-01", "kinesisInGb": 0.07}.`,
    );
  }
  for (const [name, value] of Object.entries(given)) checkPrice(name, value, file);
  const prices = { ...LIST_PRICES, ...given };
  const missing = NAMES.filter((name) => !Object.hasOwn(given, name));
  if (prices.region !== LIST_PRICES.region && missing.length > 0) {
    throw new PricesError(
      `The prices file ${file} is of region ${prices.region} and lacks prices that are known for ${LIST_PRICES.region} alone: ${missing.join(', ')}. Add them, or leave 'region' out to use those of ${LIST_PRICES.region}.`,
    );
  }
  return prices;
}

function checkPrice(name: string, value: unknown, file: string): void {
  if (!Object.hasOwn(LIST_PRICES, name)) {
    throw new PricesError(
      `The prices file ${file} has a price '${name}', which there is not. There are ${Object.keys(LIST_PRICES).join(', ')}.`,
    );
  }
  const isText = typeof LIST_PRICES[name as keyof Prices] === 'string';
  const isRight = isText ? typeof value === 'string' : typeof value === 'number' && value >= 0;
  if (!isRight) {
    const takes = isText ? 'text' : 'a number of dollars, 0 or more';
    throw new PricesError(`The prices file ${file} has ${JSON.stringify(value)} for '${name}': it must be ${takes}.`);
  }
}
