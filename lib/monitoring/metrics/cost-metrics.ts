import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  FIREHOSE_UNIT_BYTES,
  ON_DEMAND_UNIT_BYTES,
  PUT_UNIT_BYTES,
  REQUESTS_PER_WAKE,
} from '../../../contracts/billing.ts';
import { GIB, LIST_PRICES } from '../../../contracts/prices.ts';
import { RESULT_TABLE } from '../../../contracts/tables.ts';
import type { MonitoredPipeline } from '../monitored-pipeline.ts';
import { dynamoDbMetrics } from './dynamodb-metrics.ts';
import { firehoseMetrics } from './firehose-metrics.ts';
import { kinesisMetrics } from './kinesis-metrics.ts';
import { lambdaMetrics } from './lambda-metrics.ts';
import { streamMetric } from './own-metrics.ts';
import { sqsMetrics } from './sqs-metrics.ts';

/** The hourly cost of a service: a fixed part, and terms of an expression over metrics of its use. */
interface CostTerm {
  readonly service: string;
  readonly fixed: number;
  readonly parts: readonly string[];
  readonly metrics: Readonly<Record<string, Metric>>;
}

const period = Duration.hours(1);

/** Dollars an hour by service, at list prices. */
export function dollarsPerHour(pipeline: MonitoredPipeline): readonly IMetric[] {
  return costTerms(pipeline).map(
    (term) =>
      new MathExpression({ expression: sumOf([term]), usingMetrics: { ...term.metrics }, period, label: term.service }),
  );
}

/** Dollars for a million delivered events, at list prices: all services over all streams. */
export function dollarsPerMillionEvents(pipeline: MonitoredPipeline): IMetric {
  const terms = costTerms(pipeline);
  const events = Object.fromEntries(
    [...pipeline.streams.keys()].map((stream, index) => [
      `e${index}`,
      streamMetric(pipeline.metricsName, stream, 'BatchEvents', { statistic: 'Sum', period }),
    ]),
  );
  return new MathExpression({
    expression: `1000000 * (${sumOf(terms)}) / SUM([${Object.keys(events).join(', ')}])`,
    usingMetrics: Object.assign({}, events, ...terms.map(({ metrics }) => metrics)),
    period,
    label: '$ per million events',
  });
}

/**
 * A sum of a list skips metrics without a value, as of a function that is never called; `+` would then have no value.
 */
function sumOf(terms: readonly CostTerm[]): string {
  const fixed = terms.reduce((sum, term) => sum + term.fixed, 0);
  const used = `SUM([${terms.flatMap(({ parts }) => parts).join(', ')}])`;
  return fixed === 0 ? used : `${used} + ${plain(fixed)}`;
}

function costTerms(pipeline: MonitoredPipeline): CostTerm[] {
  return [
    kinesisTerm(pipeline),
    lambdaTerm(pipeline),
    dynamoDbTerm(pipeline),
    otherTerm(pipeline),
    ...firehoseTerm(pipeline),
  ];
}

/** Kinesis bills a record as at least a kilobyte on demand, and as at least 25 KB in provisioned shards. */
function kinesisTerm({ streams, settings: { shards } }: MonitoredPipeline): CostTerm {
  const metrics: Record<string, Metric> = {};
  const parts = [...streams.values()].flatMap((stream, index) => {
    const [bytes, records, read] = [`kb${index}`, `kr${index}`, `ko${index}`];
    const of = kinesisMetrics(stream);
    Object.assign(metrics, { [bytes]: of.bytesIn({ period }), [records]: of.recordsIn({ period }) });
    if (shards !== null) {
      const units = `MAX([${records}, ${bytes} / ${PUT_UNIT_BYTES}])`;
      return [`${units} * ${perMillion(LIST_PRICES.kinesisMillionPutUnits)}`];
    }
    Object.assign(metrics, { [read]: of.bytesRead({ period }) });
    const billed = `MAX([${bytes}, ${records} * ${ON_DEMAND_UNIT_BYTES}])`;
    return [`${billed} * ${perByte(LIST_PRICES.kinesisInGb)}`, `${read} * ${perByte(LIST_PRICES.kinesisOutGb)}`];
  });
  const shardHour = LIST_PRICES.kinesisShardHour + LIST_PRICES.kinesisRetentionShardHour;
  const streamHour = shards === null ? LIST_PRICES.kinesisStreamHour : shards * shardHour;
  return { service: 'Kinesis', fixed: streams.size * streamHour, parts, metrics };
}

