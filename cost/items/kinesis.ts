import { billedBytes, ON_DEMAND_UNIT_BYTES, putUnitsOf } from '../../contracts/billing.ts';
import { GIB, HOURS_PER_MONTH, type Prices } from '../../contracts/prices.ts';
import type { CostInput } from '../input.ts';
import { SECONDS_PER_MONTH } from '../input.ts';
import { type CostItem, itemsOf } from '../item.ts';
import type { Traffic } from '../traffic.ts';

/** The stream keeps a day of records for its price; longer retention is billed up to a week, and by another price beyond. */
const FREE_DAYS = 1;
const DAYS_PER_MONTH = HOURS_PER_MONTH / 24;

export function kinesisItems(input: CostInput, traffic: Traffic, prices: Prices): CostItem[] {
  return input.settings.shards === null ? onDemand(input, traffic, prices) : provisioned(input, traffic, prices);
}

function onDemand({ settings, pipeline }: CostInput, traffic: Traffic, prices: Prices): CostItem[] {
  const item = itemsOf('Kinesis', prices);
  const records = traffic.recordsPerSecond * SECONDS_PER_MONTH;
  const outGb = (records * traffic.recordBytes) / GIB;
  const inGb = (records * billedBytes(traffic.recordBytes, ON_DEMAND_UNIT_BYTES)) / GIB;
  const plainReaders = (settings.fanOut ? 0 : 1) + (settings.lake ? 1 : 0);
  const keptMonths = (Math.min(settings.retentionDays, 7) - FREE_DAYS) / DAYS_PER_MONTH;
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
  const outGb = (records * traffic.recordBytes) / GIB;
  return [
    item('shards', shardHours, 'kinesisShardHour'),
    item('records put', records * putUnitsOf(traffic.recordBytes), 'kinesisMillionPutUnits'),
    item('kept beyond 24 hours', settings.retentionDays > FREE_DAYS ? shardHours : 0, 'kinesisRetentionShardHour'),
    item('fan-out consumers', settings.fanOut ? shardHours : 0, 'kinesisFanOutShardHour'),
    item('read by fan-out', settings.fanOut ? outGb : 0, 'kinesisProvisionedFanOutGb'),
  ];
}
