import { ShareOfTime } from '../../../runtime/live/share-of-time.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test('work that takes long is done seldom, and work that takes nothing each time', async () => {
  const clock = new ManualClock(1000);
  const pace = new ShareOfTime(clock, 0.1);
  let done = 0;
  const work = (ms: number) => async () => {
    done++;
    clock.advance(ms);
  };
  for (let turn = 0; turn < 5; turn++) await pace.tryTo(work(0));
  expect(done).toBe(5);
  await pace.tryTo(work(50));
  expect(done).toBe(6);
  clock.advance(449);
  await pace.tryTo(work(50));
  expect(done).toBe(6);
  clock.advance(1);
  await pace.tryTo(work(50));
  expect(done).toBe(7);
});
