import { timeTicks } from '../../../dashboard/src/charts/time-ticks.ts';

const at = (text: string) => Date.parse(`2026-11-25T${text}Z`);

test('round times, and no more than asked for', () => {
  expect(timeTicks(at('16:20'), at('18:40'), 4)).toEqual([at('17:00'), at('18:00')]);
  expect(timeTicks(at('10:00:02'), at('10:00:14'), 4)).toEqual([at('10:00:05'), at('10:00:10')]);
  expect(timeTicks(0, 400 * 86_400_000, 4).length).toBeLessThanOrEqual(4);
  expect(timeTicks(5, 5, 4)).toEqual([]);
});
