import fc from 'fast-check';

/** Numbers as events have them: small whole ones and prices, among them pairs that cancel and -0. */
export const everydayNumbers: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.integer({ min: -10_000_000, max: 10_000_000 }).map((cents) => cents / 100),
  fc.constantFrom(0, -0, 0.1, -0.1, 0.3, 1e15 + 0.5),
);

/** All finite doubles, and often those where sums round, cancel, overflow or vanish. */
export const anyNumbers: fc.Arbitrary<number> = fc.oneof(
  everydayNumbers,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc
    .tuple(fc.integer({ min: -1074, max: 1023 }), fc.double({ min: 1, max: 2, maxExcluded: true, noNaN: true }))
    .map(([exponent, mantissa]) => mantissa * 2 ** exponent),
  fc.constantFrom(
    ...[2 ** 53, 2 ** 53 + 2, 2 ** 60, 2 ** 500, 2 ** 501, 2 ** 959, 2 ** 960, 1e308, Number.MAX_VALUE].flatMap(both),
    ...[Number.MIN_VALUE, 2 ** -1022, 2 ** -480, 2 ** -481, 2 ** -53, 1 + 2 ** -52].flatMap(both),
  ),
);

/** Lists in which many numbers come with their negatives, so that what is left is small beside the parts. */
export function lists(numbers: fc.Arbitrary<number>): fc.Arbitrary<number[]> {
  return fc
    .tuple(fc.array(numbers, { maxLength: 12 }), fc.array(numbers, { maxLength: 6 }), fc.boolean())
    .map(([some, pairs, cancel]) => (cancel ? [...some, ...pairs, ...pairs.map((x) => -x)] : [...some, ...pairs]));
}

/** Texts that are equal often, differ where UTF-16 and code points disagree, and hold what UTF-8 cannot. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'ab', '\ufeffa', '\0', 'é', '\uff21', '\u{1f600}', '\ud800', '\udc00a', '\ufffd'),
  fc.string({ unit: 'binary', maxLength: 5 }),
);

function both(value: number): [number, number] {
  return [value, -value];
}
