/**
 * List prices in dollars, us-east-1, from public sources of 2023-09 to 2026-09. Estimates on the dashboard and in
 * docs/operate.md are made of them; your own region's and your discounts are not in them.
 */
export const PRICES = {
  asOf: '2026-09',
  region: 'us-east-1',
  kinesisShardHour: 0.015,
  kinesisShardHourOfLongRetention: 0.02,
  kinesisMillionPutUnits: 0.014,
  kinesisPutUnitBytes: 25 * 1024,
  kinesisOnDemandStreamHour: 0.04,
  kinesisOnDemandGbIn: 0.08,
  kinesisOnDemandGbOut: 0.04,
  kinesisOnDemandLeastRecordBytes: 1024,
  lambdaGbSecond: 0.0000133334,
  lambdaMillionCalls: 0.2,
  dynamoDbMillionWriteUnits: 0.625,
  dynamoDbMillionReadUnits: 0.125,
  sqsMillionFifoRequests: 0.5,
  firehoseGb: 0.029,
  firehoseLeastRecordBytes: 5 * 1024,
  logsGb: 0.5,
  metricMonth: 0.3,
  alarmMonth: 0.1,
  compositeAlarmMonth: 0.5,
  dashboardMonth: 3,
  keyMonth: 1,
} as const;

export const HOURS_A_MONTH = 730;
export const GB = 1024 ** 3;
