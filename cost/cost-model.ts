import {
  billedBytes,
  FIREHOSE_UNIT_BYTES,
  ON_DEMAND_UNIT_BYTES,
  putUnitsOf,
  REQUESTS_PER_WAKE,
} from '../contracts/billing.ts';
import { GIB, HOURS_PER_MONTH, type Prices } from '../contracts/prices.ts';
import { type KeptRows, keptRows, rowGigabytes } from './kept-rows.ts';
import { interpolate, MEASURED } from './measured.ts';
import { ASSUMED, type CostInput, rowsOf, SECONDS_PER_MONTH, type Traffic, trafficOf } from './traffic.ts';

export interface CostItem {
  readonly service: 'Kinesis' | 'Lambda' | 'DynamoDB' | 'SQS' | 'S3' | 'Firehose' | 'CloudWatch' | 'API Gateway';
  readonly what: string;
  /** What is paid for, in a month. */
  readonly quantity: number;
  readonly unit: string;
  readonly dollars: number;
}

export interface Cost {
  readonly traffic: Traffic;
  readonly items: readonly CostItem[];
  readonly dollarsPerMonth: number;
  readonly dollarsPerMillionEvents: number;
}

const MILLION = 1_000_000;

/**
 * What a pipeline costs, as a list of what AWS bills: arithmetic over the settings, the traffic, measured numbers
 * (`measured.ts`), assumptions (`ASSUMED`) and prices. A pure function of these.
 */
export function costOf(input: CostInput, prices: Prices): Cost {
  const traffic = trafficOf(input, MEASURED.eventsPerSecond);
  const work = workOf(input, traffic);
  const items = [
    ...kinesisItems(input, traffic, prices),
    ...lambdaItems(work, prices),
    ...dynamoDbItems(work, prices),
    ...otherItems(input, traffic, work, prices),
  ].filter(({ quantity }) => quantity > 0);
  const dollarsPerMonth = items.reduce((sum, { dollars }) => sum + dollars, 0);
  const millions = (input.eventsPerSecond * SECONDS_PER_MONTH) / MILLION;
  return { traffic, items, dollarsPerMonth, dollarsPerMillionEvents: dollarsPerMonth / millions };
}

/** `price` is of `per` units. */
function item(
  service: CostItem['service'],
  what: string,
  quantity: number,
  unit: string,
  price: number,
  per = 1,
): CostItem {
  return { service, what, quantity, unit, dollars: (quantity / per) * price };
}

function kinesisItems({ settings, pipeline, archive }: CostInput, traffic: Traffic, prices: Prices): CostItem[] {
  const { recordBytes, recordsPerSecond, shards } = traffic;
  const records = recordsPerSecond * SECONDS_PER_MONTH;
  const outGb = (records * recordBytes) / GIB;
  const inGb = (records * billedBytes(recordBytes, ON_DEMAND_UNIT_BYTES)) / GIB;
  const daysBeyond = Math.min(settings.retentionDays, 7) - 1;
  const hours = HOURS_PER_MONTH;
  if (settings.shards !== null) {
    const putUnits = records * putUnitsOf(recordBytes);
    return [
      item('Kinesis', 'shards', shards * hours, 'shard-hours', prices.kinesisShardHour),
      item('Kinesis', 'records put', putUnits, 'units of 25 KB', prices.kinesisMillionPutUnits, MILLION),
      item('Kinesis', 'kept beyond 24 hours', shards * hours, 'shard-hours', prices.kinesisRetentionShardHour),
      ...(settings.fanOut
        ? [
            item('Kinesis', 'fan-out consumers', shards * hours, 'shard-hours', prices.kinesisFanOutShardHour),
            item('Kinesis', 'read by fan-out', outGb, 'GB', prices.kinesisProvisionedFanOutGb),
          ]
        : []),
    ];
  }
  const plainReaders = (settings.fanOut ? 0 : 1) + (archive ? 1 : 0);
  return [
    item('Kinesis', 'streams', pipeline.streams.length * hours, 'stream-hours', prices.kinesisStreamHour),
    item('Kinesis', 'written, by 1 KB', inGb, 'GB', prices.kinesisInGb),
    item('Kinesis', 'read', plainReaders * outGb, 'GB', prices.kinesisOutGb),
    item('Kinesis', 'read by fan-out', settings.fanOut ? outGb : 0, 'GB', prices.kinesisFanOutGb),
    item(
      'Kinesis',
      'kept beyond 24 hours',
      (outGb / (HOURS_PER_MONTH / 24)) * daysBeyond,
      'GB-months',
      prices.kinesisRetentionGbMonth,
    ),
  ];
}

/** What the functions do in a month. */
interface Work {
  readonly calls: {
    readonly aggregate: number;
    readonly finalize: number;
    readonly sweep: number;
    readonly ingest: number;
  };
  readonly gbSeconds: number;
  readonly stateWrites: number;
  readonly stateReads: number;
  readonly rows: number;
  readonly kept: KeptRows;
  /** Of these, rows of windows without events of the group. */
  readonly emptyRows: number;
}

