import { REQUESTS_PER_LOOK, REQUESTS_PER_WAKE } from '../../contracts/billing.ts';
import type { Prices } from '../../contracts/prices.ts';
import { SECONDS_PER_MONTH } from '../input.ts';
import { type CostItem, itemsOf } from '../item.ts';
import type { ViewLooks } from '../looks.ts';
import type { Work } from '../work.ts';

/** Lambda asks the queue with five long polls at a time, of 20 seconds. */
const POLLS_PER_MONTH = (5 * SECONDS_PER_MONTH) / 20;

export function queueItems(work: Work, looks: readonly ViewLooks[], prices: Prices): CostItem[] {
  const item = itemsOf('SQS', prices);
  return [
    item('wake-ups', REQUESTS_PER_WAKE * work.finalize.calls, 'sqsMillionFifoRequests'),
    item('polls', POLLS_PER_MONTH, 'sqsMillionFifoRequests'),
    ...looks.map((each) => item(each.name, REQUESTS_PER_LOOK * each.looks, 'sqsMillionRequests')),
    item('polls for early looks', looks.length === 0 ? 0 : POLLS_PER_MONTH, 'sqsMillionRequests'),
  ];
}
