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

/**
 * List prices in US dollars, without free tiers, reservations or taxes. They change: `--prices FILE.json` puts others
 * in their place, all or some.
 */
export const LIST_PRICES = {
  region: 'us-east-1',
  /** When they were looked up. */
  date: '2026-09',

  kinesisStreamHour: 0.04,
  /** Each record rounded up to 1 KB. */
  kinesisInGb: 0.08,
  kinesisOutGb: 0.04,
  kinesisFanOutGb: 0.05,
  /** Retention beyond 24 hours, up to 7 days. */
  kinesisRetentionGbMonth: 0.1,
  kinesisShardHour: 0.015,
  /** A record takes one for each 25 KB begun. */
  kinesisMillionPutUnits: 0.014,
  kinesisRetentionShardHour: 0.02,
  kinesisFanOutShardHour: 0.015,
  kinesisProvisionedFanOutGb: 0.013,

  lambdaGbSecond: 0.0000133334,
  lambdaMillionRequests: 0.2,
  dynamoDbMillionWriteUnits: 0.625,
  dynamoDbMillionReadUnits: 0.125,
  dynamoDbGbMonth: 0.25,
  sqsMillionFifoRequests: 0.5,
  s3ThousandPuts: 0.005,
  s3ThousandGets: 0.0004,
  s3GbMonth: 0.023,
  /** Each record rounded up to 5 KB. */
  firehoseGb: 0.029,
  cloudWatchLogsGb: 0.5,
  cloudWatchMetricMonth: 0.3,
  cloudWatchAlarmMonth: 0.1,
  cloudWatchCompositeAlarmMonth: 0.5,
  cloudWatchDashboardMonth: 3,
  kmsKeyMonth: 1,
  httpApiMillionRequests: 1,
} as const;

type Widened<T> = { readonly [K in keyof T]: T[K] extends number ? number : string };

export type Prices = Widened<typeof LIST_PRICES>;

/** The list prices, with those of a file in their place. */
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
  for (const [name, value] of Object.entries(given)) {
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
  return { ...LIST_PRICES, ...given };
}
