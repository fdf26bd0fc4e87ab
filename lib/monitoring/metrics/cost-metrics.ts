import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  FIREHOSE_UNIT_BYTES,
  ON_DEMAND_UNIT_BYTES,
  PUT_UNIT_BYTES,
  REQUESTS_PER_LOOK,
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

/** The hourly cost of a service: a fixed part, and what is billed by a price each. */
interface CostTerm {
  readonly service: string;
  readonly fixed: number;
  readonly billed: readonly Billed[];
  readonly metrics: Readonly<Record<string, Metric>>;
}

/** Quantities of one price: names of metrics, or expressions over them. */
interface Billed {
  readonly quantities: readonly string[];
  /** Dollars for one. */
  readonly price: string;
}

const period = Duration.hours(1);

/** Dollars an hour by service, at list prices. */
export function dollarsPerHour(pipeline: MonitoredPipeline): readonly MathExpression[] {
  return costTerms(pipeline).map(
    (term) =>
      new MathExpression({ expression: sumOf(term), usingMetrics: { ...term.metrics }, period, label: term.service }),
  );
}

/** Dollars for a million delivered events, at list prices: all services over all streams. */
export function dollarsPerMillionEvents(pipeline: MonitoredPipeline): IMetric {
  // Each service is an expression of its own: all in one would be longer than CloudWatch takes.
  const services = Object.fromEntries(dollarsPerHour(pipeline).map((service, index) => [`cost${index}`, service]));
  const events = Object.fromEntries(
    [...pipeline.streams.keys()].map((stream, index) => [
      `e${index}`,
      streamMetric(pipeline.metricsName, stream, 'BatchEvents', { statistic: 'Sum', period }),
    ]),
  );
  return new MathExpression({
    expression: `1000000 * ${listSum(Object.keys(services))} / ${listSum(Object.keys(events))}`,
    usingMetrics: { ...events, ...services },
    period,
    label: '$ per million events',
  });
}

/**
 * A sum of a list skips metrics without a value, as of a function that is never called; `+` would then have no value.
 */
function listSum(quantities: readonly string[]): string {
  return `SUM([${quantities.join(', ')}])`;
}

/** Quantities of one price stand together: CloudWatch takes 2,048 characters, and there can be twenty streams. */
function sumOf({ billed, fixed }: CostTerm): string {
  const parts = billed.map(({ quantities, price }) => `${listSum(quantities)} * ${price}`);
  const used = parts.length === 1 ? parts.join() : listSum(parts);
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
function kinesisTerm({ streams, settings: { shards, retentionDays } }: MonitoredPipeline): CostTerm {
  const metrics: Record<string, Metric> = {};
  const units: string[] = [];
  const bytesIn: string[] = [];
  const bytesOut: string[] = [];
  for (const [index, stream] of [...streams.values()].entries()) {
    const [bytes, records, read] = [`kb${index}`, `kr${index}`, `ko${index}`];
    const of = kinesisMetrics(stream);
    Object.assign(metrics, { [bytes]: of.bytesIn({ period }), [records]: of.recordsIn({ period }) });
    units.push(`MAX([${records}, ${bytes} / ${PUT_UNIT_BYTES}])`);
    bytesIn.push(`MAX([${bytes}, ${records} * ${ON_DEMAND_UNIT_BYTES}])`);
    if (shards !== null) continue;
    metrics[read] = of.bytesRead({ period });
    bytesOut.push(read);
  }
  if (shards === null) {
    const billed = [
      { quantities: bytesIn, price: perByte(LIST_PRICES.kinesisInGb) },
      { quantities: bytesOut, price: perByte(LIST_PRICES.kinesisOutGb) },
    ];
    return { service: 'Kinesis', fixed: streams.size * LIST_PRICES.kinesisStreamHour, billed, metrics };
  }
  // A day of retention is in the price of the shard.
  const retention = retentionDays > 1 ? LIST_PRICES.kinesisRetentionShardHour : 0;
  const fixed = streams.size * shards * (LIST_PRICES.kinesisShardHour + retention);
  const billed = [{ quantities: units, price: perMillion(LIST_PRICES.kinesisMillionPutUnits) }];
  return { service: 'Kinesis', fixed, billed, metrics };
}

function lambdaTerm({ functions }: MonitoredPipeline): CostTerm {
  const metrics: Record<string, Metric> = {};
  const calls: string[] = [];
  const durations = Object.values(functions).map((fn, index) => {
    const [duration, called] = [`ld${index}`, `lc${index}`];
    const of = lambdaMetrics(fn);
    Object.assign(metrics, { [duration]: of.durationMs({ period }), [called]: of.calls({ period }) });
    calls.push(called);
    const perMs = (fn.memoryMb / 1024 / 1000) * LIST_PRICES.lambdaGbSecond;
    return { quantities: [duration], price: plain(perMs) };
  });
  const requests = { quantities: calls, price: perMillion(LIST_PRICES.lambdaMillionRequests) };
  return { service: 'Lambda', fixed: 0, billed: [...durations, requests], metrics };
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
    billed: [
      { quantities: writes.map(([id]) => id), price: perMillion(LIST_PRICES.dynamoDbMillionWriteUnits) },
      { quantities: reads.map(([id]) => id), price: perMillion(LIST_PRICES.dynamoDbMillionReadUnits) },
    ],
    metrics: Object.fromEntries([...writes, ...reads]),
  };
}

/** Logs, with the metrics in them, are paid by their bytes. */
function otherTerm({ finalizeQueue, lookQueue, functions }: MonitoredPipeline): CostTerm {
  const logs = Object.values(functions).map(
    (fn, index) => [`lb${index}`, lambdaMetrics(fn).logBytes({ period })] as const,
  );
  const looks = lookQueue === null ? [] : [['ls', sqsMetrics(lookQueue).sent({ period })] as const];
  return {
    service: 'SQS and logs',
    fixed: 0,
    billed: [
      { quantities: ['qs'], price: perMillion(REQUESTS_PER_WAKE * LIST_PRICES.sqsMillionFifoRequests) },
      ...looks.map(([id]) => ({
        quantities: [id],
        price: perMillion(REQUESTS_PER_LOOK * LIST_PRICES.sqsMillionRequests),
      })),
      { quantities: logs.map(([id]) => id), price: perByte(LIST_PRICES.cloudWatchLogsGb) },
    ],
    metrics: { qs: sqsMetrics(finalizeQueue).sent({ period }), ...Object.fromEntries([...looks, ...logs]) },
  };
}

/** Firehose bills a record as at least five kilobytes. */
function firehoseTerm({ deliveryStreams = new Map() }: MonitoredPipeline): CostTerm[] {
  if (deliveryStreams.size === 0) return [];
  const metrics: Record<string, Metric> = {};
  const quantities = [...deliveryStreams.values()].map((name, index) => {
    const [bytes, records] = [`fb${index}`, `fr${index}`];
    const of = firehoseMetrics(name);
    Object.assign(metrics, { [bytes]: of.bytesIn({ period }), [records]: of.recordsIn({ period }) });
    return `MAX([${bytes}, ${records} * ${FIREHOSE_UNIT_BYTES}])`;
  });
  const billed = [{ quantities, price: perByte(LIST_PRICES.firehoseGb) }];
  return [{ service: 'Firehose', fixed: 0, billed, metrics }];
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
