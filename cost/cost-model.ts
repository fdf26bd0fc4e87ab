import type { Prices } from '../contracts/prices.ts';
import { checkCapacity } from './capacity.ts';
import { carriedPages } from './carried.ts';
import { type CostInput, SECONDS_PER_MONTH } from './input.ts';
import type { CostItem } from './item.ts';
import { cloudWatchItems } from './items/cloudwatch.ts';
import { dynamoDbItems } from './items/dynamodb.ts';
import { endpointItems } from './items/endpoints.ts';
import { keyItems } from './items/keys.ts';
import { kinesisItems } from './items/kinesis.ts';
import { lakeItems } from './items/lake.ts';
import { lambdaItems, xRayItems } from './items/lambda.ts';
import { objectItems } from './items/objects.ts';
import { queueItems } from './items/queue.ts';
import { looksOf } from './looks.ts';
import { stateUnits } from './state.ts';
import { type Traffic, trafficOf } from './traffic.ts';
import { workOf } from './work.ts';

export interface Cost {
  readonly traffic: Traffic;
  /** What is paid for, by service. What is not used is left out. */
  readonly items: readonly CostItem[];
  readonly dollarsPerMonth: number;
  /** Null where no event comes. */
  readonly dollarsPerMillionEvents: number | null;
}

/**
 * What a pipeline costs, as a list of what AWS bills for everything in its stack: arithmetic over the settings, the
 * traffic, measured numbers (`measured.ts`), assumptions (`assumed.ts`) and prices. A pure function of these.
 *
 * @throws CapacityError where the deployment cannot take what comes.
 */
export function costOf(input: CostInput, prices: Prices): Cost {
  const traffic = trafficOf(input);
  checkCapacity(input, traffic);
  const looks = looksOf(input, traffic);
  const pages = carriedPages(input);
  const state = stateUnits(input, traffic);
  const work = workOf(input, traffic, looks, state.puts > 0);
  const items = [
    ...kinesisItems(input, traffic, prices),
    ...lambdaItems(work, looks, prices),
    ...dynamoDbItems(input, state, pages, looks, prices),
    ...queueItems(work, looks, prices),
    ...objectItems(traffic, state, pages, looks, input.settings.dev, prices),
    ...lakeItems(input, traffic, prices),
    ...cloudWatchItems(input, work, prices),
    ...xRayItems(input, work, prices),
    ...keyItems(input, traffic, prices),
    ...endpointItems(input, work, prices),
  ].filter(({ quantity }) => quantity > 0);
  const dollarsPerMonth = items.reduce((sum, { dollars }) => sum + dollars, 0);
  return {
    traffic,
    items,
    dollarsPerMonth,
    dollarsPerMillionEvents: input.eventsPerSecond === 0 ? null : dollarsPerMonth / millionsPerMonth(input),
  };
}

/** A month in which no event comes: of the same deployment, with nothing kept from before. */
export function idleCostOf(input: CostInput, prices: Prices): Cost {
  return costOf({ ...input, eventsPerSecond: 0 }, prices);
}

export function millionsPerMonth({ eventsPerSecond }: CostInput): number {
  return (eventsPerSecond * SECONDS_PER_MONTH) / 1_000_000;
}
