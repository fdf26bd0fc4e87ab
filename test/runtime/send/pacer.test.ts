import { Pacer } from '../../../runtime/send/pacer.ts';
import { manualTimers } from '../../producer/manual-timers.ts';

async function passedAfter(ms: number, perSecond: number, step = ms): Promise<number> {
  const timers = manualTimers();
  const pacer = new Pacer(perSecond, timers);
  let passed = 0;
  const walk = async () => {
    for (; timers.nowMs() < ms; passed++) await pacer.next();
  };
  const walking = walk();
  for (let now = 0; now < ms; now += step) await timers.advance(step);
  await timers.runOut();
  await walking;
  return passed;
}

describe('a pacer', () => {
  test.each([10, 1000, 7000])('lets %i a second by', async (perSecond) => {
    const passed = await passedAfter(2000, perSecond);
    expect(Math.abs(passed - 2 * perSecond)).toBeLessThanOrEqual(Math.max(1, perSecond / 500));
  });

  test('after a long pause makes up for a second of it, and no more', async () => {
    const timers = manualTimers();
    const pacer = new Pacer(10, timers);
    await pacer.next();
    await timers.advance(60_000);
    let passed = 0;
    const walk = async () => {
      for (; timers.nowMs() === 60_000; passed++) await pacer.next();
    };
    const walking = walk();
    await timers.advance(99);
    expect(passed).toBe(11);
    await timers.runOut();
    await walking;
  });
});
