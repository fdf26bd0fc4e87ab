import { Random } from '../../generate/random.ts';
import { TimeQueue } from '../../generate/time-queue.ts';
import { Zipf } from '../../generate/zipf.ts';

const draw = (seed: number, count: number) => {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.uint32());
};

test('the first numbers of some seeds never change', () => {
  expect(draw(0, 3)).toEqual([1013965818, 3293806002, 1207417996]);
  expect(draw(1, 3)).toEqual([1129974943, 2891601009, 1572194589]);
  expect(draw(Number.MAX_SAFE_INTEGER, 3)).toEqual([158095576, 577475890, 1302039586]);
});

test('seeds that differ only above 32 bits give different numbers', () => {
  expect(draw(5, 4)).not.toEqual(draw(5 + 2 ** 32, 4));
});

test('the first outputs of neighbouring seeds have each bit set about half of the time', () => {
  const firsts = Array.from({ length: 4000 }, (_, seed) => new Random(seed).uint32());
  for (let bit = 0; bit < 32; bit++) {
    const set = firsts.filter((word) => (word >>> bit) & 1).length;
    // Six standard deviations of a fair coin.
    expect(Math.abs(set - 2000)).toBeLessThan(190);
  }
});

test('below() is even over its range', () => {
  const random = new Random(2);
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i++) counts[random.below(10)]!++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(600);
});

test('exponential() has the mean it is given and is never negative or infinite', () => {
  const random = new Random(3);
  const values = Array.from({ length: 100_000 }, () => random.exponential(50));
  expect(Math.min(...values.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
  expect(values.every(Number.isFinite)).toBe(true);
  expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length - 50)).toBeLessThan(1);
});

test.each([-1, 1.5, Number.NaN, 2 ** 53])('a seed of %s is refused', (seed) => {
  expect(() => new Random(seed)).toThrow(`The seed is ${seed}, and must be a whole number`);
});

test('picking from nothing is an error', () => {
  expect(() => new Random(1).pick([])).toThrow('nothing to pick from');
});

test('Zipf draws the first rank twice as often as the second, and every rank at times', () => {
  const random = new Random(4);
  const zipf = new Zipf(20);
  const counts = new Array<number>(20).fill(0);
  for (let i = 0; i < 200_000; i++) counts[zipf.draw(random)]!++;
  expect((counts[0] as number) / (counts[1] as number)).toBeCloseTo(2, 1);
  expect((counts[0] as number) / (counts[19] as number)).toBeGreaterThan(15);
  expect(Math.min(...counts)).toBeGreaterThan(0);
});

test('a time queue gives items back by time, and those of one time in the order they came', () => {
  const random = new Random(6);
  const queue = new TimeQueue<{ timeMs: number; index: number }>();
  const items = Array.from({ length: 2000 }, (_, index) => ({ timeMs: random.below(100), index }));
  const popped: typeof items = [];
  items.forEach((item, index) => {
    queue.push(item.timeMs, item);
    // Now and then one is taken out and put back, as its use does.
    if (index % 3 === 0) popped.push(queue.pop() as (typeof items)[number]);
  });
  const rest = Array.from({ length: queue.size }, () => queue.pop() as (typeof items)[number]);
  expect(rest).toEqual([...rest].sort((a, b) => a.timeMs - b.timeMs || a.index - b.index));
  expect(new Set([...popped, ...rest]).size).toBe(2000);
  expect(queue.pop()).toBeUndefined();
  expect(queue.nextMs).toBe(Number.POSITIVE_INFINITY);
});
