import { createPace } from '../../../runtime/dead-letters/pace.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test('callers go on one after the other, evenly spaced from the first', async () => {
  const clock = new ManualClock(1000);
  const slept: number[] = [];
  const pace = createPace(4, clock, async (ms) => {
    slept.push(ms);
  });
  await Promise.all([pace(), pace(), pace()]);
  expect(slept).toEqual([250, 500]);
  clock.set(5000);
  await pace();
  expect(slept).toEqual([250, 500]);
});

test('without a rate nobody waits', async () => {
  const pace = createPace(null, new ManualClock(0), () => Promise.reject(new Error('It waited.')));
  await Promise.all([pace(), pace(), pace()]);
  expect(await pace()).toBeUndefined();
});
