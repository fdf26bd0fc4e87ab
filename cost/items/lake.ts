import { billedBytes, FIREHOSE_UNIT_BYTES } from '../../contracts/billing.ts';
import { GIB, type Prices } from '../../contracts/prices.ts';
import { type CostInput, SECONDS_PER_MONTH } from '../input.ts';
import { type CostItem, itemsOf } from '../item.ts';
import { MEASURED } from '../measured.ts';
import type { Traffic } from '../traffic.ts';

/** Of a lake that is kept for ever: what each month adds. */
export const MONTHS_BRONZE = "a month's bronze kept";

/** The bucket moves bronze to infrequent access after so long, where it stays for as long again. */
const INFREQUENT_AFTER_DAYS = 30;
const DAYS_PER_MONTH = SECONDS_PER_MONTH / 86_400;

export function lakeItems(input: CostInput, traffic: Traffic, prices: Prices): CostItem[] {
  if (!input.settings.lake) return [];
  const firehose = itemsOf('Firehose', prices);
  const s3 = itemsOf('S3', prices);
  const records = traffic.recordsPerSecond * SECONDS_PER_MONTH;
  const carriedGb = (records * billedBytes(traffic.recordBytes, FIREHOSE_UNIT_BYTES)) / GIB;
  const objects = objectsOf(input, traffic);
  const addedGb = bronzeGigabytes(input);
  return [
    firehose('carried, by 5 KB', carriedGb, 'firehoseGb'),
    s3('bronze written', objects, 's3ThousandPuts'),
    ...keptItems(input, addedGb, objects, s3),
  ];
}

/** What a month adds, compressed. */
function bronzeGigabytes({ eventsPerSecond, eventBytes }: CostInput): number {
  return (eventsPerSecond * SECONDS_PER_MONTH * eventBytes * MEASURED.bronzeRatio) / GIB;
}

/** Firehose writes what it has gathered of a stream when that is enough, or old enough. */
function objectsOf({ settings, pipeline, eventsPerSecond, eventBytes }: CostInput, traffic: Traffic): number {
  const streams = pipeline.streams.length;
  const byTime = Math.min(streams / settings.bronzeBufferSeconds, traffic.recordsPerSecond);
  const bySize = (eventsPerSecond * eventBytes) / (settings.bronzeBufferMb * 1_000_000);
  return Math.max(byTime, bySize) * SECONDS_PER_MONTH;
}

function keptItems({ settings }: CostInput, addedGb: number, objects: number, s3: ReturnType<typeof itemsOf>) {
  const days = settings.bronzeDays;
  if (days === null) {
    return [
      s3(MONTHS_BRONZE, addedGb, 's3GbMonth'),
      s3('bronze moved to infrequent access', objects, 's3ThousandTransitions'),
    ];
  }
  const moves = days >= 2 * INFREQUENT_AFTER_DAYS;
  const ofDays = (count: number) => addedGb * (count / DAYS_PER_MONTH);
  return [
    s3('bronze kept at any time', ofDays(moves ? INFREQUENT_AFTER_DAYS : days), 's3GbMonth'),
    s3('bronze in infrequent access', moves ? ofDays(days - INFREQUENT_AFTER_DAYS) : 0, 's3InfrequentGbMonth'),
    s3('bronze moved to infrequent access', moves ? objects : 0, 's3ThousandTransitions'),
  ];
}
