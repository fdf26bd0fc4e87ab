import fc from 'fast-check';
import { decimate } from '../../api/decimate.ts';

test('few points all stay', () => {
  expect(decimate([1, null, 3], 10, () => false)).toEqual({ kept: [0, 1, 2], stepsFrom: null });
});

test('no peak vanishes, first and last stay, and at most so many are left', () => {
  const values = fc.array(fc.oneof(fc.integer({ min: -100, max: 100 }), fc.constant(null)), {
    minLength: 50,
    maxLength: 400,
  });
  fc.assert(
    fc.property(values, fc.integer({ min: 10, max: 40 }), (all, most) => {
      const { kept, stepsFrom } = decimate(all, most, () => false);
      const numbers = all.filter((value) => value !== null);
      const left = kept.map((index) => all[index]).filter((value) => value != null);
      expect(kept.length).toBeLessThanOrEqual(most);
      expect(kept[0]).toBe(0);
      expect(kept.at(-1)).toBe(all.length - 1);
      if (numbers.length === 0) return;
      expect(left).toContain(numbers.reduce((a, b) => Math.max(a, b)));
      expect(left).toContain(numbers.reduce((a, b) => Math.min(a, b)));
      // Of each step by itself, too: what is left of it says what all of it lies between.
      expect(stepsFrom?.[0]).toBe(0);
      stepsFrom?.forEach((from, step) => {
        const to = stepsFrom[step + 1] ?? all.length;
        const own = (indexes: readonly number[]) => indexes.map((i) => all[i]).filter((value) => value != null);
        const inAll = own(Array.from({ length: to - from }, (_, i) => from + i));
        const stays = own(kept.filter((i) => i >= from && i < to));
        expect([Math.min(...stays), Math.max(...stays)]).toEqual([Math.min(...inAll), Math.max(...inAll)]);
      });
    }),
    { seed: 9, numRuns: 300 },
  );
});

test('what must stay stays', () => {
  const values = Array.from({ length: 500 }, (_, i) => i % 7);
  expect(decimate(values, 20, (i) => i === 333).kept).toContain(333);
});

test('what must stay takes the room of other points, up to half of it, the latest first', () => {
  const values = Array.from({ length: 500 }, (_, i) => i % 7);
  const { kept } = decimate(values, 20, (i) => i % 2 === 0);
  expect(kept.length).toBeLessThanOrEqual(20);
  expect(kept).toEqual(expect.arrayContaining([498, 496, 494, 492, 490, 488, 486, 484, 482, 480]));
});
