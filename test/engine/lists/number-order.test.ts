import fc from 'fast-check';
import { numberOrder } from '../../../engine/lists/number-order.ts';

const number = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.integer({ min: 1_767_225_600_000, max: 1_767_225_700_000 }),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true }),
);

test('indexes are in the order of their numbers, and of equal ones in their own', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.array(number), fc.array(fc.integer({ min: 0, max: 9 })), fc.array(fc.maxSafeInteger())),
      (numbers) => {
        const naive = numbers.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
        expect([...numberOrder(Float64Array.from(numbers))]).toEqual(naive.map(({ index }) => index));
      },
    ),
    { seed: 20_261_129, numRuns: 300 },
  );
});
