import { backoffWithin, enginePause, servicePause } from '../../adapters/aws/backoff.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import type { Pause } from '../../engine/ports/retry.ts';
import { recordedBackoff } from './recorded-backoff.ts';

/** The pauses before the first eight retries, with the least chance and with the most. */
async function pausesOf(make: typeof servicePause): Promise<number[]> {
  const pausesMs: number[] = [];
  const sleep = async (ms: number) => {
    pausesMs.push(ms);
  };
  for (const random of [0, 0.999_999]) {
    const pause: Pause = make({ sleep, random: () => random });
    for (let retry = 1; retry <= 8; retry++) await pause(retry);
  }
  return pausesMs;
}

test('pauses at a service double, up to two seconds, and each is anywhere between nothing and its bound', async () => {
  expect(await pausesOf(servicePause)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 49, 99, 199, 399, 799, 1599, 1999, 1999]);
});

test('pauses for other writers are shorter', async () => {
  expect(await pausesOf(enginePause)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 4, 9, 19, 39, 79, 159, 249, 249]);
});

test('a pause that the budget has no time for is left out', async () => {
  const backoff = recordedBackoff();
  const budget = new TimeBudget();
  const pause = servicePause(backoffWithin(budget, backoff));
  await pause(1);
  budget.limitTo(() => 30);
  await pause(1);
  await pause(2);
  expect(backoff.pausesMs).toEqual([25, 25]);
});
