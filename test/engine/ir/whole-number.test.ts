import fc from 'fast-check';
import { isRounded, wholeOf, wholeOfNumeral } from '../../../engine/ir/whole-number.ts';

test.each<[string, number | bigint | null]>([
  ['0', 0],
  ['-0', 0],
  ['12', 12],
  ['12.00', 12],
  ['1.2e1', 12],
  ['1200E-2', 12],
  ['0e99999999', 0],
  ['9007199254740991', 9007199254740991],
  ['9007199254740992', 9007199254740992n],
  ['9007199254740993', 9007199254740993n],
  ['9007199254740993.0', 9007199254740993n],
  ['9.007199254740993e15', 9007199254740993n],
  ['-9007199254740993', -9007199254740993n],
  ['9223372036854775807', 9223372036854775807n],
  ['-9223372036854775808', -9223372036854775808n],
  ['9223372036854775808', null],
  ['-9223372036854775809', null],
  ['1e18', 1000000000000000000n],
  ['1e19', null],
  ['1e400', null],
  ['1e99999999999999999999', null],
  ['1e-99999999999999999999', null],
  ['1.5', null],
  ['9007199254740991.5', null],
  ['1'.repeat(300), null],
  ['', null],
  ['12a', null],
  ['0x10', null],
])('the numeral %s is the whole number %s', (numeral, value) => {
  expect(wholeOfNumeral(numeral)).toBe(value);
});

test('any whole number of 64 bits has one form: a number exactly where a double can be trusted with it', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      const form = wholeOf(value);
      expect(BigInt(form ?? 0)).toBe(value);
      expect(typeof form).toBe(value <= 2n ** 53n - 1n && value >= -(2n ** 53n) + 1n ? 'number' : 'bigint');
      expect(wholeOfNumeral(String(value))).toBe(form);
      expect(isRounded(Number(value))).toBe(typeof form === 'bigint');
    }),
    { seed: 20_261_128, numRuns: 500 },
  );
});
