import type { Prices } from '../../contracts/prices.ts';
import { lookEveryMs } from '../../engine/protocol/looks.ts';
import { ASSUMED } from '../assumed.ts';
import { type CostInput, SECONDS_PER_MONTH } from '../input.ts';
import { type CostItem, itemsOf } from '../item.ts';
import type { Traffic } from '../traffic.ts';

export function keyItems(input: CostInput, traffic: Traffic, prices: Prices): CostItem[] {
  const item = itemsOf('KMS', prices);
  const { key, monitoring, alarmTopic } = input.settings;
  // A topic of alarms that the stack makes has a key of its own, where the pipeline has none.
  const hasTopic = monitoring && alarmTopic === null;
  const keys = key === 'customer' || (key === 'aws' && hasTopic) ? 1 : 0;
  const requests = keyUsers(input, traffic) * (SECONDS_PER_MONTH / ASSUMED.keySeconds);
  return [item('keys', keys, 'kmsKeyMonth'), item('requests', requests, 'kmsTenThousandRequests')];
}

/** The sweep reads the state table every minute, whether events come or not. */
const IDLE_USERS = 1;
/** Aggregate and finalize use the state table, finalize the results table. */
const TABLE_USERS = 3;
/** A producer and a reader. */
const SHARD_USERS = 2;
/** With a key of your own also the queue, which three functions use, and the three buckets. */
const CUSTOMER_KEY_USERS = 6;
/** And the queue of early looks, which three functions use. */
const LOOK_QUEUE_USERS = 3;

function keyUsers({ pipeline, settings, eventsPerSecond }: CostInput, { shards }: Traffic): number {
  if (eventsPerSecond === 0) return IDLE_USERS;
  const looks = pipeline.views.some((view) => lookEveryMs(view) !== null) ? LOOK_QUEUE_USERS : 0;
  const further = settings.key === 'aws' ? 0 : CUSTOMER_KEY_USERS + looks;
  return IDLE_USERS + TABLE_USERS + SHARD_USERS * shards + further;
}
