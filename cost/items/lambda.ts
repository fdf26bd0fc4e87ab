import type { Prices } from '../../contracts/prices.ts';
import { ASSUMED } from '../assumed.ts';
import type { CostInput } from '../input.ts';
import { SECONDS_PER_MONTH } from '../input.ts';
import { type CostItem, itemsOf } from '../item.ts';
import type { ViewLooks } from '../looks.ts';
import { FUNCTIONS, type FunctionName, type Work } from '../work.ts';

export function lambdaItems(work: Work, looks: readonly ViewLooks[], prices: Prices): CostItem[] {
  const item = itemsOf('Lambda', prices);
  const calls = FUNCTIONS.reduce((sum, name) => sum + work[name].calls, 0);
  return [
    item('calls', calls, 'lambdaMillionRequests'),
    ...FUNCTIONS.filter((name) => name !== 'looks').map((name) =>
      item(name, gbSeconds(work, name, work[name].seconds), 'lambdaGbSecond'),
    ),
    ...looks.map(({ name, seconds }) => item(name, gbSeconds(work, 'looks', seconds), 'lambdaGbSecond')),
  ];
}

function gbSeconds(work: Work, name: FunctionName, seconds: number): number {
  return seconds * (work[name].memoryMb / 1024);
}

/** X-Ray records the first call of each second, and a share of the others. */
export function xRayItems({ settings }: CostInput, work: Work, prices: Prices): CostItem[] {
  if (!settings.tracing) return [];
  const traces = FUNCTIONS.reduce((sum, name) => {
    const { calls } = work[name];
    const first = Math.min(calls, SECONDS_PER_MONTH);
    return sum + first + (calls - first) * ASSUMED.tracedShare;
  }, 0);
  return [itemsOf('X-Ray', prices)('traces', traces, 'xRayMillionTraces')];
}
