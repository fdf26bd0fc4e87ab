import { billedBytes, ON_DEMAND_UNIT_BYTES, putUnitsOf } from '../../contracts/billing.ts';
import { GIB, HOURS_PER_MONTH, type Prices } from '../../contracts/prices.ts';
import type { CostInput } from '../input.ts';
import { SECONDS_PER_MONTH } from '../input.ts';
import { type CostItem, itemsOf } from '../item.ts';
import type { Traffic } from '../traffic.ts';

/** A stream keeps records for a day without an extra price, up to a week at one, and longer at another. */
const FREE_DAYS = 1;
const WEEK_DAYS = 7;
const DAYS_PER_MONTH = HOURS_PER_MONTH / 24;

export function kinesisItems(input: CostInput, traffic: Traffic, prices: Prices): CostItem[] {
  const ofMode = input.settings.shards === null ? onDemand : provisioned;
  const longDays = Math.max(0, input.settings.retentionDays - WEEK_DAYS);
  const longGb = sentGigabytes(traffic) * (longDays / DAYS_PER_MONTH);
  return [
    ...ofMode(input, traffic, prices),
    itemsOf('Kinesis', prices)('kept beyond a week', longGb, 'kinesisLongRetentionGbMonth'),
  ];
}

/** In a month, as they are. */
function sentGigabytes({ recordsPerSecond, recordBytes }: Traffic): number {
  return (recordsPerSecond * SECONDS_PER_MONTH * recordBytes) / GIB;
}

function onDemand({ settings, pipeline }: CostInput, traffic: Traffic, prices: Prices): CostItem[] {
  const item = itemsOf('Kinesis', prices);
  const records = traffic.recordsPerSecond * SECONDS_PER_MONTH;
  const outGb = sentGigabytes(traffic);
  const inGb = (records * billedBytes(traffic.recordBytes, ON_DEMAND_UNIT_BYTES)) / GIB;
  const plainReaders = (settings.fanOut ? 0 : 1) + (settings.lake ? 1 : 0);
  const keptMonths = (Math.min(settings.retentionDays, WEEK_DAYS) - FREE_DAYS) / DAYS_PER_MONTH;
  return [
    item('streams', pipeline.streams.length * HOURS_PER_MONTH, 'kinesisStreamHour'),
    item('written, by 1 KB', inGb, 'kinesisInGb'),
    item('read', plainReaders * outGb, 'kinesisOutGb'),
    item('read by fan-out', settings.fanOut ? outGb : 0, 'kinesisFanOutGb'),
    item('kept beyond 24 hours', outGb * keptMonths, 'kinesisRetentionGbMonth'),
  ];
}

function provisioned({ settings }: CostInput, traffic: Traffic, prices: Prices): CostItem[] {
  const item = itemsOf('Kinesis', prices);
  const records = traffic.recordsPerSecond * SECONDS_PER_MONTH;
  const shardHours = traffic.shards * HOURS_PER_MONTH;
  const outGb = sentGigabytes(traffic);
  return [
    item('shards', shardHours, 'kinesisShardHour'),
    item('records put', records * putUnitsOf(traffic.recordBytes), 'kinesisMillionPutUnits'),
    item('kept beyond 24 hours', settings.retentionDays > FREE_DAYS ? shardHours : 0, 'kinesisRetentionShardHour'),
    item('fan-out consumers', settings.fanOut ? shardHours : 0, 'kinesisFanOutShardHour'),
    item('read by fan-out', settings.fanOut ? outGb : 0, 'kinesisProvisionedFanOutGb'),
  ];
}