function workOf(input: CostInput, traffic: Traffic): Work {
  const { pipeline, settings, groups, eventsPerSecond } = input;
  const commits = traffic.commitsPerSecond * SECONDS_PER_MONTH;
  const made = pipeline.views.map((view) => rowsOf(view, input));
  const emptyRows = made.reduce((sum, each) => sum + each.emptyRows, 0);
  const rows = made.reduce((sum, each) => sum + each.rows, 0) + emptyRows;
  const rounds = made.reduce((sum, each) => sum + each.rounds, 0);
  const ingest = settings.ingest ? (eventsPerSecond * SECONDS_PER_MONTH) / ASSUMED.eventsPerRequest : 0;
  const calls = { aggregate: commits, finalize: rounds, sweep: SECONDS_PER_MONTH / 60, ingest };
  const finalizeMs = rounds * ASSUMED.finalizeCallMs + rows * (ASSUMED.rowWriteMs + MEASURED.rowMs);
  const gbSeconds =
    ((commits * traffic.aggregateMs + finalizeMs) / 1000) * (settings.memory / 1024) +
    (calls.sweep * ASSUMED.sweepCallMs * 0.5) / 1000 +
    (ingest * ASSUMED.callMs) / 1000;
  return { calls, gbSeconds, rows, emptyRows, kept: keptRows(input), ...stateUnits(input, traffic, commits, groups) };
}

/** Each view of the stream's events writes what the measured one did; the checkpoint is written once. */
function stateUnits({ pipeline }: CostInput, traffic: Traffic, commits: number, groups: number) {
  const { eventsPerCommit } = traffic;
  const ofStream = 1 / pipeline.streams.length;
  let [writes, reads] = [0, 0];
  for (const view of pipeline.views) {
    const ofView = view.groupBy.length === 0 ? 1 : groups;
    writes += (interpolate(MEASURED.commits.writeUnits, ofView, eventsPerCommit) - CHECKPOINT_UNITS) * ofStream;
    reads += interpolate(MEASURED.commits.readUnits, ofView, eventsPerCommit) * ofStream;
  }
  const withIds = pipeline.streams.filter(({ dedupe }) => dedupe !== null).length * ofStream;
  const ids = withIds * 2 * Math.ceil((eventsPerCommit * ID_BYTES) / 1024);
  return { stateWrites: commits * (CHECKPOINT_UNITS + writes + ids), stateReads: commits * reads };
}

const CHECKPOINT_UNITS = 2;
/** Of an event's id, as hashes are kept. */
const ID_BYTES = 8;

function lambdaItems({ calls, gbSeconds }: Work, prices: Prices): CostItem[] {
  const all = calls.aggregate + calls.finalize + calls.sweep + calls.ingest;
  return [
    item('Lambda', 'calls', all, 'calls', prices.lambdaMillionRequests, MILLION),
    item('Lambda', 'time', gbSeconds, 'GB-seconds', prices.lambdaGbSecond),
  ];
}

/** Of views that keep their rows for ever: it is paid again for each month that came before. */
export const MONTHS_ROWS = "a month's rows kept";

/** A row is written to the table and to its index, and read once before. */
function dynamoDbItems({ stateWrites, stateReads, rows, emptyRows, kept }: Work, prices: Prices): CostItem[] {
  const { dynamoDbMillionWriteUnits: write, dynamoDbMillionReadUnits: read, dynamoDbGbMonth: month } = prices;
  return [
    item('DynamoDB', 'state written', stateWrites, 'write units', write, MILLION),
    item('DynamoDB', 'rows written', 2 * (rows - emptyRows), 'write units', write, MILLION),
    item('DynamoDB', 'rows of empty windows', 2 * emptyRows, 'write units', write, MILLION),
    item('DynamoDB', 'state and rows read', stateReads + rows, 'read units', read, MILLION),
    item('DynamoDB', MONTHS_ROWS, rowGigabytes(kept.addedMonthly), 'GB-months', month),
    item('DynamoDB', 'rows kept at any time', rowGigabytes(kept.atAnyTime), 'GB-months', month),
  ];
}

/** Lambda asks the queue with five long polls at a time, of 20 seconds. */
const POLLS_PER_MONTH = (5 * SECONDS_PER_MONTH) / 20;
const ARCHIVE_OBJECT_SECONDS = 300;

function otherItems(input: CostInput, traffic: Traffic, { calls }: Work, prices: Prices): CostItem[] {
  const records = traffic.recordsPerSecond * SECONDS_PER_MONTH;
  const archived = input.archive ? records : 0;
  const streams = input.pipeline.streams.length;
  const objects = input.archive ? (streams * SECONDS_PER_MONTH) / ARCHIVE_OBJECT_SECONDS : 0;
  const puts = deadLetterObjects(traffic) + objects;
  const allCalls = calls.aggregate + calls.finalize + calls.sweep + calls.ingest;
  const firehoseGb = (archived * billedBytes(traffic.recordBytes, FIREHOSE_UNIT_BYTES)) / GIB;
  return [
    item(
      'SQS',
      'wake-ups and polls',
      REQUESTS_PER_WAKE * calls.finalize + POLLS_PER_MONTH,
      'requests',
      prices.sqsMillionFifoRequests,
      MILLION,
    ),
    item('S3', 'dead letters and archive', puts, 'puts', prices.s3ThousandPuts, 1000),
    item('S3', "a month's archive kept", (archived * traffic.recordBytes) / GIB, 'GB-months', prices.s3GbMonth),
    item('Firehose', 'archived, by 5 KB', firehoseGb, 'GB', prices.firehoseGb),
    item('CloudWatch', 'logs', (allCalls * ASSUMED.logBytesPerCall) / GIB, 'GB', prices.cloudWatchLogsGb),
    item('API Gateway', 'requests', calls.ingest, 'requests', prices.httpApiMillionRequests, MILLION),
  ];
}

/** A commit keeps all its dead letters in one object, and most commits have none. */
function deadLetterObjects({ commitsPerSecond, eventsPerCommit }: Traffic): number {
  const share = 1 - (1 - ASSUMED.deadShare) ** eventsPerCommit;
  return commitsPerSecond * SECONDS_PER_MONTH * share;
}
