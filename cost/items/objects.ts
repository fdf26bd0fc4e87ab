import type { Prices } from '../../contracts/prices.ts';
import { RECOVERY_DAYS } from '../../contracts/tables.ts';
import { ASSUMED } from '../assumed.ts';
import type { CarriedPages } from '../carried.ts';
import { SECONDS_PER_MONTH } from '../input.ts';
import { type CostItem, itemsOf } from '../item.ts';
import type { ViewLooks } from '../looks.ts';
import type { StateUnits } from '../state.ts';
import type { Traffic } from '../traffic.ts';

/** A page that is replaced stays as an old version for a day longer than the table can be restored. */
const OLD_PAGE_MONTHS = ((RECOVERY_DAYS + 1) * 86_400) / SECONDS_PER_MONTH;

export function objectItems(
  traffic: Traffic,
  state: StateUnits,
  pages: CarriedPages,
  looks: readonly ViewLooks[],
  dev: boolean,
  prices: Prices,
): CostItem[] {
  const item = itemsOf('S3', prices);
  return [
    item('dead letters and late events', sideOutputPuts(traffic), 's3ThousandPuts'),
    item('large state written', state.puts, 's3ThousandPuts'),
    item('large state read', state.gets, 's3ThousandGets'),
    item('carried state written', pages.puts, 's3ThousandPuts'),
    item('carried state read', pages.gets, 's3ThousandGets'),
    ...looks.map(({ name, gets }) => item(name, gets, 's3ThousandGets')),
    // A bucket for development keeps no old versions.
    item('large state kept', state.objectGigabytes * (dev ? 0 : OLD_PAGE_MONTHS), 's3GbMonth'),
    item('old carried state kept', dev ? 0 : pages.objectGigabytes * OLD_PAGE_MONTHS, 's3GbMonth'),
  ];
}

/** A commit keeps all its dead letters in one object, and its late events in another; most commits have neither. */
function sideOutputPuts({ commitsPerSecond, eventsPerCommit }: Traffic): number {
  const shareWith = (share: number) => 1 - (1 - share) ** eventsPerCommit;
  return commitsPerSecond * SECONDS_PER_MONTH * (shareWith(ASSUMED.deadShare) + shareWith(ASSUMED.lateShare));
}