function lambdaTerm({ functions }: MonitoredPipeline): CostTerm {
  const metrics: Record<string, Metric> = {};
  const parts = Object.values(functions).flatMap((fn, index) => {
    const [duration, calls] = [`ld${index}`, `lc${index}`];
    const of = lambdaMetrics(fn);
    Object.assign(metrics, { [duration]: of.durationMs({ period }), [calls]: of.calls({ period }) });
    const perMs = plain((fn.memoryMb / 1024 / 1000) * LIST_PRICES.lambdaGbSecond);
    return [`${duration} * ${perMs}`, `${calls} * ${perMillion(LIST_PRICES.lambdaMillionRequests)}`];
  });
  return { service: 'Lambda', fixed: 0, parts, metrics };
}

function dynamoDbTerm({ stateTable, resultsTable }: MonitoredPipeline): CostTerm {
  const state = dynamoDbMetrics(stateTable);
  const results = dynamoDbMetrics(resultsTable);
  const index = dynamoDbMetrics(resultsTable, RESULT_TABLE.index.name);
  const writes = [state, results, index].map((table, at) => [`dw${at}`, table.writeUnits({ period })] as const);
  const reads = [state, results, index].map((table, at) => [`dr${at}`, table.readUnits({ period })] as const);
  return {
    service: 'DynamoDB',
    fixed: 0,
    parts: [
      ...writes.map(([id]) => `${id} * ${perMillion(LIST_PRICES.dynamoDbMillionWriteUnits)}`),
      ...reads.map(([id]) => `${id} * ${perMillion(LIST_PRICES.dynamoDbMillionReadUnits)}`),
    ],
    metrics: Object.fromEntries([...writes, ...reads]),
  };
}

/** Logs, with the metrics in them, are paid by their bytes. */
function otherTerm({ finalizeQueue, functions }: MonitoredPipeline): CostTerm {
  const logs = Object.values(functions).map(
    (fn, index) => [`lb${index}`, lambdaMetrics(fn).logBytes({ period })] as const,
  );
  return {
    service: 'SQS and logs',
    fixed: 0,
    parts: [
      `qs * ${perMillion(REQUESTS_PER_WAKE * LIST_PRICES.sqsMillionFifoRequests)}`,
      ...logs.map(([id]) => `${id} * ${perByte(LIST_PRICES.cloudWatchLogsGb)}`),
    ],
    metrics: { qs: sqsMetrics(finalizeQueue).sent({ period }), ...Object.fromEntries(logs) },
  };
}

/** Firehose bills a record as at least five kilobytes. */
function firehoseTerm({ deliveryStreams = new Map() }: MonitoredPipeline): CostTerm[] {
  if (deliveryStreams.size === 0) return [];
  const metrics: Record<string, Metric> = {};
  const parts = [...deliveryStreams.values()].map((name, index) => {
    const [bytes, records] = [`fb${index}`, `fr${index}`];
    const of = firehoseMetrics(name);
    Object.assign(metrics, { [bytes]: of.bytesIn({ period }), [records]: of.recordsIn({ period }) });
    return `MAX([${bytes}, ${records} * ${FIREHOSE_UNIT_BYTES}]) * ${perByte(LIST_PRICES.firehoseGb)}`;
  });
  return [{ service: 'Firehose', fixed: 0, parts, metrics }];
}

function perMillion(dollars: number): string {
  return plain(dollars / 1_000_000);
}

function perByte(dollarsPerGb: number): string {
  return plain(dollarsPerGb / GIB);
}

/** A number as CloudWatch's expressions accept it: in full, without an exponent. */
function plain(value: number): string {
  return value.toFixed(16).replace(/\.?0+$/, '');
}
